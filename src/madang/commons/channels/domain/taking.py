"""Taking in: whatever the means, the same call to the service, once."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.channels import targets
from madang.commons.channels.models import Entry
from madang.commons.channels.targets import Taken, Words
from madang.kernel import clock, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError
from madang.kernel.models import Organisation, User


def measure(target: targets.Target, words: Words, *, is_short_fine: bool = False) -> None:
    """Refuse words that the service's own page would refuse for their length.

    Args:
        is_short_fine: what is on paper or in a message cannot be sent back for three more characters.

    Raises:
        RefusedError: 422, with the code `words.title` or `words.body` and what to do.
    """
    for name, words_of, size in (
        ("title", words.title, target.intake.title_size),
        ("body", words.body, target.intake.body_size),
    ):
        low = (1 if name == "title" else 0) if is_short_fine else size[0]
        if len(words_of) < low:
            raise RefusedError(
                _("Write at least %(low)s characters; it has %(have)s.")
                % {"low": low, "have": len(words_of)},
                f"words.{name}",
                status=422,
            )
        if len(words_of) > size[1]:
            raise RefusedError(
                _("Shorten it to %(high)s characters; it has %(have)s.")
                % {"high": f"{size[1]:,}", "have": f"{len(words_of):,}"},
                f"words.{name}",
                status=422,
            )


@transaction.atomic
def take(
    *,
    key: str,
    channel: str,
    target: targets.Target,
    words: Words,
    operator: Actor | None = None,
    person: User | None = None,
    payload: dict[str, Any] | None = None,
) -> tuple[Entry, Taken | None]:
    """File the words once; a second call with the same key gives the first entry and files nothing.

    Who files is the person, never the operator: policies see somebody without an account, or her account. What the
    operator did is an act of its own, with her mandate, in the same transaction.

    Returns:
        The entry, and what was filed; None where it had been filed before.

    Raises:
        RefusedError: the service's own reason (a closed phase, an account is needed), or the operator has no
            mandate. Nothing is written then.
    """
    if operator is not None:
        policy.require("channels.entry.take", operator, target.place.host_id)
    known = Entry.objects.select_for_update().filter(key=key).first()
    if known is not None:
        return known, None
    actor = Actor(user=person, channel=channel, is_in_office=False)
    taken = target.intake.file(actor=actor, place=target.place.key, words=words)
    entry = Entry.objects.create(
        key=key,
        channel=channel,
        target=target.key,
        reference=taken.reference,
        host_id=target.place.host_id,
        operator=operator.user if operator is not None else None,
        at=taken.filed_at,
    )
    if operator is not None:
        audit.record(
            actor=operator,
            action="channels.entry.take",
            target=taken.reference,
            at=clock.now(),
            organisation=Organisation.objects.get(pk=target.place.host_id),
            is_public=False,
            channel=channel,
            payload=payload,
        )
    return entry, taken
