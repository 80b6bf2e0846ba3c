"""What Open311 gives out: services and their definitions, public cases, one case, a token. Nothing here writes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from madang.commons.matters.api import state_tag
from madang.commons.matters.enums import ENDED
from madang.commons.matters.models import Answer as OfficeAnswer
from madang.commons.matters.models import Attachment
from madang.kernel import clock, text
from madang.kernel.models import Audit
from madang.services.casework import queries
from madang.services.casework.enums import PlaceNeed
from madang.services.casework.models import Case, Category, CategoryField, Center, Received
from madang.services.casework.open311 import extended, words
from madang.services.casework.open311.logic import asked as parameters
from madang.services.casework.open311.logic import faults, questions, times
from madang.services.casework.open311.logic.asked import Asked
from madang.services.casework.open311.logic.faults import fault
from madang.services.casework.open311.logic.written import Value

UNSORTED = "unsorted"
"""The code of cases that have no category; the standard wants one."""
NOTES_MAX = 1000
TOKEN_BYTES = 24


def center_of(asked: Asked) -> Center:
    """The center a request is about; `jurisdiction_id` may be left out where there is only one.

    Raises:
        FaultError: 404 for an unknown one, 400 where it is needed and missing.
    """
    centers = list(queries.centers())
    if not centers:
        raise fault("no_center", faults.UNKNOWN)
    given, known = asked.one("jurisdiction_id"), ", ".join(one.code for one in centers)
    if not given:
        if len(centers) > 1:
            raise fault("jurisdiction_missing", known=known)
        return centers[0]
    found = next((one for one in centers if one.code.lower() == given.lower()), None)
    if found is None:
        raise fault("jurisdiction", faults.UNKNOWN, given=words.cut(given), known=known)
    return found


# --- services -------------------------------------------------------------------------------------------


def is_published(category: Category) -> bool:
    """Whether cases of a service are public unless their sender says otherwise: what stands in public space."""
    return category.may_be_public and category.place == PlaceNeed.REQUIRED


def services(center: Center) -> list[dict[str, Value]]:
    """What can be reported now."""
    rows = list(queries.categories(center))
    with_fields = set(
        CategoryField.objects.filter(category__in=rows).values_list("category_id", flat=True).distinct()
    )
    return [
        {
            "service_code": one.code,
            "service_name": one.name,
            "description": described(one),
            "metadata": one.pk in with_fields,
            "type": "realtime",
            "keywords": one.keywords or None,
            "group": one.group or None,
        }
        for one in rows
    ]


def described(category: Category) -> str:
    """Its description, and what becomes of a report: apps show it before somebody sends."""
    said = _("Reports are published.") if is_published(category) else _("Reports are not published.")
    about = category.description.rstrip(" .")
    return f"{about}. {said}" if about else said


def category_of(center: Center, code: str) -> Category:
    """The active category with this code.

    Raises:
        FaultError: 404.
    """
    found = queries.categories(center).filter(code=code).prefetch_related("fields").first()
    if found is None:
        raise fault("service", faults.UNKNOWN, given=words.cut(code))
    return found


def definition(category: Category) -> dict[str, Value]:
    """The questions of a service."""
    rows = [
        questions.described(
            questions.Question(
                code=one.code,
                datatype=one.datatype,
                description=one.description,
                is_required=one.required,
                is_asked=one.is_variable,
                hint=one.hint,
                order=place,
                choices=tuple(one.choices),
            )
        )
        for place, one in enumerate(category.fields.all(), start=1)
    ]
    return {"service_code": category.code, "attributes": rows}


# --- cases ----------------------------------------------------------------------------------------------


def find(center: Center, asked: Asked, now: datetime) -> list[Case]:
    """The public cases that were asked for, the newest first.

    Raises:
        FaultError: a parameter cannot be used.
    """
    page, size = parameters.page(asked)
    rows = queries.public().filter(center=center)
    if numbers := asked.many("service_request_id"):
        if len(numbers) > parameters.MOST:
            raise fault("many")
        rows = rows.filter(matter__number__in=numbers)
    else:
        rows = _narrowed(rows, center, asked, now)
    return list(rows[(page - 1) * size : page * size])


def _narrowed(rows: Any, center: Center, asked: Asked, now: datetime) -> Any:
    span = span_of(asked, now)
    rows = rows.filter(matter__filed_at__gte=span.start, matter__filed_at__lte=span.end)
    return by_codes_and_states(rows, center, asked)


def by_codes_and_states(rows: Any, center: Center, asked: Asked) -> Any:
    """The rows with one of these services and states.

    Raises:
        FaultError: 404 for a service that never was, 400 for another state.
    """
    if codes := asked.many("service_code"):
        known = {*center.categories.filter(code__in=codes).values_list("code", flat=True), UNSORTED}
        if wrong := [code for code in codes if code not in known]:
            raise fault("service", faults.UNKNOWN, given=words.cut(wrong[0]))
        wanted = Q(category__code__in=codes)
        rows = rows.filter(wanted | Q(category=None) if UNSORTED in codes else wanted)
    states = parameters.statuses(asked)
    if states == ["open"]:
        rows = rows.exclude(matter__state__in=ENDED)
    elif states == ["closed"]:
        rows = rows.filter(matter__state__in=ENDED)
    return rows


def span_of(asked: Asked, now: datetime) -> times.Span:
    """The time that a list covers.

    Raises:
        FaultError: no moments, the wrong way round, or more than 90 days.
    """
    found: dict[str, datetime | None] = {}
    for name in ("start_date", "end_date"):
        written = asked.one(name)
        found[name] = times.read(written, clock.SEOUL, is_end=name == "end_date") if written else None
        if written and found[name] is None:
            raise fault("date", name=name)
    span = times.span(found["start_date"], found["end_date"], now)
    if isinstance(span, str):
        raise fault(span)
    return span


def one(center: Center, given: str) -> tuple[Case, bool]:
    """The public case with this number, or the case that this token opens; and whether a token opened it.

    Raises:
        FaultError: 404.
    """
    public = queries.public().filter(center=center, matter__number=given).first()
    if public is not None:
        return public, False
    held = by_token(given)
    if held is None or held.center_id != center.pk:
        raise fault("request", faults.UNKNOWN, given=words.cut(given))
    return held, True


def by_token(token: str) -> Case | None:
    """The case that a token opens. What was taken down stays closed."""
    found = (
        Received.objects.filter(token_digest=token_digest(token))
        .exclude(case__matter__disclosure="hidden")
        .values_list("case_id", flat=True)
        .first()
    )
    return Case.objects.select_related(*queries.WHOLE).filter(pk=found).first() if found else None


def token_digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(b"madang/open311/token/v1\0" + token.encode()).hexdigest()


def id_of(case: Case, token: str = "") -> str:
    """What a request is called: its public number, or the token of one that is not public."""
    return case.matter.number if case.matter.is_public and case.matter.number else token


def rows(cases: Sequence[Case], *, is_extended: bool = False) -> list[dict[str, Value]]:
    """Public cases as the standard describes requests; as many queries for one as for a thousand."""
    keys = [case.pk for case in cases]
    references = [case.reference for case in cases]
    touched = dict(
        Audit.objects.filter(target__in=references, is_public=True)
        .order_by()
        .values_list("target")
        .annotate(Max("at"))
    )
    pictures: dict[int, str] = {}
    for matter, pk, kind in Attachment.objects.filter(matter__in=keys, covered_at=None).values_list(
        "matter_id", "pk", "content_type"
    ):
        if kind.startswith("image/"):
            pictures.setdefault(matter, f"{settings.PUBLIC_URL}{reverse('file', args=[pk])}")
    said: dict[int, str] = dict(
        OfficeAnswer.objects.filter(matter__in=keys, state=OfficeAnswer.State.PUBLISHED)
        .order_by("version")
        .values_list("matter_id", "reason")
    )
    made = [
        row(
            case,
            id_of(case),
            touched=touched.get(case.reference),
            picture=pictures.get(case.pk, ""),
            said=said.get(case.pk, ""),
        )
        for case in cases
    ]
    if is_extended:
        for _case, base, more in zip(cases, made, extended.of(cases), strict=True):
            base.update(more)
    return made


def row(
    case: Case, number: str, *, touched: datetime | None = None, picture: str = "", said: str = ""
) -> dict[str, Value]:
    """One request with everything that the standard names."""
    matter = case.matter
    return closed_row(case, number, touched=touched) | {
        "status_notes": _notes(case, said),
        "description": text.excerpt(matter.body, NOTES_MAX * 4 - 1)
        if len(matter.body) > NOTES_MAX * 4
        else matter.body,
        "address": case.address or None,
        "lat": case.lat,
        "long": case.long,
        "media_url": picture or None,
    }


def closed_row(case: Case, number: str, *, touched: datetime | None = None) -> dict[str, Value]:
    """The same without words, place and pictures: addresses stand in logs, so a token alone opens no more than this."""
    matter = case.matter
    last = max(filter(None, (matter.filed_at, touched, matter.ended_at)))
    return {
        "service_request_id": number,
        "status": "closed" if matter.state in ENDED else "open",
        "status_notes": str(state_tag(matter).label),
        "service_name": case.category.name if case.category else str(_("Not sorted yet")),
        "service_code": case.category.code if case.category else UNSORTED,
        "description": None,
        "agency_responsible": matter.responsible.name,
        "service_notice": None,
        "requested_datetime": times.write(matter.filed_at, clock.SEOUL),
        "updated_datetime": times.write(
            matter.ended_at if matter.state in ENDED and matter.ended_at else last, clock.SEOUL
        ),
        "expected_datetime": times.write(matter.due_at, clock.SEOUL) if matter.due_at else None,
        "address": None,
        "address_id": None,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }


def _notes(case: Case, said: str) -> str:
    label = str(state_tag(case.matter).label)
    return f"{label}. {text.excerpt(said, NOTES_MAX)}" if said else label


def full(case: Case, number: str) -> dict[str, Value]:
    """A case that is not public, for whoever filed it: everything but pictures, which have no public address."""
    said = case.matter.answers.filter(state=OfficeAnswer.State.PUBLISHED).order_by("-version").first()
    return row(case, number, said=said.reason if said else "")
