"""The means by which a poll is answered, and what they are called."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.enums import Channel

EMBED = "embed"
OFFERED: tuple[tuple[str, str | Promise], ...] = (
    (Channel.WEB, Channel.WEB.label),
    (Channel.API, Channel.API.label),
    (EMBED, _("Form on another site")),
    (Channel.PHONE, Channel.PHONE.label),
    (Channel.PAPER, Channel.PAPER.label),
    (Channel.EMAIL, Channel.EMAIL.label),
    (Channel.KIOSK, Channel.KIOSK.label),
    (Channel.SMS, Channel.SMS.label),
)
"""What an official chooses from when the poll is prepared."""
TAKEN_IN = frozenset({Channel.PHONE, Channel.PAPER, Channel.EMAIL, Channel.KIOSK, Channel.SMS})
"""Means that carry words only: a poll whose one needed question is the free text fits them."""


def label_of(channel: str) -> str:
    """The name of a means, also of one that is not offered any more."""
    named = dict(OFFERED) | {Channel.IMPORT: Channel.IMPORT.label}
    return str(named.get(channel, channel))
