"""How sure the site is who somebody is: anonymous < contact confirmed < resident verified.

Signing in needs a confirmed address, so everybody with an account stands at CONTACT at least.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    ANONYMOUS = "anonymous", _("No account needed")
    CONTACT = "contact", _("Confirmed e-mail address")
    RESIDENT = "resident", _("Verified resident")


_RANK = {level: rank for rank, level in enumerate(Level.values)}


def stricter(one: str, other: str) -> str:
    """The higher of two levels; an unknown one is above all."""
    return max(one, other, key=lambda level: _RANK.get(level, len(_RANK)))


def reaches(held: str, needed: str) -> bool:
    """Whether the level held is the one needed or above it. An unknown need is never reached."""
    return needed in _RANK and _RANK.get(held, 0) >= _RANK[needed]
