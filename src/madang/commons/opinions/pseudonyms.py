"""Who is who in a conversation, without saying who.

A pseudonym is HMAC-SHA256 of the person (or of the random key in her browser) under the conversation's secret, cut to
128 bits. The secret lies sealed in the database with a key that is not in it, and is destroyed when the conversation
closes. So: pages, exports and logs never hold both; a stolen database does not tell; after closing nobody can tell.
While a conversation is open, whoever holds database *and* `secret.key` could. It is said on the page.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from django.utils.translation import gettext_lazy as _

from madang.commons.opinions.models import Conversation
from madang.kernel.errors import RefusedError
from madang.kernel.models import User

SIZE = 32  # hexadecimal characters: 128 bits


def new_secret() -> str:
    return secrets.token_hex(32)


def new_key() -> str:
    """What the browser of somebody without an account keeps."""
    return secrets.token_hex(16)


def of_person(conversation: Conversation, user: User) -> str:
    """Pseudonym of somebody with an account."""
    return _made(conversation, f"person:{user.pk}")


def of_key(conversation: Conversation, key: str) -> str:
    """Pseudonym of a browser that holds this random key."""
    return _made(conversation, f"key:{key}")


def _made(conversation: Conversation, who: str) -> str:
    # Also where the key of the site was lost: a pseudonym made of nothing would be the same for whoever computes it.
    if len(conversation.secret) < 32:
        raise RefusedError(
            _(
                "This conversation is closed. Nobody can be linked to an answer any more, not even by this site."
            ),
            "opinions.closed",
            status=409,
        )
    return hmac.new(conversation.secret.encode(), who.encode(), hashlib.sha256).hexdigest()[:SIZE]
