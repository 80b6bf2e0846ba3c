"""Two people, or one person twice, at the same moment: on an SQLite file and on PostgreSQL, with a connection each."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Count

from madang.commons.ledger import sequencer
from madang.commons.ledger.errors import BusyError
from madang.commons.matters.domain import answers, desk, handling
from madang.commons.matters.models import Answer, Assignment, Clock, Effect, Matter
from madang.commons.notices.domain import following, telling
from madang.commons.notices.models import Event, Notice
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Outbox, User
from madang.services.square.domain import ideas
from madang.services.square.models import Comment, Idea, Support
from tests import factories as make
from tests.security.conftest import City, together

pytestmark = pytest.mark.django_db(transaction=True)


def fresh(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


def refused(results: list[object]) -> int:
    """How many acts were refused; anything else that was raised is a fault."""
    faults = [one for one in results if isinstance(one, Exception) and not isinstance(one, RefusedError)]
    assert not faults, faults
    return sum(isinstance(one, RefusedError) for one in results)


def test_one_person_eight_times(city: City) -> None:
    idea, person = make.idea(), make.UserFactory()
    done = together(*[lambda: ideas.support(actor=make.actor(person), idea=fresh(idea))] * 8)
    assert sorted(map(str, done)) == ["False"] * 7 + ["True"]
    assert Support.objects.count() == 1


def test_two_approvers_publish_one_answer(city: City) -> None:
    matter = city.matter("assigned")
    answer = city.submitted(matter, disposition="adopted", owner=city.office, promised_on="2030-01-01")
    second = make.official("approver", city.office)
    done = together(
        *[
            lambda who=who: answers.publish(actor=make.actor(who), answer=fresh(answer))
            for who in (city.approver, second, city.approver, second)
        ]
    )
    assert refused(done) == 3
    assert Effect.objects.count() == 1
    assert Audit.objects.filter(action="matters.answer.publish").count() == 1
    assert fresh(matter).state == "answered"


def test_assigned_twice_has_one_office(city: City) -> None:
    matter = city.matter("triage")
    done = together(
        *[
            lambda office=office: handling.assign(
                actor=make.actor(city.triage), matter=fresh(matter), office=office
            )
            for office in (city.office, city.other, city.office)
        ]
    )
    assert refused(done) == 2
    assert Assignment.objects.filter(matter=matter, ended_at__isnull=True).count() == 1
    assert (
        Assignment.objects.get(matter=matter, ended_at__isnull=True).organisation_id
        == fresh(matter).responsible_id
    )


@pytest.mark.parametrize("round_", range(3))
def test_transfer_meets_publication(city: City, round_: int) -> None:
    """As the desk does it, and as other code may call it: one of the two happens whole."""
    matter = city.matter("assigned")
    answer = city.submitted(matter)
    seen = desk.stamp(fresh(matter))

    def pass_on() -> object:
        with desk.unchanged(matter, seen) as held:
            return handling.transfer(
                actor=make.actor(city.officer),
                matter=held,
                office=city.other,
                reason_code="other",
                reason="소관",
            )

    def publish() -> object:
        if round_ == 0:
            return answers.publish(actor=make.actor(city.approver), answer=fresh(answer))
        with desk.unchanged(matter, seen):
            return answers.publish(actor=make.actor(city.approver), answer=fresh(answer))

    done = together(pass_on, publish)
    faults = [
        one
        for one in done
        if isinstance(one, Exception) and not isinstance(one, (RefusedError, Answer.DoesNotExist))
    ]
    assert not faults, faults
    now = fresh(matter)
    if now.state == "answered":
        assert now.responsible_id == city.office.pk and now.transfers == 0
    else:
        assert (now.state, now.responsible_id, now.transfers) == ("assigned", city.other.pk, 1)
        assert not Answer.objects.filter(state="published").exists()
    assert Clock.objects.filter(matter=matter, stopped_at__isnull=True).count() == (now.state != "answered")


def test_each_merged_into_the_other(city: City) -> None:
    one, two = make.idea(), make.idea()

    def merge(source: Idea, into: Idea) -> object:
        return handling.merge(
            actor=make.actor(city.triage),
            matter=fresh(source.matter),
            into=fresh(into.matter),
            reason="같습니다.",
        )

    done = together(lambda: merge(one, two), lambda: merge(two, one))
    assert refused(done) == 1
    assert Matter.objects.filter(state="merged").count() == 1


def test_two_desks_merge_the_same_rows(city: City) -> None:
    rows = [make.idea().matter for _ in range(4)]

    def merge(chosen: list[Matter], into: Matter) -> object:
        return desk.merge_many(actor=make.actor(city.triage), matters=chosen, into=into, reason="같습니다.")

    done = together(
        lambda: merge([rows[0], rows[2]], rows[3]),
        lambda: merge([rows[2]], rows[3]),
        lambda: merge([rows[3]], rows[1]),
    )
    refused(done)
    for row in Matter.objects.filter(state="merged"):
        assert row.merged_into is not None and row.merged_into_id != row.pk


def test_support_in_the_moment_of_a_merge_is_not_lost(city: City) -> None:
    one, two = make.idea(), make.idea()
    people = [make.UserFactory() for _ in range(6)]
    acts = [lambda who=who: ideas.support(actor=make.actor(who), idea=fresh(one)) for who in people]
    done = together(
        *acts[:3],
        lambda: handling.merge(
            actor=make.actor(city.triage),
            matter=fresh(one.matter),
            into=fresh(two.matter),
            reason="같습니다.",
        ),
        *acts[3:],
    )
    refused(done)
    given = {who.pk for who, said in zip(people, [*done[:3], *done[4:]], strict=True) if said is True}
    ideas.tally()
    behind = set(
        Support.objects.filter(idea=two, withdrawn_at__isnull=True).values_list("supporter_id", flat=True)
    )
    assert given <= behind


def test_a_late_support_moves_along(city: City) -> None:
    """The same without chance: the row that a merge could not yet see."""
    one, two, late = make.idea(), make.idea(), make.UserFactory()
    handling.merge(actor=make.actor(city.triage), matter=one.matter, into=two.matter, reason="같습니다.")
    now = fresh(one).matter.filed_at
    Support.objects.create(idea=one, supporter=late, at=now, changed_at=now)
    ideas.tally()
    ideas.tally()
    assert Support.objects.filter(idea=two, supporter=late).count() == 1
    assert fresh(two).support_total == Support.objects.filter(idea=two, withdrawn_at__isnull=True).count()


def test_counting_while_people_support_and_a_merge_runs(city: City) -> None:
    idea, other = make.idea(), make.idea()
    people = [make.UserFactory() for _ in range(5)]
    done = together(
        *[lambda who=who: ideas.support(actor=make.actor(who), idea=fresh(idea)) for who in people],
        ideas.tally,
        lambda: handling.merge(
            actor=make.actor(city.triage),
            matter=fresh(other.matter),
            into=fresh(idea.matter),
            reason="같습니다.",
        ),
    )
    refused(done)
    ideas.tally()
    assert (
        fresh(idea).support_total == Support.objects.filter(idea=idea, withdrawn_at__isnull=True).count() == 6
    )
    assert Audit.objects.filter(action="matters.matter.qualify").count() == 1


def test_two_counts_start_one_clock(city: City) -> None:
    idea = make.idea()
    for _ in range(3):
        ideas.support(actor=make.actor(make.UserFactory()), idea=idea)
    refused(together(ideas.tally, ideas.tally, ideas.tally))
    assert Clock.objects.filter(matter_id=idea.pk).count() == 1


def test_hidden_and_made_private_at_once(city: City) -> None:
    idea = make.idea()
    done = together(
        lambda: handling.hide(
            actor=make.actor(city.moderator), matter=fresh(idea.matter), reason_code="privacy", reason="이유"
        ),
        lambda: handling.retype(
            actor=make.actor(city.triage),
            matter=fresh(idea.matter),
            kind="complaint",
            reason="민원",
            private=True,
        ),
    )
    refused(done)
    assert fresh(idea.matter).disclosure == "private"


def test_numbers_have_no_gap_and_no_twin(city: City) -> None:
    done = together(*[lambda: make.idea(author=city.author).matter.number] * 6)
    assert refused(done) == 0
    assert len(set(done)) == 6
    assert sorted(number[8:13] for number in map(str, done)) == [f"{place:05d}" for place in range(1, 7)]


def test_two_sequencers_make_one_log(city: City) -> None:
    for _ in range(5):
        make.idea()
    done = together(sequencer.sequence, sequencer.sequence, sequencer.sequence)
    faults = [one for one in done if isinstance(one, Exception) and not isinstance(one, BusyError)]
    assert not faults, faults
    sequencer.sequence()
    places = list(Outbox.objects.order_by("index").values_list("index", flat=True))
    assert places == list(range(len(places)))


CHILD = """
import os, sys, time
import django
django.setup()
from django.conf import settings
from django.db import connection
settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = sys.argv[1]
from madang.commons.notices.domain import telling
telling.BATCH = 5
reach = telling._reach
def slow(event, batch):
    reach(event, batch)
    print("batch", flush=True)
    time.sleep(0.05)
