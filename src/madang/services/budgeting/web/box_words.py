"""Boxes and sheets in words and tables, for the desk and for everybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from madang.kernel.actors import Actor
from madang.services.budgeting.domain import boxes
from madang.services.budgeting.logic import boxes as arithmetic
from madang.services.budgeting.logic.boxes import Count
from madang.services.budgeting.models import Box, Round, Sheet

Part = dict[str, Any]


def table(rows: list[Box], known: Mapping[int, Count], *, link: str = "") -> Part:
    """Boxes with issued = cast + spoiled + unused, and what was handed out; `link`: the round whose desk the numbers lead to."""
    columns = (_("Box"), _("Place"), _("State"))
    numbers = (
        _("Issued"),
        pgettext("ballot sheets", "Cast"),
        pgettext("ballot sheets", "Spoiled"),
        _("never came back"),
        pgettext("ballot sheets", "Unused"),
        _("Not settled yet"),
        _("Handed to voters"),
        _("Codes used, of those given"),
    )
    return {
        "caption": _("Ballot boxes: issued = cast + spoiled + unused"),
        "columns": [{"label": label} for label in columns]
        + [{"label": label, "numeric": True} for label in numbers]
        + [{"label": _("Money")}],
        "rows": [{"cells": _cells(box, known[box.pk], link)} for box in rows],
        "empty": _("No box has been opened yet"),
    }


def _cells(box: Box, count: Count, link: str) -> list[Any]:
    figures = (
        count.issued, count.cast, count.spoiled, count.missing, count.unused, count.pending + count.out, box.handed,
    )  # fmt: skip
    return [
        {"text": box.number, "url": reverse("desk_box", args=[link, box.number])} if link else box.number,
        box.place,
        state(box),
        *({"text": f"{figure:,}", "numeric": True} for figure in figures),
        {"text": f"{box.keyed_cast:,} / {box.keyed:,}", "numeric": True},
        box.pot.title,
    ]


def state(box: Box) -> Part:
    if box.state == Box.State.OPEN:
        return {"text": _("Not reconciled yet"), "badge": "ochre"}
    if box.apart:
        return {"text": _("Does not add up; closed with a reason"), "badge": "persimmon"}
    return {"text": _("Adds up"), "badge": "jade"}


def differences(box: Box, counted: Mapping[str, int]) -> list[str]:
    """In what a box would not add up."""
    known = boxes.counts([box])[box.pk]
    return said_apart(arithmetic.apart(known, box.handed, counted))


def said_apart(apart: Mapping[str, int]) -> list[str]:
    """Differences as sentences."""
    found = []
    for name, by in apart.items():
        many = abs(by)
        if name == "handed" and by > 0:
            found.append(
                ngettext(
                    "%(n)s sheet more came out of the box than was handed to voters.",
                    "%(n)s sheets more came out of the box than were handed to voters.",
                    many,
                )
                % {"n": many}
            )
        elif name == "handed":
            found.append(
                ngettext(
                    "%(n)s sheet that was handed to a voter is not accounted for.",
                    "%(n)s sheets that were handed to voters are not accounted for.",
                    many,
                )
                % {"n": many}
            )
        else:
            pile = {
                "cast": _("In the pile of cast sheets"),
                "spoiled": _("In the pile of spoiled sheets"),
                "unused": _("In the pile of unused sheets"),
            }[name]
            more = (
                ngettext("%(n)s sheet too many", "%(n)s sheets too many", many)
                if by > 0
                else ngettext("%(n)s sheet is missing", "%(n)s sheets are missing", many)
            )
            found.append(f"{pile}: {more % {'n': many}}")
    return found


def adjusted(rows: Iterable[Box]) -> list[Part]:
    """Boxes that were closed although they did not add up, each with its differences and the published reason."""
    return [{"box": box, "apart": said_apart(box.apart), "reason": box.adjusted} for box in rows if box.apart]


def waiting(round_: Round, actor: Actor) -> list[Part]:
    """Sheets that were read once, or differently, and not by her: somebody else has to look."""
    rows = Sheet.objects.filter(
        box__pot__round=round_, box__state=Box.State.OPEN, state__in=[Sheet.State.TYPED, Sheet.State.DISPUTED]
    ).exclude(readings__by=actor.account)
    return [
        {
            "title": sheet.serial,
            "url": reverse("desk_sheet", args=[round_.slug, sheet.serial]),
            "tags": [
                {
                    "label": sheet.get_state_display(),
                    "tone": "persimmon" if sheet.state == Sheet.State.DISPUTED else "ochre",
                }
            ],
            "meta": [sheet.box.number, sheet.box.place],
        }
        for sheet in rows.select_related("box").order_by("state", "serial")[:50]
    ]


def reasons(round_: Round) -> list[Part]:
    """Why sheets of a round were spoiled, the most frequent first."""
    tally: dict[str, int] = {}
    for why in Sheet.objects.filter(box__pot__round=round_, state=Sheet.State.SPOILED).values_list(
        "why", flat=True
    ):
        tally[why] = tally.get(why, 0) + 1
    return [
        {"label": str(Sheet.Why(why).label), "many": many}
        for why, many in sorted(tally.items(), key=lambda one: (-one[1], one[0]))
    ]
