"""The same moment twice: one form in two tabs, one person at two places, the last answer and the closing."""

from __future__ import annotations

import pytest

from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit
from madang.services.polls.domain import polls
from madang.services.polls.domain.responses import HandedIn, new_code
from madang.services.polls.models import Response, Slip
from tests.factories import UserFactory, actor
from tests.polls import asking
from tests.security.conftest import together

pytestmark = pytest.mark.django_db(transaction=True)


def _no_faults(results: list[object]) -> None:
    faults = [one for one in results if isinstance(one, Exception) and not isinstance(one, RefusedError)]
    assert not faults, faults


def test_one_form_sent_four_times_at_once_is_one_response() -> None:
    poll, code = asking.opened(), new_code()
    done = together(*[lambda: asking.say(poll, "한 번", code=code)] * 4)
    _no_faults(done)
    assert [one.is_new for one in done if isinstance(one, HandedIn)].count(True) == 1
    assert (Response.objects.count(), Slip.objects.count()) == (1, 1)
    assert Audit.objects.filter(action="polls.response.hand_in").count() == 1


def test_one_person_at_four_places_is_one_response() -> None:
    poll, user = asking.opened(level="contact", once=True), UserFactory()
    done = together(*[lambda n=n: asking.say(poll, f"말 {n}", user=user) for n in range(4)])
    _no_faults(done)
    assert (Response.objects.count(), Slip.objects.count()) == (1, 1)
    assert Response.objects.get().replies.count() == 1


def test_while_it_closes_each_answer_is_counted_or_refused() -> None:
    lead = asking.office()
    poll = asking.opened(lead=lead)
    done = together(
        *[lambda n=n: asking.say(poll, f"말 {n}") for n in range(4)],
        lambda: polls.close(actor=actor(lead[1]), poll=poll),
        lambda: polls.close(actor=actor(lead[1]), poll=poll),
    )
    _no_faults(done)
    kept = sum(isinstance(one, HandedIn) for one in done)
    closing = Audit.objects.get(action="polls.poll.close")
    assert closing.payload["data"]["responses"] == Response.objects.count() == kept
