"""Receipt codes for the session: sealed, so that a copy of the database opens nothing."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


def _box() -> Fernet:
    key = hashlib.sha256(b"madang/filed/v1\0" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def seal(code: str) -> str:
    """The code as it may stand in a session."""
    return _box().encrypt(code.encode()).decode()


def unseal(sealed: str) -> str:
    """The code again; empty when it was sealed with a key that was changed since."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return ""
