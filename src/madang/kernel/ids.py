"""Numbers people read out, and codes nobody guesses.

A public number looks like `ID-2611-00042-7`: kind, year and month (Seoul), sequence, check character
(ISO 7064 MOD 37,36, which catches every single wrong character and every swap of neighbours).
A receipt code is 100 random bits as five groups of four Crockford characters; only its hash is stored.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime

from stdnum.iso7064 import mod_37_36

from madang.kernel import clock

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NUMBER = re.compile(r"^([A-Z]{2})-(\d{4})-(\d{5,})-([0-9A-Z])$")
LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})


def number(prefix: str, filed_at: datetime, sequence: int) -> str:
    """The public number of the `sequence`-th matter of its kind in the month of filing."""
    month = clock.seoul(filed_at).strftime("%y%m")
    payload = f"{prefix}{month}{sequence:05d}"
    return f"{prefix}-{month}-{sequence:05d}-{mod_37_36.calc_check_digit(payload)}"


def read_number(typed: str) -> str | None:
    """A number as typed (lower case, spaces, missing dashes) in its written form, or None if it is wrong."""
    compact = re.sub(r"[^0-9A-Z]", "", typed.upper())
    if not re.fullmatch(r"[A-Z]{2}\d{9,}[0-9A-Z]", compact) or not mod_37_36.is_valid(compact):
        return None
    return f"{compact[:2]}-{compact[2:6]}-{compact[6:-1]}-{compact[-1]}"


def new_code() -> str:
    """A fresh receipt code, `XXXX-XXXX-XXXX-XXXX-XXXX` (100 bits)."""
    symbols = [secrets.choice(CROCKFORD) for _ in range(20)]
    return "-".join("".join(symbols[start : start + 4]) for start in range(0, 20, 4))


def read_code(typed: str) -> str | None:
    """A receipt code as typed or dictated in its written form, or None if it cannot be one."""
    compact = re.sub(r"[\s\-–—.]", "", typed.upper()).translate(LOOKALIKES)
    if len(compact) != 20 or any(symbol not in CROCKFORD for symbol in compact):
        return None
    return "-".join(compact[start : start + 4] for start in range(0, 20, 4))


def code_hash(code: str) -> str:
    """What the database keeps of a receipt code. 100 random bits need no slow hash."""
    return hashlib.sha256(b"madang/receipt-code/v1\0" + code.encode()).hexdigest()
