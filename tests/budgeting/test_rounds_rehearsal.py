"""A rehearsal fills in ballots as the round would take them and counts them by its rule; trials look at real elections."""

from __future__ import annotations

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from madang.conf.demo import budget
from madang.kernel import clock
from madang.kernel.models import Audit
from madang.services.budgeting.domain import counting, importing
from madang.services.budgeting.enums import METHODS
from madang.services.budgeting.logic import rehearsal
from madang.services.budgeting.logic.count import Settings
from madang.services.budgeting.models import Count, Election, Item, Round
from tests.budgeting import rounds_support as s
from tests.budgeting.support import brought
from tests.budgeting.test_rounds_pages import signed_in, words

WAYS = st.builds(
    lambda kind, least, more, points: rehearsal.Way(kind, least, least + more, points),
    st.sampled_from(sorted(rehearsal.VOTE_TYPES)),
    st.integers(1, 20),
    st.integers(0, 20),
    st.integers(1, 30),
)


@given(way=WAYS, money=st.integers(1, 10**15), seed=st.integers(1, 20), voters=st.integers(1, 40))
def test_made_ballots_keep_the_limits_of_the_round(
    way: rehearsal.Way, money: int, seed: int, voters: int
) -> None:
    projects = rehearsal.made_projects(money, seed)
    filled = rehearsal.ballots(projects, money, way, seed, voters)
    assert len(filled) == voters and len({one.code for one in projects}) == len(projects)
    assert all(0 < one.cost <= money for one in projects)
    for one in filled:
        assert len(set(one.projects)) == len(one.projects)
        if way.kind == "knapsack":
            assert sum(projects[at].cost for at in one.projects) <= money
            continue
        most = min(way.most, way.points) if way.kind == "points" else way.most
        assert min(way.least, len(projects), most) <= len(one.projects) <= most
        if way.kind == "points":
            assert sum(one.points) == way.points and min(one.points) >= 1
    held = rehearsal.election(projects, filled, money, way)
    assert held.voters == voters and held.budget == money
    assert held.votes() == [sum(at in one.projects for one in filled) for at in range(len(projects))]


@pytest.mark.parametrize("kind", sorted(rehearsal.VOTE_TYPES))
@pytest.mark.parametrize("method", METHODS, ids=lambda one: one.key)
def test_every_rule_counts_every_kind_of_ballot_within_the_money(kind: str, method: object) -> None:
    money = 900_000_000
    way = rehearsal.Way(kind, 1, 5, 10)
    projects = rehearsal.made_projects(money, 3)
    filled = rehearsal.ballots(projects, money, way, 3, 60)
    held = rehearsal.election(projects, filled, money, way)
    settings = Settings(method.rule, method.utility, method.completion, ties="cost")  # type: ignore[attr-defined]
    found = rehearsal.result(projects, filled, held, settings)
    assert found.winners and found.spent == sum(projects[at].cost for at in found.winners) <= money
    served = [one for one in filled if found.winners & set(one.projects)]
    assert (found.served, sum(found.by_quarter)) == (len(served), len(served))
    again = rehearsal.result(projects, rehearsal.ballots(projects, money, way, 3, 60), held, settings)
    assert again == found


@pytest.mark.django_db
def test_a_rehearsal_is_labelled_and_stores_nothing() -> None:
    importing.bring_in(budget.election().encode(), slug="haedam-2026", is_demo=True)
    Count.objects.all().delete()
    s.draft()
    before = (Election.objects.count(), Count.objects.count(), Audit.objects.count(), Item.objects.count())
    me = signed_in(s.facilitator())
    page = "/en/desk/budget/next/rehearsal/"
    shown = words(me.get(page))
    assert "Rehearsal with made-up ballots" in shown and "400 voters were made up" in shown
    assert "Quarter A, project 1" in shown and "Most votes first" in shown
    assert words(me.get(page)).count("Quarter B, project 2") == 1
    borrowed = words(me.get(f"{page}?pot=p1&items=haedam-2026&draw=7"))
    assert "새말 중앙공원 물놀이터" in borrowed and "Quarter A" not in borrowed
    for odd in ("?pot=nope", "?draw=0", "?draw=999", "?draw=x", "?items=nope", "?draw=²"):
        assert me.get(page + odd).status_code == 200
    assert before == (
        Election.objects.count(), Count.objects.count(), Audit.objects.count(), Item.objects.count(),
    )  # fmt: skip


@pytest.mark.django_db
def test_a_draft_that_cannot_be_rehearsed_says_why() -> None:
    s.draft("empty", pots=())
    s.draft("odd", ballot="points", points=5)
    me = signed_in(s.facilitator())
    assert "There is no pot yet." in words(me.get("/en/desk/budget/empty/rehearsal/"))
    assert "does not fit the ballot" in words(me.get("/en/desk/budget/odd/rehearsal/"))


@pytest.mark.django_db
def test_a_trial_shows_what_the_rule_would_have_changed_in_real_elections() -> None:
    one = brought()
    counting.count_waiting()
    importing.bring_in(budget.election().encode(), slug="haedam-2026", is_demo=True)
    s.draft()
    me = signed_in(s.facilitator())
    shown = words(me.get("/en/desk/budget/next/trial/"))
    assert "Budget of the Village" in shown and "haedam-2026" not in shown
    assert f"/en/budget/{one.slug}/?by=equal-shares.cost.add1#result" in shown
    count = one.counts.get(method="equal-shares.cost.add1")
    won = set(count.result["winners"])
    cells = (
        f'<td class="numbers">{len(won - {"a", "c"})}</td><td class="numbers">{len({"a", "c"} - won)}</td>'
    )
    assert cells in shown and f"{100 * count.served / 4:.1f} %" in shown
    Count.objects.filter(pk=count.pk).update(state=Count.State.WAITING)
    assert "No real election is here yet." in words(me.get("/en/desk/budget/next/trial/"))


@pytest.mark.django_db
def test_a_round_with_its_own_result_is_no_trial_of_itself() -> None:
    one = brought()
    counting.count_waiting()
    row = s.draft()
    row.pots.filter(code="city").update(election=one)
    shown = words(signed_in(s.facilitator()).get("/en/desk/budget/next/trial/"))
    assert "No real election is here yet." in shown


@pytest.mark.django_db
def test_the_demo_round_takes_proposals_and_says_that_it_is_a_demo() -> None:
    from madang.conf.demo import city, rounds

    city.found()
    rounds.tell(lambda line: None)
    row = Round.objects.get(slug="haedam-next")
    assert row.state == "intake" and row.is_demo and row.takes_proposals(clock.now())
    shown = words(Client().get("/en/budget/rounds/haedam-next/"))
    assert "Demo" in shown and "Proposals are taken" in shown
