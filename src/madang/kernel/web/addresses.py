"""The address a request comes from. `X-Forwarded-For` is believed only as far as the operator's own proxies wrote it."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

log = logging.getLogger("madang.web")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Proxies:
    """The proxies in front of this site: how many there are, or in which networks they stand."""

    count: int = 0
    networks: tuple[Network, ...] = ()


@lru_cache(maxsize=8)
def proxies(written: str) -> Proxies:
    """What MADANG_TRUSTED_PROXIES says: a count (`1`) or a comma list of networks (`10.0.0.0/8, ::1`).

    Raises:
        ImproperlyConfigured: it is neither.
    """
    wanted = written.strip()
    if not wanted:
        return Proxies()
    if wanted.isascii() and wanted.isdigit():
        return Proxies(count=int(wanted))
    try:
        return Proxies(
            networks=tuple(ipaddress.ip_network(each.strip(), strict=False) for each in wanted.split(","))
        )
    except ValueError as error:
        raise ImproperlyConfigured(
            f"MADANG_TRUSTED_PROXIES is “{written}”. Give the number of proxies in front of the site (1), or"
            " their networks (10.0.0.0/8, 127.0.0.1)."
        ) from error


def read(written: str) -> Address | None:
    """An address as proxies write it, also with a port or in brackets; None when it is none."""
    text = written.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return found.ipv4_mapped
        if found.scope_id:
            return None
    return found


def client_address(request: HttpRequest) -> Address | None:
    """The address of whoever sent this request, as far as it is known; None when it is not."""
    peer = read(request.META.get("REMOTE_ADDR", ""))
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    trusted = proxies(settings.TRUSTED_PROXIES)
    if not forwarded:
        return peer
    chain = forwarded.split(",")
    if trusted.count:
        # Each of our proxies adds the address it was asked from; what stands further left was sent by the client.
        return read(chain[-trusted.count]) if len(chain) >= trusted.count else peer
    if trusted.networks:
        return _first_stranger(peer, chain, trusted.networks)
    if peer is not None and (peer.is_loopback or peer.is_private):
        _warn()
    return peer


def _first_stranger(
    peer: Address | None, chain: Sequence[str], networks: Sequence[Network]
) -> Address | None:
    """From the right, the first address that is none of our proxies'."""
    found = peer
    for written in reversed(chain):
        if found is None or not any(found in network for network in networks):
            return found
        before = read(written)
        if before is None:  # a proxy of ours was sent nonsense: it is the last one that is known
            return found
        found = before
    return found


@lru_cache(maxsize=1)
def _warn() -> None:
    """Once in the life of a process: without this setting a whole city would share one limit."""
    log.warning(
        "Requests come through a proxy, but MADANG_TRUSTED_PROXIES is not set: everybody without an account"
        " shares the limits of one address. Set it to the number of proxies in front of this site."
    )


def household(address: Address | None) -> str:
    """What limits count by: the address; of IPv6 the /64 that one household gets; `unknown` without one."""
    if address is None:
        return "unknown"
    if address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
