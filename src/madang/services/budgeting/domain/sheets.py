"""Sheets of paper: two read each of them without seeing what the other read, and a third decides where they differ.

The scanner may be one of the two, where every mark is plain. What was read is erased as soon as the sheet is settled, and its picture
with it: the paper itself is the evidence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.kernel import ids, policy
from madang.kernel.actors import Actor
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.services.budgeting.domain import casting, slips
from madang.services.budgeting.layout import Printed
from madang.services.budgeting.logic import marking
from madang.services.budgeting.logic.paper import Chosen
from madang.services.budgeting.models import Box, Reading, Round, Sheet

SEEN = (Sheet.Why.UNREADABLE, Sheet.Why.NAMED, Sheet.Why.REPLACED, Sheet.Why.DAMAGED)
"""Reasons that a person sees; the others follow from the marks, or from the count."""
WAITING = (Sheet.State.OUT, Sheet.State.TYPED, Sheet.State.DISPUTED)


def find(round_: Round, serial: str) -> Sheet:
    """The sheet of this round with a serial.

    Raises:
        RefusedError: 422, nobody issued such a sheet, or it is of another round.
    """
    found = Sheet.objects.select_related("box__pot__round__host").filter(serial=serial).first()
    if found is None:
        raise RefusedError(
            _("No sheet with this number was issued. Check it against the paper: it begins with BS."),
            "sheet.unknown",
            status=422,
        )
    if found.box.pot.round_id != round_.pk:
        raise RefusedError(
            _("This sheet is of another round: %(round)s. It does not belong into this box.")
            % {"round": found.box.pot.round.title},
            "sheet.round",
            status=422,
        )
    return found


def receipt_code(round_: Round, sheet: Sheet) -> str:
    """The receipt code on the stub of a sheet, the same each time it is printed, until the vote is closed.

    Raises:
        RefusedError: 409, the vote is closed.
    """
    letters = ""
    for part in ("a", "b"):
        number = int(slips.hidden(round_, f"sheet:{sheet.serial}:{part}"), 16)
        for _at in range(10):
            number, rest = divmod(number, 32)
            letters += ids.CROCKFORD[rest]
    return "-".join(letters[start : start + 4] for start in range(0, 20, 4))


def _locked(sheet: Sheet) -> Sheet:
    """The sheet, held; its round held against closing; its box as it stands after both."""
    round_ = casting.hold(Box.objects.values_list("pot__round", flat=True).get(pk=sheet.box_id))
    fresh = Sheet.objects.select_for_update().get(pk=sheet.pk)
    fresh.box = Box.objects.select_related("pot").get(pk=sheet.box_id)
    fresh.box.pot.round = round_
    return fresh


def _require_waiting(sheet: Sheet) -> None:
    if sheet.state not in WAITING:
        raise RefusedError(
            _("Sheet %(serial)s is settled already: %(state)s. A sheet counts once.")
            % {"serial": sheet.serial, "state": sheet.get_state_display()},
            "sheet.settled",
            status=409,
        )


def _said(sheet: Sheet, marks: Mapping[str, Sequence[int]], why: str) -> dict[str, Any]:
    if why:
        if why not in SEEN:
            raise RefusedError(_("Choose one of the reasons."), "sheet.why", status=422)
        return {"why": why}
    printed = Printed.of(sheet.box.printed)
    known = {line.code for line in printed.lines}
    if set(marks) - known:
        raise RefusedError(_("There is no such project on this sheet."), "sheet.project", status=422)
    return {"marks": marking.tidy(marks)}


@transaction.atomic
def read(
    *, actor: Actor, sheet: Sheet, marks: Mapping[str, Sequence[int]] | None = None, why: str = ""
) -> Sheet:
    """Enter what somebody reads on a sheet: its marks, or one of `SEEN` for which it cannot be cast.

    The first reading waits for a second by somebody else, or meets that of the scanner. Alike: the sheet is settled. Different: it
    waits for a third person, whose reading decides.

    Raises:
        RefusedError: 409 when the sheet is settled, 403 without a mandate, from who read it before, or when its box is closed.
            Nothing is written then.
    """
    fresh = _locked(sheet)
    policy.require("budgeting.sheet.read", actor, fresh)
    _require_waiting(fresh)
    before = list(fresh.readings.all())
    if any(one.by_id == actor.account.pk for one in before):
        raise RefusedError(
            _("You have read this sheet already. Somebody else reads it now, without seeing what you typed."),
            "sheet.same_hands",
        )
    said = _said(fresh, marks or {}, why)
    Reading.objects.create(sheet=fresh, by=actor.account, said=said)
    if fresh.state == Sheet.State.OUT:
        return move(fresh, "type", actor=actor, organisation=fresh.box.pot.round.host)
    if fresh.state == Sheet.State.TYPED and before[0].said != said:
        return move(
            fresh,
            "dispute",
            actor=actor,
            organisation=fresh.box.pot.round.host,
            payload={"scanner": before[0].by_id is None},
        )
    return _settle(fresh, actor, said, before)


def _settle(sheet: Sheet, actor: Actor, said: dict[str, Any], before: list[Reading]) -> Sheet:
    """Cast the sheet, or spoil it for its reason; what was read of it is erased, and how people read it is logged without what."""
    pot = sheet.box.pot
    chosen: Chosen = []
    why = str(said.get("why", ""))
    if not why:
        chosen, why = marking.judge(Printed.of(sheet.box.printed).paper, said["marks"])
    payload = {
        "readers": len([one for one in before if one.by_id is not None]) + 1,
        "scanner": any(one.by_id is None for one in before),
        "agreed": [one.said == said for one in before],
    }
    if why:
        moved = move(
            sheet,
            "spoil",
            actor=actor,
            reason_code=why,
            reason=str(Sheet.Why(why).label),
            organisation=pot.round.host,
            payload=payload,
            changes={"why": why},
        )
    else:
        slips.put_in(pot, chosen, receipt_code(pot.round, sheet))
        moved = move(sheet, "cast", actor=actor, organisation=pot.round.host, payload=payload)
    sheet.readings.all().delete()
    _drop_picture(moved)
    return moved


def _drop_picture(sheet: Sheet) -> None:
    if sheet.picture:
        stored, name = sheet.picture.storage, str(sheet.picture.name)
        sheet.picture = ""
        sheet.save(update_fields=["picture"])
        transaction.on_commit(lambda: stored.delete(name))


@transaction.atomic
def scanned(
    *, actor: Actor, sheet: Sheet, picture: bytes, marks: Mapping[str, Sequence[int]] | None
) -> Sheet:
    """Keep what the scanner saw: the picture for those who read the sheet, and its marks as a first reading where every one is
    plain (None: some are not; two people read it).

    Raises:
        RefusedError: 409 when the sheet is settled, 403 without a mandate or when its box is closed.
    """
    fresh = _locked(sheet)
    policy.require("budgeting.sheet.read", actor, fresh)
    _require_waiting(fresh)
    if not fresh.picture:
        fresh.picture.save(f"{ids.new_code()}.jpg", ContentFile(picture), save=True)
    before = list(fresh.readings.all())
    if marks is None or before:
        # People have begun, or the scanner has: its second look would be no second reader.
        return fresh
    said = _said(fresh, marks, "")
    Reading.objects.create(sheet=fresh, by=None, said=said)
    return move(fresh, "type", actor=actor, organisation=fresh.box.pot.round.host, payload={"scanner": True})


def second_look(sheet: Sheet) -> list[dict[str, Any]]:
    """The readings that differ, for whoever decides; empty while a sheet is not disputed."""
    if sheet.state != Sheet.State.DISPUTED:
        return []
    return [{"scanner": one.by_id is None, **one.said} for one in sheet.readings.all()]
