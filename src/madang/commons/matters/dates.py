"""Deadlines and promised days as entries of a calendar."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.conf import settings
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from madang.commons.matters import queries
from madang.commons.matters.enums import ENDED, OWED, Disclosure, EffectState
from madang.commons.matters.models import Clock, Effect, Matter
from madang.commons.matters.queries import may_see
from madang.commons.notices import api as notices
from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.templatetags.ui import seoul_text

# A deadline that is over stays so long as a cancelled entry, so that programs take it away.
CANCELLED_FOR = timedelta(days=30)


def deadlines(matters: QuerySet[Matter]) -> list[notices.CalendarItem]:
    """When answers to these are due: owed ones, and for a month those whose clock has stopped.

    What moderation took down is left out, so that not even its number stands in a calendar.
    """
    latest = Clock.objects.filter(matter=OuterRef("pk")).order_by("-started_at", "-pk")
    recently = Q(state__in=ENDED, ended_at__gt=clock.now() - CANCELLED_FOR)
    rows = (
        matters.exclude(disclosure=Disclosure.HIDDEN)
        .filter(Q(state__in=OWED) | recently)
        .annotate(
            clock_due=Subquery(latest.values("due_at")[:1]), clock_state=Subquery(latest.values("state")[:1])
        )
        .exclude(clock_due=None)
        .select_related("responsible")
        .defer("body")
        .order_by("clock_due", "pk")
    )
    return [_deadline(row) for row in rows[:500]]


def _deadline(row: Matter) -> notices.CalendarItem:
    due, state = row.clock_due, row.clock_state  # type: ignore[attr-defined]
    is_over, is_paused = state == Clock.State.STOPPED, state == Clock.State.PAUSED
    title = row.title if row.is_public else _("(not public)")
    summary = (_("No longer due: %(title)s") if is_over else _("Answer due: %(title)s")) % {"title": title}
    lines = [row.number or "", row.responsible.name, str(row.get_state_display())]
    if is_paused:
        lines.append(_("The clock is stopped; the date moves."))
    elif row.office_due_at is not None:
        until = seoul_text(row.office_due_at, "short")
        lines.append(_("The office itself counts to %(day)s.") % {"day": until})
    return notices.CalendarItem(
        name="deadline-" + row.reference.removeprefix("matter:").replace("~", "private-"),
        start=due,
        summary=summary,
        description="\n".join(line for line in lines if line),
        url=_page(row),
        is_cancelled=is_over,
        is_tentative=is_paused,
        facts=f"{title}|{row.responsible.code}",
    )


def promises(matters: QuerySet[Matter]) -> list[notices.CalendarItem]:
    """The days that offices promised, as whole days. A promise that was kept or stopped is cancelled."""
    rows = Effect.objects.filter(matter__in=matters.exclude(disclosure=Disclosure.HIDDEN)).exclude(
        promised_on=None
    )
    since = clock.today() - CANCELLED_FOR
    found = []
    for effect in rows.filter(promised_on__gte=since).select_related("matter", "owner").order_by("pk")[:500]:
        day = effect.promised_on
        assert day is not None  # filtered above, said for the type checker
        words = effect.what if effect.matter.is_public else _("(not public)")
        found.append(
            notices.CalendarItem(
                name=f"promise-{effect.pk}",
                start=day,
                end=day + timedelta(days=1),
                summary=_("Promised: %(what)s") % {"what": words},
                description="\n".join(filter(None, [effect.matter.number, effect.owner.name])),
                url=_page(effect.matter),
                is_cancelled=effect.state in (EffectState.DONE, EffectState.STOPPED),
                facts=words,
            )
        )
    return found


def followed(references: Collection[str], actor: Actor) -> list[notices.CalendarItem]:
    """The dates of what somebody follows, as far as she may see it."""
    numbers = [reference.removeprefix("matter:") for reference in references]
    codes = [number.removeprefix("~") for number in numbers if number.startswith("~")]
    asked = Q(number__in=numbers)
    for code in codes:  # a private matter is named by the beginning of its code's hash
        asked |= Q(code_hash__startswith=code)
    matters = Matter.objects.filter(may_see(actor)).filter(asked)
    return deadlines(matters) + promises(matters)


def of_desk(actor: Actor) -> list[notices.CalendarItem]:
    """What an official's own desk owes, whether or not she follows it; nothing for anybody else."""
    if not actor.is_official:
        return []
    return deadlines(queries.desk(actor))


notices.register_dates("matter", followed)
notices.register_own_dates(of_desk)


def _page(row: Matter) -> str:
    if not row.is_public:
        return ""
    try:
        return settings.PUBLIC_URL + reverse("item", args=[row.number])
    except NoReverseMatch:
        return ""
