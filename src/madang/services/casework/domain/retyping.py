"""A case is another type than it was filed as: corrected with a reason, told to its author, never a way to win days."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.domain.reclassifying import reclassify
from madang.commons.matters.models import Matter
from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.services.casework.domain import types
from madang.services.casework.enums import CaseType, kind_of
from madang.services.casework.events import CaseChanged
from madang.services.casework.models import Case, TypeChange


@transaction.atomic
def retype(*, actor: Actor, case: Case, to: str, reason: str) -> Case:
    """Correct the type. The period of the right type, as it was in force when the case was filed, counts from then.

    Raises:
        RefusedError: 422 for the same or an unknown type or without a reason; 403 by policy; 409 when it has ended or
            its clock stands still.
    """
    Matter.objects.select_for_update().get(pk=case.pk)
    fresh = Case.objects.select_related("matter").get(pk=case.pk)
    if to not in CaseType.values or to == fresh.type:
        raise RefusedError(_("Choose another type."), "retype.same", status=422)
    rule = types.rule_of(to, on=clock.seoul(fresh.matter.filed_at).date())
    before = fresh.type
    reclassify(
        actor=actor,
        matter=fresh.matter,
        kind=kind_of(to),
        rule=rule,
        reason=reason,
        payload={"from": before, "to": to},
    )
    TypeChange.objects.create(
        case=fresh, from_type=before, to_type=to, reason=reason, at=clock.now(), by=actor.user, rule=rule
    )
    fresh.type = to
    fresh.save(update_fields=["type"])
    publish(CaseChanged(fresh.pk, "retyped", actor.user.pk if actor.user else None))
    return Case.objects.select_related("matter").get(pk=fresh.pk)
