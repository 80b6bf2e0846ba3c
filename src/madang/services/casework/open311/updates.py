"""Follow-ups between systems, in mySociety's form (`servicerequestupdates`): given out from the public acts on public
cases, and taken in from whoever filed a case or was sent it.

Source: https://github.com/mysociety/fixmystreet, documentation of its Open311 extensions.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Substr

from madang.commons.matters.models import Answer as OfficeAnswer
from madang.commons.matters.web.words import ACTS
from madang.kernel import clock, keys, text
from madang.kernel.events import publish
from madang.kernel.models import Audit
from madang.services.casework.events import CaseChanged
from madang.services.casework.models import Case, Center, Forward, ReceivedUpdate
from madang.services.casework.open311 import filing, reading, words
from madang.services.casework.open311.logic import asked as parameters
from madang.services.casework.open311.logic import faults, times
from madang.services.casework.open311.logic.asked import LONGEST_TEXT, Asked
from madang.services.casework.open311.logic.faults import Fault, FaultError, fault
from madang.services.casework.open311.logic.written import Value as Written

AFTER = {
    "triage": "OPEN",
    "assigned": "INVESTIGATING",
    "arbitration": "INTERNAL_REFERRAL",
    "merged": "DUPLICATE",
    "answered": "CLOSED",
    "withdrawn": "CLOSED",
    "closed": "CLOSED",
}
"""The state after an act in mySociety's words."""
STATUSES = (
    "OPEN", "INVESTIGATING", "IN_PROGRESS", "ACTION_SCHEDULED", "FIXED", "CLOSED", "DUPLICATE",
    "NO_FURTHER_ACTION", "NOT_COUNCILS_RESPONSIBILITY", "INTERNAL_REFERRAL", "REOPEN",
)  # fmt: skip
ID_MAX = 120
SLIP = timedelta(minutes=10)
"""By how much the clock of another system may be ahead."""
_PREFIX = len("matter:") + 1


def find(center: Center, asked: Asked, now: datetime) -> list[dict[str, Written]]:
    """The public acts on public cases in a time, the oldest first.

    Raises:
        FaultError: a parameter cannot be used.
    """
    page, size = parameters.page(asked)
    span = reading.span_of(asked, now)
    cases = Case.objects.filter(
        center=center, matter__disclosure="public", matter__number=Substr(OuterRef("target"), Value(_PREFIX))
    )
    acts = (
        Audit.objects.filter(Exists(cases), at__gte=span.start, at__lte=span.end, is_public=True)
        .filter(action__in=[action for action in ACTS if action.startswith("matters.matter.")])
        .select_related("outbox")
        .order_by("at", "pk")
    )
    if numbers := asked.many("service_request_id"):
        acts = acts.filter(target__in=[f"matter:{number}" for number in numbers])
    return _rows(list(acts[(page - 1) * size : page * size]))


def _rows(acts: Sequence[Audit]) -> list[dict[str, Written]]:
    numbers = {act.target.removeprefix("matter:") for act in acts if act.action.endswith(".answer")}
    answers = OfficeAnswer.objects.filter(
        matter__number__in=numbers, matter__disclosure="public", state=OfficeAnswer.State.PUBLISHED
    ).order_by("version")
    said = dict(answers.values_list("matter__number", "reason"))
    made: list[dict[str, Written]] = []
    for act in acts:
        number = act.target.removeprefix("matter:")
        label = str(ACTS[act.action][0])
        reason = said.get(number, "") if act.action.endswith(".answer") else ""
        made.append(
            {
                # Its place in the public log: the same for ever, and anybody can look it up.
                "update_id": act.outbox.leaf_hash[:32],
                "service_request_id": number,
                "status": AFTER.get(act.after, "OPEN"),
                "external_status_code": act.action.removeprefix("matters.matter."),
                "description": f"{label}. {text.excerpt(reason, 1000)}" if reason else label,
                "updated_datetime": times.write(act.at, clock.SEOUL),
                "media_url": None,
            }
        )
    return made


def take(*, key: keys.Key, center: Center, asked: Asked) -> str:
    """Keep an update on a case that this key filed, or that was passed on to its holder. It moves no state.

    Returns:
        The update's id, as it was sent.

    Raises:
        FaultError: 404 for an unknown case, 403 for somebody else's, 400 for everything that is wrong or was sent before.
    """
    given = asked.one("service_request_id")
    case, _is_token = reading.one(center, given)
    if not _may(key, case):
        raise fault("update_foreign", faults.NO_KEY)
    said_at = times.read(asked.one("updated_datetime"), clock.SEOUL)
    wrong = _wrong(asked, said_at)
    if wrong or said_at is None:
        raise FaultError(*wrong)
    update_id = asked.one("update_id")
    try:
        with transaction.atomic():
            ReceivedUpdate.objects.create(
                case=case,
                holder=key.user,
                update_id=update_id,
                status=asked.one("status").upper(),
                description=text.clean(asked.one("description")),
                media_url=asked.one("media_url"),
                said_at=said_at,
            )
            publish(CaseChanged(case.pk, "updated_elsewhere", key.user.pk))
    except IntegrityError as error:
        raise fault("update_twice", given=words.cut(update_id)) from error
    return update_id


def _may(key: keys.Key, case: Case) -> bool:
    """Whoever filed it, by name or by this key, and whoever holds the key of a server that it was passed on to."""
    if case.matter.author_id == key.user.pk:
        return True
    received = getattr(case, "received", None)
    if received is not None and received.holder_id == key.user.pk:
        return True
    return Forward.objects.filter(case=case, peer__reports_as=key.user.pk).exclude(state="dropped").exists()


def _wrong(asked: Asked, said_at: datetime | None) -> list[Fault]:
    wrong = []
    if not 0 < len(asked.one("update_id")) <= ID_MAX:
        wrong.append(Fault("update_id"))
    if asked.one("status").upper() not in STATUSES:
        wrong.append(Fault("update_status", {"known": ", ".join(STATUSES)}))
    if said_at is None or said_at > clock.now() + SLIP:
        wrong.append(Fault("update_date"))
    description = text.clean(asked.one("description"))
    if not description:
        wrong.append(Fault("update_empty"))
    if len(description) > LONGEST_TEXT:
        wrong.append(Fault("description_long"))
    try:
        if media_url := asked.one("media_url"):
            filing.URL(media_url)
    except ValidationError:
        wrong.append(Fault("media_url"))
    return wrong
