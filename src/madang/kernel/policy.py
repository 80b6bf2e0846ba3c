"""Who may do what, and why not. Closed by default: an act without a policy is refused.

@allow("matters.matter.assign")
def _(actor, matter): return OK if actor.holds(...) else no(_("Only …"), "not_triage")
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError


@dataclass(frozen=True, slots=True)
class Verdict:
    """An answer with its reason. Truthy when allowed."""

    allowed: bool
    reason: str | Promise = ""
    code: str = ""

    def __bool__(self) -> bool:
        return self.allowed


OK = Verdict(True)

Policy = Callable[[Actor, Any], Verdict]

_policies: dict[str, Policy] = {}


def no(reason: str | Promise, code: str) -> Verdict:
    return Verdict(False, reason, code)


def allow(*actions: str) -> Callable[[Policy], Policy]:
    """Register the policy of one or several actions (`app.noun.verb`)."""

    def register(policy: Policy) -> Policy:
        for action in actions:
            if action in _policies:
                raise ValueError(f"{action} has two policies")
            _policies[action] = policy
        return policy

    return register


def can(action: str, actor: Actor, subject: Any = None) -> Verdict:
    """Ask without raising. Unknown actions are refused."""
    policy = _policies.get(action)
    if policy is None:
        return no(_("This is not something the site allows."), "policy.unknown")
    return policy(actor, subject)


def require(action: str, actor: Actor, subject: Any = None) -> None:
    """Raise `RefusedError` with the policy's reason unless allowed."""
    verdict = can(action, actor, subject)
    if not verdict:
        raise RefusedError(verdict.reason, verdict.code)


def names() -> frozenset[str]:
    """Every action that has a policy; a house test compares it with the flows."""
    return frozenset(_policies)
