"""Every order of two acts' statements, by design and not by luck: nothing lost, nothing double.

Each pair runs once for every statement of the first act: held right after it, the second act runs whole.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from madang.commons.matters.models import Clock
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, User
from madang.services.square.domain import counting, ideas
from madang.services.square.models import Idea, Support
from tests import factories as make
from tests.live.conftest import interleave
from tests.matters.conftest import City, city

__all__ = ["city"]
pytestmark = pytest.mark.django_db(transaction=True)


def support(person: User, idea: Idea) -> Callable[[], object]:
    return lambda: ideas.support(actor=make.actor(person), idea=Idea.objects.get(pk=idea.pk))


def unsupport(person: User, idea: Idea) -> Callable[[], object]:
    return lambda: ideas.unsupport(actor=make.actor(person), idea=Idea.objects.get(pk=idea.pk))


def every_place(
    prepare: Callable[[], tuple[Callable[[], object], Callable[[], object], Callable[..., None]]],
) -> int:
    """Interleave at the 1st, 2nd … statement of the first act until it has no more; returns how many."""
    place = 0
    while True:
        place += 1
        first, second, check = prepare()
        one, two, there = interleave(first, second, place)
        for result in (one, two):
            assert not isinstance(result, Exception) or isinstance(result, RefusedError), repr(result)
        check(one, two)
        if not there:
            return place - 1


def sound(idea: Idea) -> int:
    """After the tally the total is the number of rows, each person has one, one clock at most runs."""
    ideas.tally()
    ideas.tally()
    rows = Support.objects.filter(idea=idea)
    standing = rows.filter(withdrawn_at__isnull=True).count()
    now = Idea.objects.get(pk=idea.pk)
    assert now.support_total == standing == counting.supports_now([idea.pk])[idea.pk]
    assert not rows.filter(uncounted__isnull=False).exists()
    assert rows.values("supporter").distinct().count() == rows.count()
    clocks = Clock.objects.filter(matter_id=idea.pk).count()
    assert clocks == (now.qualified_at is not None) <= 1
    assert (
        Audit.objects.filter(action="matters.matter.qualify", target=now.matter.reference).count() == clocks
    )
    if now.qualified_at is not None:
        assert standing >= now.threshold, "a clock runs that too few started"
    return standing


def test_one_person_supports_twice(city: City) -> None:
    def prepare() -> Any:
        idea, person = make.idea(), make.UserFactory()

        def check(one: object, two: object) -> None:
            assert sorted([one, two]) == [False, True]  # type: ignore[type-var]
            assert sound(idea) == 1

        return support(person, idea), support(person, idea), check

    assert every_place(prepare) >= 3


def test_two_people_support_and_the_tally_runs_between(city: City) -> None:
    def prepare() -> Any:
        idea = make.idea()
        ideas.support(actor=make.actor(make.UserFactory()), idea=idea)

        def check(one: object, two: object) -> None:
            assert sound(idea) == 2

        return support(make.UserFactory(), idea), ideas.tally, check

    every_place(prepare)


def test_a_support_arrives_while_the_tally_counts(city: City) -> None:
    """The row that is committed late, at every line of the tally: counted once, by this run or the next."""

    def prepare() -> Any:
        idea = make.idea()
        ideas.support(actor=make.actor(make.UserFactory()), idea=idea)

        def check(one: object, two: object) -> None:
            assert two is True
            assert sound(idea) == 2

        return ideas.tally, support(make.UserFactory(), idea), check

    assert every_place(prepare) >= 5


def test_two_tallies(city: City) -> None:
    def prepare() -> Any:
        idea = make.idea()
        for _ in range(3):
            ideas.support(actor=make.actor(make.UserFactory()), idea=idea)
        return ideas.tally, ideas.tally, lambda one, two: sound(idea) == 3 or pytest.fail("lost")

    assert every_place(prepare) >= 8


def test_support_taken_back_while_the_tally_counts(city: City) -> None:
    def prepare() -> Any:
        idea, person = make.idea(), make.UserFactory()
        ideas.support(actor=make.actor(person), idea=idea)

        def check(one: object, two: object) -> None:
            assert two is True
            assert sound(idea) == 0

        return ideas.tally, unsupport(person, idea), check

    every_place(prepare)


def test_the_last_supporter_leaves_while_the_clock_is_about_to_start(city: City) -> None:
    """Either the office owes an answer and the support stays, or she leaves and no clock runs."""

    def prepare() -> Any:
        idea, person = make.idea(), make.UserFactory()
        for who in (make.UserFactory(), make.UserFactory(), person):
            ideas.support(actor=make.actor(who), idea=idea)

        def check(one: object, two: object) -> None:
            left, standing = two is True, sound(idea)
            started = Idea.objects.get(pk=idea.pk).qualified_at is not None
            assert (standing, started) == ((2, False) if left else (3, True))

        return ideas.tally, unsupport(person, idea), check

    every_place(prepare)


def test_the_clock_starts_while_somebody_leaves(city: City) -> None:
    def prepare() -> Any:
        idea, person = make.idea(), make.UserFactory()
        for who in (make.UserFactory(), make.UserFactory(), person):
            ideas.support(actor=make.actor(who), idea=idea)

        def check(one: object, two: object) -> None:
            standing = sound(idea)
            assert standing == (2 if one is True else 3)

        return unsupport(person, idea), ideas.tally, check

    assert every_place(prepare) >= 3


def test_given_and_taken_back_at_once_from_two_tabs(city: City) -> None:
    def prepare() -> Any:
        idea, person = make.idea(), make.UserFactory()
        ideas.support(actor=make.actor(person), idea=idea)

        def check(one: object, two: object) -> None:
            row = Support.objects.get(idea=idea)
            assert sound(idea) == (row.withdrawn_at is None)

        return unsupport(person, idea), support(person, idea), check

    every_place(prepare)
