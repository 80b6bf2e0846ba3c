"""A city opens its complaint center, and changes what is said of it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock, policy
from madang.kernel.actors import Actor, system
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError
from madang.kernel.models import Organisation, Rule
from madang.services.casework.domain import desk_rules, terms, types
from madang.services.casework.models import Center


@transaction.atomic
def set_up(
    *, actor: Actor, host: Organisation, code: str, title_ko: str, title_en: str, phone: str = ""
) -> Center:
    """Open the one center of an installation. The shipped rules come into force today where there is none yet.

    Which of them nobody has checked against the law is written beside each; they are dated rules like others, and the
    administrator replaces them (`domain.entering`).

    Args:
        host: the office at whose desk lands what no route sends elsewhere.
        code: stands in addresses and is the jurisdiction of Open311; it stays.

    Raises:
        RefusedError: 403, an administrator of the host or of what it belongs to does this; 409, there is a center.
    """
    policy.require("casework.center.open", actor, host)
    # One row for all is the lock: two who press at once open one center, whatever hosts they chose.
    Organisation.objects.select_for_update().order_by("pk").first()
    if Center.objects.exists():
        raise RefusedError(
            _("There is a complaint center already. One stop means one: change it instead."),
            "center.exists",
            status=409,
        )
    made = Center.objects.create(code=code, title_ko=title_ko, title_en=title_en, host=host, phone=phone)
    law, today = system("casework.center"), clock.today()
    missing = [
        row for row in types.shipped() if not Rule.objects.filter(code=types.code_of(row["code"])).exists()
    ]
    types.enact(actor=law, rows=missing, valid_from=today)
    desk_rules.enact(actor=law, valid_from=today)
    terms.enact(actor=law, valid_from=today)
    _record(actor, "open", made)
    return made


@transaction.atomic
def amend(*, actor: Actor, center: Center, title_ko: str, title_en: str, phone: str, is_open: bool) -> Center:
    """Change what a center is called, its telephone, and whether it takes cases in.

    Raises:
        RefusedError: 403, an administrator of the host or of what it belongs to does this.
    """
    policy.require("casework.center.enter", actor, center)
    fresh = Center.objects.select_for_update().get(pk=center.pk)
    wanted = (title_ko, title_en, phone, is_open)
    if (fresh.title_ko, fresh.title_en, fresh.phone, fresh.is_open) == wanted:
        return fresh
    fresh.title_ko, fresh.title_en, fresh.phone, fresh.is_open = wanted
    fresh.save(update_fields=["title_ko", "title_en", "phone", "is_open"])
    _record(actor, "amend", fresh)
    return fresh


def _record(actor: Actor, what: str, center: Center) -> None:
    audit.record(
        actor=actor,
        action=f"casework.center.{what}",
        target=center.reference,
        is_public=True,
        organisation=center.host,
        payload={
            "title_ko": center.title_ko,
            "title_en": center.title_en,
            "phone": center.phone,
            "is_open": center.is_open,
        },
    )
