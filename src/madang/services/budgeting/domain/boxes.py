"""Ballot boxes: sheets are issued to a place, and a box is closed when all of them are accounted for."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Count as Many
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock, ids, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.domain.rules import next_number
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.services.budgeting import layout
from madang.services.budgeting.domain import casting, slips
from madang.services.budgeting.layout import Line, Printed
from madang.services.budgeting.logic import boxes as arithmetic
from madang.services.budgeting.logic.boxes import Count
from madang.services.budgeting.models import Box, Pot, Project, Round, Sheet

MOST = 500
"""Sheets of one box; issue several for more."""


def printed_of(round_: Round, pot: Pot) -> Printed:
    """What a sheet printed now would show."""
    paper = casting.paper_of(round_, pot)
    titles = dict(Project.objects.filter(pot=pot, code__in=list(paper.costs)).values_list("code", "title"))
    lines = tuple(Line(code, cost, titles[code]) for code, cost in paper.costs.items())
    return Printed(paper.kind, paper.least, paper.most, paper.points, paper.money, lines)


@transaction.atomic
def open_box(*, actor: Actor, pot: Pot, place: str, size: int, large: int = 0) -> Box:
    """Issue sheets to a place; `large` of them in large print. What is printed on them is fixed here.

    Raises:
        RefusedError: no mandate, no booths in this round, the ballot is not fixed, or a size that no box has.
    """
    round_ = Round.objects.select_for_update().get(pk=pot.round_id)
    policy.require("budgeting.box.open", actor, round_)
    if round_.state not in slips.LIVE or clock.now() >= round_.votes_until:
        raise RefusedError(
            _("Sheets are issued from when the ballot is fixed until the vote ends."), "box.time", status=409
        )
    if not 1 <= size <= MOST or not 0 <= large <= size:
        raise RefusedError(
            _("A box holds 1 to %(most)s sheets, those in large print among them.") % {"most": MOST},
            "box.size",
            status=422,
        )
    printed = printed_of(round_, pot)
    try:
        layout.layout(printed, is_large=False)
    except layout.FullError as error:
        raise RefusedError(
            _("A sheet holds %(most)s projects, and on this ballot are %(many)s. Vote at the device of the booth instead.")
            % {"most": error.most, "many": len(printed.lines)},
            "box.full",
            status=422,
        ) from error  # fmt: skip
    slips.need_secret(round_)
    now = clock.now()
    box = Box.objects.create(
        number=next_number("BX", at=now),
        pot=pot,
        place=place,
        size=size,
        printed=printed.plain(),
        opened_by=actor.account,
        opened_at=now,
    )
    serials: set[str] = set()
    while len(serials) < size:
        serials.add(ids.number("BS", now, secrets.randbelow(900_000_000) + 100_000_000))
    Sheet.objects.bulk_create(
        [Sheet(box=box, serial=serial, is_large=at < large) for at, serial in enumerate(serials)],
        batch_size=500,
    )
    audit.record(
        actor=actor,
        action="budgeting.box.open",
        target=box.reference,
        at=now,
        after=box.state,
        organisation=round_.host,
        payload={
            "round": round_.slug,
            "pot": pot.code,
            "place": place,
            "issued": size,
            "large": large,
            "printed": box.printed,
        },
    )
    return box


def counts(boxes: Iterable[Box]) -> dict[int, Count]:
    """The sheets of each box, by its key; one query for all."""
    rows = list(boxes)
    states: dict[int, list[tuple[str, str]]] = {box.pk: [] for box in rows}
    found = Sheet.objects.filter(box__in=states).values_list("box", "state", "why").annotate(many=Many("pk"))
    for box, state, why, many in found.order_by():
        states[box] += [(state, why)] * many
    return {box.pk: arithmetic.count(box.size, states[box.pk]) for box in rows}


@transaction.atomic
def close(*, actor: Actor, box: Box, counted: Mapping[str, int], reason: str = "") -> Box:
    """Reconcile a box: piles counted by hand against the records. Sheets that nobody has seen are unused, or never came back.

    Args:
        counted: by `cast`, `spoiled`, `unused` how many sheets lie in the pile.
        reason: why it is closed although it does not add up; published. An approver gives it.

    Raises:
        RefusedError: no mandate; 409 while sheets wait for a second reading; 422 where it does not add up and nobody says why.
            Nothing is written then.
    """
    Round.objects.select_for_update().get(pk=box.pot.round_id)
    fresh = Box.objects.select_for_update(of=("self",)).select_related("pot__round__host").get(pk=box.pk)
    # No sheet of it moves while it is counted.
    list(Sheet.objects.select_for_update().filter(box=fresh).order_by("pk").values_list("pk"))
    known = counts([fresh])[fresh.pk]
    if known.pending:
        raise RefusedError(
            _("%(many)s sheets were read once or read differently. Settle them first.")
            % {"many": known.pending},
            "box.pending",
            status=409,
        )
    apart = arithmetic.apart(known, fresh.handed, counted)
    if apart and not reason.strip():
        policy.require("budgeting.box.close", actor, fresh)
        raise RefusedError(
            _("This box does not add up. Count again; if it stays so, an approver closes it and says why, in public."),
            "box.apart",
            status=422,
        )  # fmt: skip
    unused, missing = arithmetic.split(known, counted["unused"])
    _settle_unseen(fresh, missing)
    return move(
        fresh,
        "adjust" if apart else "close",
        actor=actor,
        reason=reason if apart else "",
        organisation=fresh.pot.round.host,
        payload={
            "issued": known.issued,
            "cast": known.cast,
            "spoiled": known.spoiled + missing,
            "missing": missing,
            "unused": known.unused + unused,
            "handed": fresh.handed,
            "codes": fresh.keyed,
            "codes_cast": fresh.keyed_cast,
            "counted": dict(counted),
            "apart": apart,
        },
        changes={
            "closed_at": clock.now(),
            "counted": dict(counted),
            "apart": apart,
            "adjusted": reason if apart else "",
        },
    )


def _settle_unseen(box: Box, missing: int) -> None:
    """Sheets without a mark are alike: so many of them count as missing, the others as unused."""
    unseen = Sheet.objects.filter(box=box, state=Sheet.State.OUT)
    lost = list(unseen.order_by("serial").values_list("pk", flat=True)[:missing])
    Sheet.objects.filter(pk__in=lost).update(state=Sheet.State.SPOILED, why=Sheet.Why.MISSING)
    Sheet.objects.filter(box=box, state=Sheet.State.OUT).update(state=Sheet.State.UNUSED)


def of_round(round_: Round) -> list[Box]:
    return list(Box.objects.filter(pot__round=round_).select_related("pot", "opened_by"))


def require_closed(round_: Round) -> None:
    """A vote with an open box cannot be closed: its sheets would be lost, or come later.

    Raises:
        RefusedError: 409, naming the boxes.
    """
    waiting = [box.number for box in of_round(round_) if box.state == Box.State.OPEN]
    if waiting:
        raise RefusedError(
            _("These boxes are not reconciled yet: %(boxes)s.") % {"boxes": ", ".join(waiting)},
            "box.waiting",
            status=409,
        )


def published(round_: Round) -> list[dict[str, Any]]:
    """The reconciliation of a round as it goes into the log with the closing, and to everybody."""
    rows = of_round(round_)
    known = counts(rows)
    return [
        {
            "box": box.number,
            "pot": box.pot.code,
            "place": box.place,
            "state": box.state,
            "issued": known[box.pk].issued,
            "cast": known[box.pk].cast,
            "spoiled": known[box.pk].spoiled,
            "missing": known[box.pk].missing,
            "unused": known[box.pk].unused,
            "handed": box.handed,
            "codes": box.keyed,
            "codes_cast": box.keyed_cast,
            "apart": box.apart,
            "adjusted": box.adjusted,
        }
        for box in rows
    ]


def channels(pot: Pot) -> dict[str, int]:
    """How many ballots of a pot came on paper and from the devices of booths: in the sum only, no ballot says it."""
    rows = list(pot.boxes.all())
    return {
        "paper": Sheet.objects.filter(box__in=rows, state=Sheet.State.CAST).count(),
        "booth": sum(box.keyed_cast for box in rows),
    }
