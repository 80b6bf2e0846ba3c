"""Days that are declared holidays, or working days, after the calendar's data file was written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.kernel.models import CalendarDay


@dataclass(frozen=True, slots=True)
class DayDeclared:
    """A day changed its kind: whoever counts days counts again."""

    day: date


@transaction.atomic
def declare(
    *, actor: Actor, day: date, name_ko: str, name_en: str, source: str, kind: str = "holiday"
) -> CalendarDay:
    """Declare a day a holiday (or a working day). Running clocks are counted anew in the same transaction.

    Raises:
        RefusedError: 409, the day was declared before.
    """
    try:
        with transaction.atomic():
            row = CalendarDay.objects.create(
                date=day, kind=kind, name_ko=name_ko, name_en=name_en, source=source
            )
    except IntegrityError as error:
        raise RefusedError(_("This day was declared before."), "day.declared", status=409) from error
    audit.record(
        actor=actor,
        action="kernel.day.declare",
        target=f"day:{day.isoformat()}",
        payload={"kind": kind, "name": name_ko, "source": source},
    )
    publish(DayDeclared(day))
    return row
