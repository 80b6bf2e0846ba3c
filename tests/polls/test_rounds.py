"""A poll asked again: the draft of the next round, and what the report says of the two."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from madang.kernel import clock
from madang.kernel.errors import RefusedError
from madang.services.polls import charts, findings
from madang.services.polls.domain import composing, polls, rounds
from madang.services.polls.domain import questions as questioning
from madang.services.polls.models import Poll
from tests.factories import UserFactory, actor
from tests.polls import asking, reporting

pytestmark = pytest.mark.django_db


def test_the_next_round_asks_the_same_and_remembers_the_one_before() -> None:
    host, user = asking.office()
    before = reporting.closed(
        *asking.EVERY_KIND[:1], *asking.EVERY_KIND[1:], answers=0, lead=(host, user), channels=["web", "api"]
    )
    made = rounds.next_round(actor=actor(user), poll=before)
    assert (made.state, made.previous_id, made.channels) == ("draft", before.pk, ["web", "api"])
    assert made.closes_at is None
    asked = [questioning.frozen(poll.questions.all()) for poll in (before, made)]
    assert asked[0] == asked[1]


def test_no_round_follows_one_that_is_open_or_of_another_office() -> None:
    host, user = asking.office()
    running = asking.opened(lead=(host, user))
    over = reporting.closed(answers=0, lead=(host, user))
    many = Poll.objects.count()
    for poll, who, status in ((running, user, 409), (over, UserFactory(), 403)):
        with pytest.raises(RefusedError) as refused:
            rounds.next_round(actor=actor(who), poll=poll)
        assert refused.value.status == status
    assert Poll.objects.count() == many


def test_the_button_and_the_field_of_the_draft(client: Client) -> None:
    host, user = asking.office()
    over = reporting.closed(answers=0, lead=(host, user))
    strange = reporting.closed(answers=0)
    client.force_login(user)
    page = client.get(reverse("poll_lead", args=[over.code]))
    assert b'value="next"' in page.content
    sent = client.post(reverse("poll_act", args=[over.code]), {"act": "next"})
    made = Poll.objects.get(previous=over)
    assert sent["Location"] == reverse("poll_edit", args=[made.code])
    form = client.get(sent["Location"]).content.decode()
    assert f'<option value="{over.pk}" selected>' in form
    assert f'<option value="{strange.pk}"' not in form
    polls.edit(actor=actor(user), poll=made, seen=made.revision, previous=None)
    made.refresh_from_db()
    assert made.previous is None


def test_two_rounds_stand_on_one_scale_and_the_findings_say_no_more_than_they_hold() -> None:
    host, user = asking.office()
    first = reporting.closed(lead=(host, user))
    book = reporting.coded(first)
    first.reports.create(
        edition=1, codebook=book, body={}, digest="0" * 64, published_at=first.closed_at, by=user
    )
    second = reporting.closed(lead=(host, user), previous=first)
    body = composing.compose(poll=second, codebook=reporting.coded(second))
    shown = charts.rounds(body["round"])
    assert shown["sure"] == 0
    assert all(0 <= row["then"] <= 100 and row["then"] == row["now"] for row in shown["rows"])
    group, keyword, change, agreement = findings.short(body)
    # 24 answers, four keywords with six each: nothing is ahead of anything.
    assert group["figure"] == "50.0%"
    assert keyword["figure"] == "25.0%"
    assert "3" in keyword["text"]
    assert change["figure"] == "0"
    assert agreement["figure"] == "1.00"


def test_without_codes_there_is_nothing_to_say_in_short() -> None:
    assert findings.short(composing.compose(poll=reporting.closed(answers=3), codebook=None)) == []


def test_keywords_of_which_every_cell_is_hidden_are_counted_not_drawn() -> None:
    few = {"hidden": True, "percent": None}
    group = {
        "ko": "나이", "en": "Age", "options": [{"code": "1", "ko": "젊음", "en": "Young"}], "denominator": 9, "least": 5,
        "hidden": 1, "withheld": False, "test": None, "columns": [{"key": "1", "denominator": 9, "joined": []}],
        "rows": [
            {"key": "g", "kind": "group", "name": {"ko": "묶음", "en": "Group"}, "cells": [few]},
            {"key": "a", "kind": "keyword", "name": {"ko": "가", "en": "A"}, "cells": [few]},
            {"key": "b", "kind": "keyword", "name": {"ko": "나", "en": "B"}, "cells": [{"hidden": False, "percent": "66.7", "count": 6}]},
            {"key": "c", "kind": "keyword", "name": {"ko": "다", "en": "C"}, "cells": [{"hidden": False, "percent": "0.0", "count": 0}]},
        ],
    }  # fmt: skip
    shown = charts.groups(group)
    assert shown["unnamed"] == 1
    assert (shown["away"], [row["cells"][0]["shade"] for row in shown["rows"]]) == (1, [0, 5])


def test_errors_stand_in_the_order_of_the_page_consent_last(client: Client) -> None:
    poll = asking.opened()
    address = f"/polls/{poll.code}/"
    ticket = asking.ticket_on(client, address)
    with clock.at(clock.now() + timedelta(seconds=5)):
        page = client.post(address, {"ticket": ticket, "q1": ""}).content.decode()
    assert 0 < page.index('href="#q1"') < page.index('href="#consent"')
