"""Effective-dated rules and sequence numbers."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from madang.kernel import clock, ids
from madang.kernel.actors import Actor, system
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError
from madang.kernel.models import Counter, Rule
from madang.kernel.queries import known_rule


@transaction.atomic
def enact(
    *,
    actor: Actor,
    code: str,
    body: dict[str, Any],
    valid_from: date,
    source: str = "",
    checked: bool = False,
) -> Rule:
    """Add the next version of a rule; the version before ends the day before.

    What was filed earlier keeps the version it was filed under.
    """
    last = Rule.objects.select_for_update().filter(code=code).order_by("-version").first()
    if last is not None and last.valid_to is None:
        last.valid_to = max(valid_from - timedelta(days=1), last.valid_from)
        last.save(update_fields=["valid_to"])
    rule = Rule.objects.create(
        code=code,
        version=last.version + 1 if last else 1,
        valid_from=valid_from,
        body=body,
        source=source,
        checked=checked,
    )
    audit.record(
        actor=actor, action="kernel.rule.enact", target=f"rule:{code}:{rule.version}", payload={"body": body}
    )
    return rule


def in_force_or_first(
    *, code: str, on: date, body: dict[str, Any], source: str, by: str, missing: RefusedError
) -> Rule:
    """The version in force on a day; the first time one is needed it is written down as not checked.

    Args:
        by: the named rule that writes it down.
        missing: raised where versions exist and none covers the day.
    """
    found = known_rule(code, on=on)
    if found is not None:
        return found
    if Rule.objects.filter(code=code).exists():
        raise missing
    try:
        with transaction.atomic():
            return enact(
                actor=system(by),
                code=code,
                body=body,
                valid_from=date(2000, 1, 1),
                source=source,
                checked=False,
            )
    except IntegrityError:  # somebody wrote it down in the same moment
        return Rule.objects.get(code=code, version=1)


@transaction.atomic(savepoint=False)
def next_number(prefix: str, *, at: datetime) -> str:
    """The next public number of a kind in the month of `at`; gapless, given out under a row lock."""
    key = f"{prefix}-{clock.seoul(at):%y%m}"
    counter, _ = Counter.objects.select_for_update().get_or_create(key=key)
    counter.last += 1
    counter.save(update_fields=["last"])
    return ids.number(prefix, at, counter.last)
