"""Web hooks: registering an address, its secret, and the messages that wait for it."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.notices.domain import following
from madang.commons.notices.logic import signing, targets
from madang.commons.notices.models import Event, Follow, Hook, HookDelivery, Why, new_token
from madang.kernel import clock, manifest, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError

MOST = 10  # hooks of one account
OVERLAP = timedelta(days=1)  # the secret before signs so long beside the new one
KEPT = timedelta(days=30)

PROBLEMS = {
    "scheme": _("Use an address that begins with https://."),
    "host": _("This is not a whole web address. Write it like https://example.org/madang."),
    "user": _("Leave name and password out of the address; the signature proves who calls."),
    "port": _("Use a port from 1 to 65535, or none."),
    "fragment": _("Leave out the part after #; it is never sent."),
    "private": _(
        "This address lies inside a private network. Use one that can be reached from the internet."
    ),
}


@policy.allow("notices.hook.create", "notices.hook.change")
def _may(actor: Actor, hook: Hook | None) -> policy.Verdict:
    if actor.user is None:
        return policy.no(_("Sign in first."), "sign_in")
    if hook is not None and hook.user_id != actor.user.pk:
        return policy.no(_("This web hook belongs to somebody else."), "notices.hook.foreign")
    return policy.OK


@transaction.atomic
def create(*, actor: Actor, url: str, scope: str = Hook.Scope.FOLLOWED) -> Hook:
    """Register an address for signed messages.

    Raises:
        RefusedError: 403 without an account; 422 when the address cannot be used, is registered already, or the
            account has ten.
    """
    policy.require("notices.hook.create", actor)
    url = url.strip()
    if problem := targets.problem(url, local=settings.HOOKS_LOCAL):
        raise RefusedError(PROBLEMS[problem], f"notices.hook.{problem}", status=422)
    if scope not in Hook.Scope.values:
        raise RefusedError(_("Choose what the web hook hears of."), "notices.hook.scope", status=422)
    if Hook.objects.filter(user=actor.account).count() >= MOST:
        raise RefusedError(
            _("You have ten web hooks. Delete one that you no longer need."), "notices.hook.most", status=422
        )
    try:
        with transaction.atomic():
            hook = Hook.objects.create(user=actor.account, url=url, scope=scope)
    except IntegrityError as error:
        raise RefusedError(
            _("You have registered this address already."), "notices.hook.twice", status=422
        ) from error
    following.follow(reference=hook.reference, user=actor.account, why=Why.AUTHOR)
    _record(actor, "created", hook)
    return hook


@transaction.atomic
def rotate(*, actor: Actor, hook: Hook) -> Hook:
    """Make a new secret. The one before signs beside it for a day, so that nothing is refused meanwhile."""
    hook = _mine(actor, hook)
    hook.generation += 1
    hook.rotated_at = clock.now()
    hook.save(update_fields=["generation", "rotated_at"])
    _record(actor, "rotated", hook)
    return hook


@transaction.atomic
def resume(*, actor: Actor, hook: Hook) -> Hook:
    """Switch a hook on again; what failed in the last thirty days is tried anew under the same numbers."""
    hook = _mine(actor, hook)
    hook.state = Hook.State.ACTIVE
    hook.save(update_fields=["state"])
    hook.deliveries.filter(state=HookDelivery.State.FAILED).update(
        state=HookDelivery.State.WAITING, attempts=0, next_at=clock.now(), finished_at=None
    )
    _record(actor, "resumed", hook)
    return hook


@transaction.atomic
def delete(*, actor: Actor, hook: Hook) -> None:
    """Remove a hook with everything that waits for it."""
    hook = _mine(actor, hook)
    Follow.objects.filter(reference=hook.reference).delete()
    _record(actor, "deleted", hook)
    hook.delete()


@transaction.atomic
def disable(hook: Hook) -> None:
    """Switch off a hook that answered nothing for a day; its owner is told."""
    from madang.commons.notices.domain import telling  # telling makes messages for hooks: it stands above

    if not Hook.objects.filter(pk=hook.pk, state=Hook.State.ACTIVE).update(state=Hook.State.DISABLED):
        return
    telling.tell(reference=hook.reference, kind="notices.hook_disabled", title=hook.url)


@transaction.atomic
def trial(*, actor: Actor, hook: Hook) -> HookDelivery:
    """Put a trial message in the line."""
    hook = _mine(actor, hook)
    number = f"msg_{new_token()}"
    body = _body("notices.trial", clock.now().isoformat(timespec="seconds"), {"hook": hook.name})
    return HookDelivery.objects.create(hook=hook, message_id=number, kind="notices.trial", body=body)


def keys(hook: Hook) -> list[bytes]:
    """The secrets that sign now, the newest first."""
    made = [_key(hook, hook.generation)]
    if hook.rotated_at is not None and hook.generation > 1 and clock.now() - hook.rotated_at < OVERLAP:
        made.append(_key(hook, hook.generation - 1))
    return made


def secret(hook: Hook) -> str:
    """The secret as its owner keeps it, `whsec_…`."""
    return signing.secret_text(_key(hook, hook.generation))


def _key(hook: Hook, generation: int) -> bytes:
    base = hashlib.sha256(b"madang/hook-secret/v1\0" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(base, f"{hook.name}/{generation}".encode(), hashlib.sha256).digest()


def has_hooks() -> bool:
    """Whether anything is told to a web hook just now: what concerns nobody else need not be told without one."""
    return Hook.objects.filter(state=Hook.State.ACTIVE).exists()


def enqueue(event: Event, *, is_public: bool) -> int:
    """Messages about an event for the hooks that may hear of it; again adds nothing. Returns how many hooks."""
    active = Hook.objects.filter(state=Hook.State.ACTIVE, user__is_active=True)
    follows = Follow.objects.filter(ended_at=None, user__in=active.values("user"))
    mine = follows.filter(reference__in=[event.reference, *(event.also_references if is_public else [])])
    if not is_public:
        mine = mine.filter(why=Why.AUTHOR)
    followers = set(mine.values_list("user", flat=True))
    reached = [
        hook
        for hook in active
        if hook.user_id in followers or (is_public and hook.scope == Hook.Scope.PUBLIC)
    ]
    if not reached:
        return 0
    link = manifest.links([event.reference]).get(event.reference)
    body = _body(
        event.kind,
        event.at.isoformat(timespec="seconds"),
        {
            "reference": event.reference,
            "title": event.title,
            "url": settings.PUBLIC_URL + link.url if link is not None else None,
            **event.data,
        },
    )
    HookDelivery.objects.bulk_create(
        [
            HookDelivery(hook=hook, event=event, message_id=_number(hook, event), kind=event.kind, body=body)
            for hook in reached
            if event.reference != hook.reference  # a hook does not hear of its own end
        ],
        ignore_conflicts=True,
    )
    return len(reached)


def _number(hook: Hook, event: Event) -> str:
    """The same for every attempt and after every kill; it gives no row number away."""
    base = hashlib.sha256(b"madang/hook-message/v1\0" + settings.SECRET_KEY.encode()).digest()
    return "msg_" + hmac.new(base, f"{hook.name}/{event.pk}".encode(), hashlib.sha256).hexdigest()[:40]


def _body(kind: str, at: str, data: Mapping[str, Any]) -> str:
    return json.dumps(
        {"type": kind, "timestamp": at, "data": data}, ensure_ascii=False, separators=(",", ":")
    )


def _mine(actor: Actor, hook: Hook) -> Hook:
    policy.require("notices.hook.change", actor, hook)
    return Hook.objects.select_for_update().get(pk=hook.pk)


def _record(actor: Actor, what: str, hook: Hook) -> None:
    audit.record(actor=actor, action=f"notices.hook.{what}", target=hook.reference, is_public=False)


@transaction.atomic
def forget() -> int:
    """Delete finished messages after thirty days."""
    finished = HookDelivery.objects.exclude(state=HookDelivery.State.WAITING)
    return finished.filter(finished_at__lt=clock.now() - KEPT).delete()[0]
