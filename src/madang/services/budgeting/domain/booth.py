"""A ballot at the device of a booth: a code from the roll opens it once."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock, ids
from madang.kernel.errors import RefusedError
from madang.services.budgeting.domain import casting, roll, slips
from madang.services.budgeting.domain.casting import Cast, PaperError
from madang.services.budgeting.logic import paper
from madang.services.budgeting.models import Ballot, Box, Key, Round


def read_code(typed: str) -> str:
    """A code as typed, in one form; "" when it cannot be one."""
    compact = "".join(typed.upper().replace("-", " ").split()).translate(ids.LOOKALIKES)
    return compact if len(compact) == roll.CODE and set(compact) <= set(ids.CROCKFORD) else ""


def opened_by(round_: Round, typed: str) -> Key:
    """The unused code of this round that was typed.

    Raises:
        RefusedError: 422, there is none; 409, it was used.
    """
    code = read_code(typed)
    keys = Key.objects.select_related("box__pot").filter(box__pot__round=round_)
    found = keys.filter(digest=roll.key_digest(code)).first() if code else None
    if found is None:
        raise RefusedError(
            _("This code opens no ballot. Check it against the slip, or ask at the table."),
            "budgeting.key",
            status=422,
        )
    if found.is_used:
        raise RefusedError(
            _("A ballot was cast with this code already. A code counts once."),
            "budgeting.key_used",
            status=409,
        )
    return found


@transaction.atomic
def cast(*, round_: Round, typed: str, given: object, code: str = "") -> Cast:
    """Cast with a code from the roll. Nothing leads from the ballot to the code, nor from the code to a person.

    Args:
        code: of the receipt, so that the same form sent twice is one act; fresh where empty.

    Raises:
        RefusedError: no such code, it was used, or the vote is not open.
        PaperError: 422, with what has to be corrected.
    """
    fresh = casting.hold(round_.pk)
    code = code or ids.new_code()
    sent = Ballot.objects.filter(pot__round=fresh, code=ids.code_hash(code)).first()
    if sent is not None:
        return Cast(sent, code, is_new=False, is_change=False)
    key = Key.objects.select_for_update(of=("self",)).get(pk=opened_by(fresh, typed).pk)
    opened_by(fresh, typed)  # of two that are sent at once the second finds it used
    if not fresh.takes_ballots(clock.now()):
        raise RefusedError(_("The vote is not open now."), "budgeting.not_open")
    pot = key.box.pot
    pot.round = fresh
    chosen, findings = paper.read(casting.paper_of(fresh, pot), given)
    if findings:
        raise PaperError(findings)
    ballot = slips.put_in(pot, chosen, code)
    Key.objects.filter(pk=key.pk).update(is_used=True)
    Box.objects.filter(pk=key.box_id).update(keyed_cast=F("keyed_cast") + 1)
    return Cast(ballot, code, is_new=True, is_change=False)
