"""A person leaves: what goes, what stays and why, said before; then all of it in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from madang.commons.channels import api as channels
from madang.commons.matters import api as matters
from madang.commons.meetings import api as meetings
from madang.commons.notices import api as notices
from madang.commons.opinions import api as opinions
from madang.kernel import devices
from madang.kernel.actors import Actor
from madang.kernel.domain import forgetting
from madang.kernel.errors import RefusedError
from madang.kernel.models import User
from madang.portal import services
from madang.portal.api import tokens


@dataclass(frozen=True, slots=True)
class Leaving:
    """How much of what there is, and why she cannot leave now, if so."""

    public: int
    private: int
    comments: int
    supports: int
    refusal: str


def look(user: User) -> Leaving:
    """What erasing this account would touch. Changes nothing."""
    filed = matters.own_data(user.pk)
    square = services.front_door("square")
    said: dict[str, Any] = square.own_data(user.pk) if square else {}
    private = sum(1 for row in filed if row["disclosure"] == "private")
    try:
        forgetting.require_free(user)
        refusal = ""
    except RefusedError as refused:
        refusal = str(refused)
    return Leaving(
        public=len(filed) - private,
        private=private,
        comments=len(said.get("comments", ())),
        supports=sum(1 for row in said.get("supports", ()) if row["withdrawn_at"] is None),
        refusal=refusal,
    )


@transaction.atomic
def leave(*, actor: Actor, user: User) -> dict[str, int]:
    """Erase a person's account and everything that names her; how many public and private matters there were.

    Raises:
        RefusedError: she holds an office; nothing was changed then.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    forgetting.require_free(locked)
    if locked.erased_at is not None:
        return {"public": 0, "private": 0}
    counts = matters.erase_author(actor=actor, user=locked)
    meetings.erase_person(actor=actor, user=locked)
    addresses = {locked.email, *EmailAddress.objects.filter(user=locked).values_list("email", flat=True)}
    for address in addresses:
        matters.erase_address(email=address)
        meetings.erase_address(email=address)
        notices.erase_address(address)
    notices.erase_person(locked)
    opinions.forget(actor=actor, user=locked)
    channels.forget_person(locked)
    hackathons = services.front_door("hackathons")
    if hackathons:
        hackathons.erase_person(actor=actor, user=locked)
    polls = services.front_door("polls")
    if polls:
        polls.erase_person(actor=actor, user=locked)
    budgeting = services.front_door("budgeting")
    if budgeting:
        budgeting.erase_person(actor=actor, user=locked)
    for device in devices.of(locked):
        devices.end(device)
    for rows in (EmailAddress, Authenticator, SocialAccount):
        rows.objects.filter(user=locked).delete()
    tokens.forget(locked)
    forgetting.forget_person(actor=actor, user=locked)
    return counts
