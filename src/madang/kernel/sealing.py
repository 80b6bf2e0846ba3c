"""Sealing what a stolen copy of the database must not tell. The key comes from SECRET_KEY, which is not in it.

Two kinds. `seal` is for whole texts: the same text never looks the same twice. `seal_same` is for values that
have to be found again (`WHERE address = …`): the same value always looks the same, and nothing else is told.
`SECRET_KEY_FALLBACKS` open what was sealed before the key was changed.
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings

MARK = "sealed:"
"""What every value sealed by `seal_same` begins with; no e-mail address and no token of ours does."""


class UnreadableError(ValueError):
    """Sealed with another key, or not whole."""


@lru_cache(maxsize=64)
def _key(purpose: str, secret: str, size: int) -> bytes:
    digest = hashlib.sha512(f"madang/{purpose}/v1\0{secret}".encode()).digest()
    return digest[:size]


def _secrets() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


@lru_cache(maxsize=64)
def _boxes_of(purpose: str, *secrets: str) -> MultiFernet:
    keys = (base64.urlsafe_b64encode(_key(purpose, secret, 32)) for secret in secrets)
    return MultiFernet([Fernet(key) for key in keys])


def _boxes(purpose: str) -> MultiFernet:
    return _boxes_of(purpose, *_secrets())


def seal(value: str, purpose: str) -> str:
    """The text, sealed; different every time."""
    return _boxes(purpose).encrypt(value.encode()).decode()


def unseal(sealed: str, purpose: str) -> str:
    """The text behind `seal`.

    Raises:
        UnreadableError: not sealed for this purpose with a key we have.
    """
    try:
        return _boxes(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise UnreadableError(purpose) from error


def seal_same(value: str, purpose: str) -> str:
    """The value, sealed (AES-SIV, RFC 5297); the same value is the same text again, so that it can be looked up."""
    sealed = AESSIV(_key(purpose, settings.SECRET_KEY, 64)).encrypt(value.encode(), None)
    return MARK + base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def unseal_same(sealed: str, purpose: str) -> str:
    """The value behind `seal_same`; a value that was never sealed is given back as it is.

    Raises:
        UnreadableError: sealed with a key we do not have, or not whole.
    """
    if not sealed.startswith(MARK):
        return sealed
    body = sealed.removeprefix(MARK)
    try:
        raw = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    except ValueError as error:
        raise UnreadableError(purpose) from error
    for secret in _secrets():
        try:
            return AESSIV(_key(purpose, secret, 64)).decrypt(raw, None).decode()
        except (InvalidTag, ValueError):
            continue
    raise UnreadableError(purpose)
