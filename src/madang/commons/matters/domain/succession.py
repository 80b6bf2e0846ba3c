"""What becomes of matters and promises when an office ends: the one that goes on with its tasks has them, visibly.

Nobody passed anything on, so it counts as no transfer, and neither the resident's clock nor the office's begins anew.
"""

from __future__ import annotations

from django.db import transaction

from madang.commons.matters.domain.handling import hand_to
from madang.commons.matters.enums import OWED, STILL, TransferReason
from madang.commons.matters.events import MatterChanged
from madang.commons.matters.models import Answer, Effect, Matter
from madang.kernel import clock
from madang.kernel.actors import system
from madang.kernel.domain import audit, offices
from madang.kernel.domain.transitions import move
from madang.kernel.events import publish

RULE = "matters.succession"
BATCH = 200


def go_on(*, most: int = BATCH) -> int:
    """Give what is owed or promised by an office that has ended to the one that goes on; how many. Safe to stop at any moment."""
    owed = Matter.objects.filter(state__in=OWED, responsible__successor__isnull=False)
    promised = Effect.objects.filter(state__in=STILL, owner__successor__isnull=False)
    done = 0
    for rows, pass_over in ((owed, _matter), (promised, _promise)):
        done += sum(pass_over(pk) for pk in list(rows.order_by("pk").values_list("pk", flat=True)[:most]))
    return done


@transaction.atomic
def _matter(pk: int) -> int:
    matter = Matter.objects.select_for_update(of=("self",)).select_related("responsible").get(pk=pk)
    before, office = matter.responsible, offices.standing(matter.responsible)
    if matter.state not in OWED or office.pk == before.pk:
        return 0
    actor, moved = system(RULE), TransferReason.REORGANISED
    fresh = move(
        matter,
        "succeed",
        actor=actor,
        reason_code=moved,
        organisation=office,
        payload={"from": before.code, "office": office.code},
        changes={"responsible": office, "officer": None},
    )
    hand_to(fresh, office, actor=actor, at=clock.now(), step="succeed", reason_code=moved)
    # What was begun goes on there.
    fresh.answers.exclude(state=Answer.State.PUBLISHED).update(office=office)
    publish(MatterChanged(fresh.pk, "succeeded"))
    return 1


@transaction.atomic
def _promise(pk: int) -> int:
    effect = Effect.objects.select_for_update(of=("self",)).select_related("owner").get(pk=pk)
    before, office = effect.owner, offices.standing(effect.owner)
    if effect.state not in STILL or office.pk == before.pk:
        return 0
    effect.owner = office
    effect.save(update_fields=["owner"])
    audit.record(
        actor=system(RULE),
        action="matters.effect.succeed",
        target=effect.reference,
        organisation=office,
        is_public=effect.is_public,
        payload={"from": before.code, "office": office.code},
    )
    return 1
