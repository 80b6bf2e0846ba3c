"""The one function that moves a state."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from madang.kernel import policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError
from madang.kernel.flow import Flow
from madang.kernel.models import Organisation


class Item(Protocol):
    """What `move()` needs of a row: a flow, a state, a reference and whether it is public."""

    pk: Any
    state: str
    flow: Flow

    @property
    def reference(self) -> str: ...

    @property
    def is_public(self) -> bool: ...


M = TypeVar("M", bound=models.Model)


@transaction.atomic
def move(
    item: M,
    step_name: str,
    *,
    actor: Actor,
    reason_code: str = "",
    reason: str = "",
    payload: dict[str, Any] | None = None,
    organisation: Organisation | None = None,
    changes: dict[str, Any] | None = None,
) -> M:
    """Lock the row, check flow and policy, write state, audit and ledger outbox: all or nothing.

    Args:
        item: a saved row with `flow`, `state`, `reference`, `is_public`.
        step_name: a step of its flow; the policy `<flow>.<step>` decides.
        changes: other fields of the row that the step sets.

    Returns:
        The locked, fresh row (the one passed in may be stale and is not changed).

    Raises:
        RefusedError: 409 when the state was changed meanwhile, 403 with the policy's reason, 422 without
            a reason where the step needs one. Nothing is written then.
    """
    fresh: Any = type(item)._default_manager.select_for_update().get(pk=item.pk)
    flow: Flow = fresh.flow
    step = flow.step(step_name)
    if fresh.state not in step.sources:
        raise RefusedError(
            _("This was changed meanwhile. Reload the page to see how it stands now."),
            "flow.state",
            status=409,
        )
    policy.require(f"{flow.name}.{step.name}", actor, fresh)
    if step.needs_reason and not reason.strip():
        raise RefusedError(_("Give a reason in a sentence; it is published."), "flow.reason", status=422)
    before = fresh.state
    for name, value in (changes or {}).items():
        setattr(fresh, name, value)
    fresh.state = step.to or before
    fresh.save(update_fields=["state", *(changes or {})])
    audit.record(
        actor=actor,
        action=f"{flow.name}.{step.name}",
        target=fresh.reference,
        before=before,
        after=fresh.state,
        reason_code=reason_code,
        reason=reason,
        payload=payload,
        organisation=organisation,
        is_public=fresh.is_public,
    )
    return fresh
