"""In which district somebody votes: as a proof says it, or her own word where the round takes it. One district a round."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from madang.kernel import places, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import assurance
from madang.kernel.errors import RefusedError
from madang.services.budgeting.domain import slips
from madang.services.budgeting.models import Pot, Residence, Round


def of_person(actor: Actor, round_: Round) -> Residence | None:
    """Her row in a round; None where she has said nothing and not voted for a district, or nobody can tell any more."""
    if actor.user is None or not slips.has_secret(round_):
        return None
    mine = slips.pseudonym(round_, None, actor.user)
    return Residence.objects.filter(round=round_, pseudonym=mine).first()


def _district(actor: Actor, round_: Round, row: Residence | None) -> str:
    if row is not None and row.is_fixed:
        return row.district
    proved = assurance.facts_of(actor.account).district
    if proved or round_.district_by == Round.DistrictBy.PROOF:
        return proved
    return row.district if row is not None else ""


def district_of(actor: Actor, round_: Round) -> str:
    """The code of the district in which somebody votes, `Residence.OTHER`, or empty where it is not known.

    Where she has voted she votes until closing; otherwise a proof counts more than a word.
    """
    return "" if actor.user is None else _district(actor, round_, of_person(actor, round_))


def say(*, actor: Actor, round_: Round, district: str) -> None:
    """She says where she lives; she may say it anew until she has voted for a district.

    Raises:
        RefusedError: the vote is not open, the round asks for a proof, no such district, or she has voted already.
    """
    policy.require("budgeting.residence.say", actor, round_)
    if district != Residence.OTHER and places.district(district) is None:
        raise RefusedError(_("Choose a district from the list."), "budgeting.district_unknown", status=422)
    slips.need_secret(round_)
    round_.refresh_from_db(fields=["secret"])
    mine = slips.pseudonym(round_, None, actor.account)
    said = Residence(round=round_, pseudonym=mine, district=district)
    try:
        with transaction.atomic():
            said.save(force_insert=True)
    except IntegrityError:  # said before
        # Only a row on which no ballot rests; one that is being cast holds it, and then nothing is found here.
        open_ = Residence.objects.filter(round=round_, pseudonym=mine, is_fixed=False)
        if not open_.update(district=district):
            raise _voted(of_person(actor, round_)) from None


def fix(*, actor: Actor, pot: Pot) -> None:
    """The ballot that is being written binds her to the district of this pot. Only within its transaction.

    Raises:
        RefusedError: 403, she votes in another district.
        IntegrityError: another window of hers was first; the act is tried again.
    """
    round_ = pot.round
    mine = slips.pseudonym(round_, None, actor.account)
    row = Residence.objects.select_for_update().filter(round=round_, pseudonym=mine).first()
    if _district(actor, round_, row) != pot.district:
        raise _voted(row)
    if row is None:
        Residence.objects.create(round=round_, pseudonym=mine, district=pot.district, is_fixed=True)
    elif not row.is_fixed:
        row.district, row.is_fixed = pot.district, True
        row.save(update_fields=["district", "is_fixed"])


def _voted(row: Residence | None) -> RefusedError:
    area = places.district(row.district) if row is not None else None
    words = _("You vote in another district: %(area)s.") % {"area": area.label if area else "–"}
    return RefusedError(words, "budgeting.district", status=403)
