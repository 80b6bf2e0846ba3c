"""Where replies to our mails go, said by whoever reads them; notices know no mailbox."""

from __future__ import annotations

from collections.abc import Callable

Address = Callable[[str, str], str]
_addresses: list[Address] = []


def register_reply_address(address: Address) -> None:
    """`address(reference, recipient)` is where a reply to a mail about this thing goes; "" where nobody reads it."""
    _addresses.append(address)


def reply_address(reference: str, recipient: str) -> str:
    """The first address that somebody offers; "" where nobody does."""
    return next((found for address in _addresses if (found := address(reference, recipient))), "")
