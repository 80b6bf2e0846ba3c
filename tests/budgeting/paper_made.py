"""Rounds with booths, for tests: a box, people at the table, sheets that were read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.models import Organisation, Role, User
from madang.services.budgeting.domain import boxes, closing, roll, sheets
from madang.services.budgeting.models import Box, Pot, Round, Sheet
from tests.budgeting import voting_made as made
from tests.factories import UserFactory, actor, official

TICK = {"A1": [1]}


def box_at(number: str) -> Box:
    """As a request would read it."""
    return Box.objects.select_related("pot__round__host").get(number=number)


@dataclass
class Booth:
    """A pot whose round has booths, its first box, and who works there."""

    pot: Pot
    box: Box
    first: Actor
    second: Actor
    third: Actor
    approver: Actor

    @property
    def fresh(self) -> Box:
        return box_at(self.box.number)

    def sheet(self, at: int = 0) -> Sheet:
        return list(Sheet.objects.filter(box=self.box))[at]

    def hand(self, user: User | None = None, **more: Any) -> str:
        return roll.hand(
            actor=self.first, box=self.fresh, person=roll.by_account(user or UserFactory()), **more
        )

    def read(self, sheet: Sheet, marks: Mapping[str, Sequence[int]] = TICK, why: str = "") -> Sheet:
        """By both people, alike."""
        for one in (self.first, self.second):
            sheet = sheets.read(actor=one, sheet=sheet, marks=marks, why=why)
        return sheet

    def voted(self, *marks: Mapping[str, Sequence[int]]) -> None:
        """So many people are handed a sheet, and each sheet is read by both."""
        waiting = list(Sheet.objects.filter(box=self.box, state="out"))
        for one, sheet in zip(marks, waiting, strict=False):
            self.hand()
            self.read(sheet, one)

    def close(self, cast: int, spoiled: int, unused: int, reason: str = "", by: Actor | None = None) -> Box:
        with clock.at(self.pot.round.votes_until):
            return boxes.close(
                actor=by or (self.approver if reason else self.first),
                box=self.fresh,
                counted={"cast": cast, "spoiled": spoiled, "unused": unused},
                reason=reason,
            )

    def end(self) -> Round:
        with clock.at(self.pot.round.votes_until):
            closing.close_due()
        return Round.objects.get(pk=self.pot.round_id)


def booth(*, size: int = 6, large: int = 0, **fields: Any) -> Booth:
    host = fields.pop("host", None) or Organisation.objects.filter(code="booths").first()
    host = host or made.OrganisationFactory(code="booths")
    pot = made.opened(host=host, **{"on_paper": "booth", **fields})
    triage = actor(official(Role.TRIAGE, host))
    box = boxes.open_box(actor=triage, pot=pot, place="해담중앙도서관", size=size, large=large)
    pot.round.refresh_from_db()
    second, third = (actor(official(Role.OPERATOR, host)) for _at in range(2))
    return Booth(pot, box, triage, second, third, actor(made.approver(host)))
