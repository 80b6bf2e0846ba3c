"""A resident as one hash: the same words in the same form, under scrypt with a key that lies apart.

The form: name without spaces, NFC, small letters; birth date as YYYYMMDD; the letter's or card's code as
capital letters and digits. The three are joined by newlines. scrypt's salt is the key of the installation, so a
stolen database alone answers no guess, and with the key each guess costs memory and time.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import date

COST = 2**14
"""scrypt's N for new lists: about 50 ms and 16 MB a person."""
SIZE = 32


class UnreadableError(ValueError):
    """A part of a line cannot be read; the message is `name`, `birth_date` or `code`."""


def normal_form(name: str, birth_date: str, code: str) -> str:
    """The words that are hashed.

    Raises:
        UnreadableError: a part is empty or no day.
    """
    plain_name = "".join(unicodedata.normalize("NFKC", name).split()).casefold()
    if not plain_name:
        raise UnreadableError("name")
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", birth_date))
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:])) if len(digits) == 8 else None
    except ValueError:
        day = None
    if day is None:
        raise UnreadableError("birth_date")
    plain_code = re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", code).upper())
    if len(plain_code) < 6:
        raise UnreadableError("code")
    return "\n".join((unicodedata.normalize("NFC", plain_name), f"{day:%Y%m%d}", plain_code))


def born(words: str) -> date:
    """The birth date in a normal form."""
    digits = words.split("\n")[1]
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def digest(words: str, *, key: bytes, cost: int = COST) -> str:
    """The hash of a normal form, as 64 hexadecimal digits."""
    memory = 128 * cost * 8 * 2
    made = hashlib.scrypt(words.encode(), salt=key, n=cost, r=8, p=1, dklen=SIZE, maxmem=memory)
    return made.hex()


def fingerprint(key: bytes) -> str:
    """Which key a list was made with; says nothing of the key."""
    return hashlib.sha256(b"madang-registry" + key).hexdigest()[:16]