telling._reach = slow
telling.fan_out(int(sys.argv[2]))
"""


def test_a_worker_killed_in_the_middle_tells_everyone_once(city: City) -> None:
    """SIGKILL inside the transaction of a batch, twice; then the job runs again."""
    idea = make.idea(author=city.author)
    people = User.objects.bulk_create(
        [User(email=f"f{place}@example.org", name="이웃") for place in range(40)]
    )
    for person in people:
        following.follow(reference=idea.matter.reference, user=person, why="follower")
    with transaction.atomic():
        event = Event.objects.create(
            reference=idea.matter.reference,
            kind="matters.assigned",
            title=idea.matter.title,
            data={},
            also_references=[],
        )
    name = str(connection.settings_dict["NAME"])
    for batches in (2, 4):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, name, str(event.pk)], stdout=subprocess.PIPE, text=True,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "madang.conf.settings", "PYTHONPATH": "src"},
        )  # fmt: skip
        assert child.stdout is not None
        for _ in range(batches):
            assert child.stdout.readline().strip() == "batch"
        child.send_signal(signal.SIGKILL)
        child.wait(timeout=10)
        child.stdout.close()
    time.sleep(0.2)
    known = Notice.objects.filter(event=event).count()
    assert 0 < known < 41
    assert fresh(event).told_at is None
    telling.fan_out(event.pk)
    rows = Notice.objects.filter(event=event).values("user").annotate(n=Count("pk"))
    assert {row["n"] for row in rows} == {1} and len(rows) == 41
    assert fresh(event).told_at is not None


def test_one_comment_form_in_two_tabs(city: City) -> None:
    """Two comments of one person at once are two, on one idea, and both are counted."""
    idea, person = make.idea(), make.UserFactory()
    done = together(
        *[
            lambda words=words: ideas.comment(
                actor=make.actor(person), idea=fresh(idea), body=words, stance="for"
            )
            for words in ("하나", "둘")
        ]
    )
    assert refused(done) == 0
    ideas.tally()
    assert Comment.objects.count() == fresh(idea).comment_total == 2
