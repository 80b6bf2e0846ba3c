"""Which addresses of the net a web hook may call. Plain Python.

A hook is typed in by anybody with an account and called from inside the operator's network, so everything that is
not plainly the public internet is refused: by the address that is connected to, not by the name.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

# Prefixes through which an IPv4 address is reached over IPv6; what is inside cannot be seen to be public.
_TRANSLATED = [
    ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
]


def may_connect(address: str, *, local: bool = False) -> bool:
    """Whether a hook may connect to this IP address.

    Args:
        local: also to this machine itself (for tests and for developing a receiver).
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    if mapped is not None:
        found = mapped
    if found.is_loopback:
        return local
    if found.is_multicast or found.is_reserved or found.is_unspecified or found.is_link_local:
        return False
    if any(found in net for net in _TRANSLATED if net.version == found.version):
        return False
    return found.is_global


def problem(url: str, *, local: bool = False) -> str:
    """What is wrong with the address of a hook: `scheme`, `host`, `user`, `port`, `fragment`, `private`; "" if nothing.

    Args:
        local: as in `may_connect`; `http` is then allowed too.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "host"
    if parts.scheme != "https" and not (local and parts.scheme == "http"):
        return "scheme"
    if not parts.hostname or any(sign.isspace() or ord(sign) < 33 for sign in url):
        return "host"
    if parts.username is not None or parts.password is not None:
        return "user"
    if port == 0:
        return "port"
    if parts.fragment:
        return "fragment"
    host = parts.hostname
    try:
        ipaddress.ip_address(host)
    except ValueError:
        named = "." in host and not host.endswith((".local", ".internal", ".localhost"))
        return "" if named or (local and host == "localhost") else "private"
    return "" if may_connect(host, local=local) else "private"
