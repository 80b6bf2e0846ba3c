"""Calling the web hooks. Each message is claimed, sent and marked, as mails are.

A receiver may see a message twice after a kill, always with the same number and the same body. Hooks are called
side by side and each at most a few times in a round, so one that hangs holds up nobody else.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.conf import settings
from django.db import connection as database
from django.db import transaction
from django.db.models import F, Window
from django.db.models.functions import RowNumber

from madang.commons.notices import calling
from madang.commons.notices.domain import hooks, telling
from madang.commons.notices.logic import backoff, signing
from madang.commons.notices.models import Follow, Hook, HookDelivery, Why
from madang.kernel import clock

log = logging.getLogger("madang.notices")

EACH = 5  # messages of one hook in a round
AT_ONCE = 16  # hooks in a round; others come in the next
CLAIM = timedelta(minutes=5)
GONE = 410  # the receiver says that it wants no more

State = HookDelivery.State
Outcome = tuple[HookDelivery, "calling.Answered | str"]


def post() -> int:
    """Send the messages that are due; returns how many were delivered."""
    lines = _claim()
    if not lines:
        return 0
    ready = [[row for row in line if _still_wanted(row)] for line in lines]
    with ThreadPoolExecutor(max_workers=len(ready), thread_name_prefix="hook") as pool:
        outcomes = list(pool.map(_call_in_turn, [(line, _signers(line)) for line in ready]))
    return sum(_mark(line, outcome) for line, outcome in zip(ready, outcomes, strict=True))


@transaction.atomic
def _claim() -> list[list[HookDelivery]]:
    """The due messages of some hooks, a line for each hook, oldest first."""
    if database.vendor == "postgresql":
        with database.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('madang.notices.hooks'))")
    now = clock.now()
    due = HookDelivery.objects.filter(state=State.WAITING, next_at__lte=now, hook__state=Hook.State.ACTIVE)
    place = Window(RowNumber(), partition_by=F("hook"), order_by=[F("next_at").asc(), F("pk").asc()])
    keys = list(
        due.annotate(place=place)
        .filter(place__lte=EACH)
        .order_by("place", "next_at")
        .values_list("pk", flat=True)[: EACH * AT_ONCE]
    )
    lines: dict[int, list[HookDelivery]] = defaultdict(list)
    for row in (
        HookDelivery.objects.filter(pk__in=keys).select_related("hook", "event").order_by("next_at", "pk")
    ):
        if row.hook_id in lines or len(lines) < AT_ONCE:
            lines[row.hook_id].append(row)
    taken = [row.pk for line in lines.values() for row in line]
    HookDelivery.objects.filter(pk__in=taken).update(next_at=now + CLAIM)
    return list(lines.values())


def _still_wanted(row: HookDelivery) -> bool:
    """Things are taken down while a message waits; then its words must not leave."""
    if row.event is None or telling.is_public(row.event.reference):
        return True
    own = Follow.objects.filter(user=row.hook.user_id, reference=row.event.reference, why=Why.AUTHOR)
    if own.exists():
        return True
    HookDelivery.objects.filter(pk=row.pk).update(state=State.DROPPED, finished_at=clock.now(), body="")
    return False


def _signers(line: list[HookDelivery]) -> list[bytes]:
    return hooks.keys(line[0].hook) if line else []


def _call_in_turn(work: tuple[list[HookDelivery], list[bytes]]) -> list[Outcome]:
    """Call one hook, message after message, until one fails. Touches no database: it runs in a thread of its own."""
    line, keys = work
    done: list[Outcome] = []
    for row in line:
        outcome = _call(row, keys)
        done.append((row, outcome))
        if isinstance(outcome, str) or not outcome.is_good:
            break
    return done


def _call(row: HookDelivery, keys: list[bytes]) -> calling.Answered | str:
    body = row.body.encode()
    moment = int(clock.now().timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"Madang-Hooks/1 (+{settings.PUBLIC_URL})",
        "webhook-id": row.message_id,
        "webhook-timestamp": str(moment),
        "webhook-signature": signing.signature(keys, row.message_id, moment, body),
    }
    try:
        return calling.post(row.hook.url, body, headers, local=settings.HOOKS_LOCAL)
    except calling.CallError as error:
        return str(error)
    except Exception as error:  # one message must not hold up the others
        log.exception("web hook message %s", row.message_id)
        return type(error).__name__


def _mark(line: list[HookDelivery], outcomes: list[Outcome]) -> int:
    """Write what came of the messages of one hook; those that were not tried go back into the line."""
    delivered = 0
    for row, outcome in outcomes:
        if isinstance(outcome, calling.Answered) and outcome.is_good:
            _delivered(row, outcome.status)
            delivered += 1
        else:
            _failed(row, outcome)
    tried = {row.pk for row, _outcome in outcomes}
    left = [row.pk for row in line if row.pk not in tried]
    HookDelivery.objects.filter(pk__in=left, state=State.WAITING).update(next_at=clock.now())
    return delivered


@transaction.atomic
def _delivered(row: HookDelivery, status: int) -> None:
    now = clock.now()
    HookDelivery.objects.filter(pk=row.pk).update(
        state=State.SENT, attempts=F("attempts") + 1, status=status, finished_at=now, last_error=""
    )
    Hook.objects.filter(pk=row.hook_id).update(last_success_at=now)


@transaction.atomic
def _failed(row: HookDelivery, outcome: calling.Answered | str) -> None:
    """Try again later; after a day give the message up, and the hook with it if nothing got through meanwhile."""
    status = outcome.status if isinstance(outcome, calling.Answered) else None
    attempts = row.attempts + 1
    pause = backoff.hook_wait(attempts)
    is_over = pause is None or status == GONE
    HookDelivery.objects.filter(pk=row.pk).update(
        attempts=attempts,
        status=status,
        last_error=outcome[:200] if isinstance(outcome, str) else "",
        **(
            {"state": State.FAILED, "finished_at": clock.now()}
            if is_over
            else {"next_at": clock.now() + (pause or timedelta())}
        ),
    )
    if is_over:
        hook = Hook.objects.get(pk=row.hook_id)
        if status == GONE or hook.last_success_at is None or hook.last_success_at < row.made_at:
            hooks.disable(hook)
