"""Other Open311 servers: which there are, and which service over there a category is."""

from __future__ import annotations

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.notices import api as notices
from madang.kernel import clock, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError
from madang.kernel.models import User
from madang.services.casework.models import Category, Center, Peer, PeerService


def headers() -> dict[str, str]:
    """What every request to another server says of itself and wants to read."""
    return {
        "Accept": "application/json, text/xml;q=0.5",
        "User-Agent": f"Madang-Open311/1 (+{settings.PUBLIC_URL})",
    }


@transaction.atomic
def keep(
    *,
    actor: Actor,
    center: Center,
    name: str,
    url: str,
    jurisdiction: str = "",
    api_key: str = "",
    reports_as: str = "",
    is_active: bool = True,
    peer: Peer | None = None,
) -> Peer:
    """Enter a server, or change one; an empty key leaves the one that is kept.

    Args:
        reports_as: e-mail address of the account whose key it uses here, or "".

    Raises:
        RefusedError: 403 by policy; 422 with what is wrong.
    """
    policy.require("casework.exchange.manage", actor, center)
    if notices.address_problem(url, local=settings.HOOKS_LOCAL):
        raise RefusedError(
            _(
                "Use an address of the internet that begins with https://, such as https://311.example.kr/open311/v2."
            ),
            "peer.url",
            status=422,
        )
    account = User.objects.filter(email__iexact=reports_as, is_active=True).first() if reports_as else None
    if reports_as and account is None:
        raise RefusedError(_("There is no account with this address."), "peer.reports_as", status=422)
    if peer is None and not api_key:
        raise RefusedError(_("Enter the key that the other server gave you."), "peer.api_key", status=422)
    row = peer or Peer(center=center)
    row.name, row.url, row.jurisdiction = name, url.rstrip("/"), jurisdiction
    row.reports_as, row.is_active = account, is_active
    if api_key:
        row.api_key = api_key
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise RefusedError(_("There is a server with this name already."), "peer.name", status=422) from error
    _record(actor, row, "casework.peer.keep", {"name": name, "url": row.url, "active": is_active})
    return row


@transaction.atomic
def match(
    *, actor: Actor, peer: Peer, category: Category, service_code: str, is_automatic: bool = False
) -> PeerService | None:
    """Say which service over there a category is; an empty code takes the line out.

    Raises:
        RefusedError: 403 by policy; 422 a category of another center.
    """
    policy.require("casework.exchange.manage", actor, peer.center)
    if category.center_id != peer.center_id:
        raise RefusedError(_("Choose a category from the list."), "peer.category", status=422)
    if not service_code:
        PeerService.objects.filter(peer=peer, category=category).delete()
        made = None
    else:
        made, _is_new = PeerService.objects.update_or_create(
            peer=peer,
            category=category,
            defaults={"service_code": service_code, "is_automatic": is_automatic},
        )
    _record(
        actor,
        peer,
        "casework.peer.match",
        {"category": category.code, "service": service_code, "automatic": is_automatic},
    )
    return made


def _record(actor: Actor, peer: Peer, action: str, payload: dict[str, object]) -> None:
    audit.record(
        actor=actor,
        action=action,
        target=peer.reference,
        at=clock.now(),
        organisation=peer.center.host,
        is_public=False,
        payload=payload,
    )
