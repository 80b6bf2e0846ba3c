"""A round is prepared, announced and called off; what was announced stands, and the clock does the rest."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from madang.commons.notices import api as notices
from madang.commons.notices.models import Event
from madang.kernel import clock, flow, policy
from madang.kernel.actors import system
from madang.kernel.errors import RefusedError
from madang.kernel.levels import Level
from madang.kernel.models import Audit, Rule
from madang.services.budgeting.domain import announcing, rounds
from madang.services.budgeting.domain.rounds import PotDraft
from madang.services.budgeting.enums import BY_KEY, METHODS, TIE_ORDERS, fits
from madang.services.budgeting.flows import ROUND
from madang.services.budgeting.logic import writing
from madang.services.budgeting.logic.ties import ORDERS
from madang.services.budgeting.models import Pot, Round
from tests.budgeting import rounds_support as s
from tests.factories import UserFactory, actor, official

pytestmark = pytest.mark.django_db


def as_is(row: Round) -> dict[str, Any]:
    """Everything about a round that a refused act could have changed."""
    found = Round.objects.filter(pk=row.pk).values().get()
    return {
        "row": found,
        "pots": list(Pot.objects.filter(round=row).values()),
        "rules": Rule.objects.filter(code=f"budgeting.{row.slug}").count(),
        "said": Audit.objects.filter(target=row.reference).count(),
    }


def refused(code: str, act: Any, **given: Any) -> RefusedError:
    with pytest.raises(RefusedError) as error:
        act(**given)
    assert error.value.code == code
    return error.value


def test_every_step_of_the_flow_has_its_policy() -> None:
    for step in ROUND.steps:
        assert f"{ROUND.name}.{step.name}" in policy.names()
    assert isinstance(ROUND, flow.Flow)


def test_a_draft_gets_codes_a_rule_of_its_own_and_no_public_line() -> None:
    row = s.draft(answer_days=21)
    assert [(pot.order, pot.code, pot.amount) for pot in row.pots.all()] == [
        (1, "city", 900_000_000),
        (2, "p1", 250_000_000),
    ]
    assert (row.state, row.is_public, row.secret, row.answer_days) == ("draft", False, "", 21)
    assert row.rule.code == "budgeting.next"
    assert not Audit.objects.get(target=row.reference).is_public


def test_only_a_facilitator_of_the_host_prepares() -> None:
    others = [s.approver(), UserFactory(), official("facilitator", s.OrganisationFactory(code="other"))]
    for person in others:
        with pytest.raises(RefusedError):
            rounds.create(actor=actor(person), host=s.host(), slug="mine", **s.FIELDS)
    assert not Round.objects.exists()
    row = s.draft()
    before = as_is(row)
    for person in others:
        refused("mandate.facilitator", rounds.edit, actor=actor(person), row=row, seen=0, year=2030)
        refused("mandate.facilitator", announcing.announce, actor=actor(person), row=row, seen=0)
        refused("mandate.facilitator", rounds.call_off, actor=actor(person), row=row, reason="because")
    assert as_is(row) == before


@pytest.mark.parametrize("slug", ["next", "new"])
def test_a_short_name_belongs_to_one_round(slug: str) -> None:
    s.draft()
    refused("rounds.slug", rounds.create, actor=actor(s.facilitator()), host=s.host(), slug=slug, **s.FIELDS)
    assert Round.objects.count() == 1 and Rule.objects.filter(code__startswith="budgeting.").count() == 1


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("intake_until", {"intake_until": s.BEGINS}),
        ("votes_from", {"votes_from": s.ENDS - s.SECOND}),
        ("votes_until", {"votes_until": s.VOTES}),
        ("least", {"least": 6}),
        ("pots", {"pots": [PotDraft("가", "A", 0)]}),
        ("pots", {"pots": [PotDraft("가", "A", -5)]}),
        ("pots", {"pots": [PotDraft("가", "A", 5, code="x"), PotDraft("나", "B", 5, code="x")]}),
    ],
)
def test_what_contradicts_itself_is_refused_and_changes_nothing(field: str, change: dict[str, Any]) -> None:
    row = s.draft()
    before = as_is(row)
    refused(f"rounds.{field}", rounds.edit, actor=actor(s.facilitator()), row=row, seen=0, **change)
    assert as_is(row) == before
    refused(
        f"rounds.{field}",
        rounds.create,
        actor=actor(s.facilitator()),
        host=s.host(),
        slug="other",
        **(s.FIELDS | change),
    )
    assert Round.objects.count() == 1


def test_the_database_keeps_moments_in_order_too() -> None:
    row = s.draft()
    with pytest.raises(IntegrityError), transaction.atomic():
        Round.objects.filter(pk=row.pk).update(votes_until=s.VOTES)


def test_editing_replaces_pots_and_keeps_the_codes_that_are_given() -> None:
    row = s.draft()
    pots = [PotDraft("새 것", "New", 7), PotDraft("바닷가", "Seaside", 9, code="p1")]
    row = rounds.edit(actor=actor(s.facilitator()), row=row, seen=0, pots=pots, year=2030, answer_days=10)
    assert {pot.code: pot.amount for pot in row.pots.all()} == {"p1": 9, "p2": 7}
    assert (row.revision, row.year, row.answer_days, row.rule.version) == (1, 2030, 10, 2)
    row = rounds.edit(actor=actor(s.facilitator()), row=row, seen=1, answer_days=10)
    assert row.rule.version == 2 and row.pots.count() == 2  # nothing changed, so no version is added


def test_two_officials_at_once_lose_nothing() -> None:
    row = s.draft()
    second = official("facilitator", s.host())
    rounds.edit(actor=actor(second), row=row, seen=0, title_ko="먼저")
    before = as_is(row)
    with pytest.raises(rounds.StaleError) as error:
        rounds.edit(actor=actor(s.facilitator()), row=row, seen=0, title_ko="나중", pots=[])
    assert error.value.status == 409 and error.value.row.changed_by == second
    with clock.at(s.BORN), pytest.raises(rounds.StaleError):
        announcing.announce(actor=actor(s.facilitator()), row=row, seen=0)
    assert as_is(row) == before


def test_announcing_freezes_everything_and_the_log_has_its_digest() -> None:
    row = s.announced()
    frozen = row.frozen
    assert (row.state, row.is_public, len(row.secret)) == ("announced", True, 64)
    assert frozen["pots"][1] == {
        "code": "p1", "ko": "바닷가", "en": "Seaside", "amount": 250_000_000, "district": "",
    }  # fmt: skip
    assert frozen["dates"]["votes_until"] == "2026-06-22T00:00:00+09:00"
    assert frozen["ballot"] == {"kind": "approval", "least": 1, "most": 5, "points": 0}
    assert frozen["count"] == {
        "method": "equal-shares.cost.add1", "rule": "equal-shares", "utility": "cost", "completion": "add1",
        "increment": writing.STEP, "ties": "cost",
    }  # fmt: skip
    assert s.announced("plain", method="greedy").frozen["count"]["increment"] is None
    assert (frozen["level"], frozen["answers"]["days"]) == ("resident", 30)
    said = Audit.objects.get(target=row.reference, action="budgeting.round.announce")
    assert said.is_public and said.payload["data"]["announced"] == frozen
    # Anybody can make the digest anew: keys in order, no blanks.
    plain = json.dumps(frozen, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert said.payload["data"]["sha256"] == announcing.digest_of(frozen) == hashlib.sha256(plain).hexdigest()
    assert row.secret not in json.dumps(said.payload)


def test_what_was_announced_does_not_change() -> None:
    row = s.announced()
    before = as_is(row)
    chief = actor(s.facilitator())
    refused("flow.state", rounds.edit, actor=chief, row=row, seen=0, year=2030, pots=[PotDraft("가", "A", 1)])
    refused("flow.state", announcing.announce, actor=chief, row=row, seen=0)
    assert as_is(row) == before


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("pots", {"pots": ()}),
        ("intake_from", {"intake_from": s.BORN - s.SECOND}),
        ("results_on", {"results_on": s.midnight(6, 21).date()}),
        ("settles_on", {"settles_on": s.midnight(7, 1).date()}),
        ("method", {"method": "composite"}),
        ("method", {"method": ""}),
        ("method", {"ballot": "points", "points": 10}),
        ("method", {"ballot": "ranking", "method": "phragmen"}),
        ("points", {"ballot": "points", "method": "greedy"}),
        ("tie_order", {"tie_order": "file"}),
        ("tie_order", {"tie_order": "coin"}),
        ("ballot", {"ballot": "song"}),
        ("least", {"least": 0}),
        ("level", {"level": Level.ANONYMOUS}),
        ("whole_source", {"whole_source": ""}),
        ("whole_budget", {"whole_budget": 1_000}),
    ],
)
def test_what_is_missing_keeps_it_from_being_announced(field: str, change: dict[str, Any]) -> None:
    row = s.draft(**change)
    before = as_is(row)
    with clock.at(s.BORN), pytest.raises(announcing.UnreadyError) as error:
        announcing.announce(actor=actor(s.facilitator()), row=row, seen=0)
    assert error.value.status == 422
    assert field in [one.field for one in error.value.found]
    assert all(str(one.words).endswith((".", "요.")) for one in error.value.found)
    assert as_is(row) == before


@pytest.mark.parametrize("ballot", Round.Ballot.values)
@pytest.mark.parametrize("method", [one.key for one in METHODS])
def test_a_ballot_is_announced_with_the_rules_that_use_all_it_says(ballot: str, method: str) -> None:
    given = {"ballot": ballot, "method": method, "points": 10 if ballot == "points" else 0}
    if fits(ballot, method):
        assert s.announced(**given).frozen["count"]["method"] == method
    else:
        with pytest.raises(announcing.UnreadyError):
            s.announced(**given)


def test_orders_and_methods_that_a_round_offers_are_those_of_the_program() -> None:
    assert set(TIE_ORDERS) < set(ORDERS)
    assert all(any(fits(ballot, key) for key in BY_KEY) for ballot in Round.Ballot.values)
    assert not fits("approval", "composite")


def test_the_clock_moves_a_round_at_its_moments_and_not_before() -> None:
    row = s.announced()
    for moment, state in (
        (s.BEGINS - s.SECOND, "announced"),
        (s.BEGINS, "intake"),
        (s.ENDS - s.SECOND, "intake"),
        (s.ENDS, "screening"),
        (s.CLOSES, "screening"),  # the ballot is fixed by people
    ):
        with clock.at(moment):
            rounds.advance()
        assert s.fresh(row).state == state
    Round.objects.filter(pk=row.pk).update(state="ballot")
    with clock.at(s.VOTES - s.SECOND):
        assert rounds.advance() == 0
    with clock.at(s.VOTES):
        assert rounds.advance() == 1
        assert rounds.advance() == 0
    assert s.fresh(row).state == "voting"


def test_a_round_that_was_missed_catches_up_at_once() -> None:
    row = s.announced()
    with clock.at(s.ENDS):
        assert rounds.advance() == 2
    assert s.fresh(row).state == "screening"


def test_nobody_moves_a_round_by_hand() -> None:
    row = s.announced()
    for person in (s.facilitator(), s.approver()):
        with clock.at(s.BEGINS):
            refused("by_rule", rounds.move, item=row, step_name="begin", actor=actor(person))
    assert s.fresh(row).state == "announced"


def test_calling_off_is_public_and_destroys_the_secret() -> None:
    row = s.announced()
    before = as_is(row)
    refused("flow.reason", rounds.call_off, actor=actor(s.facilitator()), row=row, reason=" ")
    assert as_is(row) == before
    row = rounds.call_off(actor=actor(s.facilitator()), row=row, reason="의회가 예산을 줄였습니다.")
    assert (row.state, row.secret) == ("called_off", "")
    said = Audit.objects.get(target=row.reference, action="budgeting.round.call_off")
    assert said.is_public and said.reason == "의회가 예산을 줄였습니다."
    with clock.at(s.BEGINS):
        assert rounds.advance() == 0


def test_a_draft_that_is_called_off_never_was_public() -> None:
    row = rounds.call_off(actor=actor(s.facilitator()), row=s.draft(), reason="다른 해에 합니다.")
    assert not row.is_public
    assert not Audit.objects.filter(target=row.reference, is_public=True).exists()


def test_followers_hear_of_each_change_of_state() -> None:
    row, reader = s.announced(), UserFactory()
    notices.follow(reference=row.reference, user=reader, why="follower")
    with clock.at(s.BEGINS):
        rounds.advance()
    with clock.at(s.ENDS):
        rounds.advance()
    rounds.call_off(actor=actor(s.facilitator()), row=row, reason="의회가 예산을 줄였습니다.")
    assert list(
        Event.objects.filter(reference=row.reference).order_by("pk").values_list("kind", flat=True)
    ) == [
        "budgeting.intake",
        "budgeting.screening",
        "budgeting.called_off",
    ]


def test_the_system_cannot_announce() -> None:
    row = s.draft()
    refused("mandate.facilitator", announcing.announce, actor=system("x"), row=row, seen=0)
