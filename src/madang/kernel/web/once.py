"""Forms that act once, and that people rather than programs send.

A form carries a sealed ticket: a key and the moment it was made. The key is used up in the session's own
row, under a lock and in the transaction of the act, so that a double click, a reload or two tabs of one form
file one thing. That a key is used up also stands in the cache for a day, so that one ticket does not serve a program
in many fresh sessions. A ticket that comes back within two seconds, or with the trap field filled, was not read by
a person; the page says so and keeps what was typed.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from importlib import import_module
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock, sessions
from madang.kernel.errors import RefusedError

SALT = "madang.square.ticket"
USED = "square.used"
KEPT_KEYS = 40
MIN_SECONDS = 2.0
SPENT_SECONDS = 86_400
ELSEWHERE = "form.used"


def ticket() -> str:
    """A fresh sealed ticket."""
    return signing.dumps(
        {"k": secrets.token_urlsafe(12), "t": clock.now().timestamp()}, salt=SALT, compress=False
    )


def read(sealed: str) -> dict[str, Any] | None:
    """What a ticket holds, or None when it is not one of ours."""
    try:
        held = signing.loads(sealed, salt=SALT)
    except signing.BadSignature:
        return None
    return held if isinstance(held, dict) and {"k", "t"} <= held.keys() else None


class OnceForm(forms.Form):
    """A form with a ticket and a trap. Subclasses name their fields; `key` is there once the form is valid."""

    ticket = forms.CharField(widget=forms.HiddenInput, required=False)
    website = forms.CharField(
        required=False,
        label=_("Leave this empty"),
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    key = ""
    wait = 0
    """Seconds until the act fits under its limit again; 0 when it does."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ticket"].initial = ticket()
        if self.is_bound and read(str(self.data.get("ticket", ""))) is None:
            # A form from an old page or without its ticket: give it one, so that the next try goes through.
            data: Any = self.data.copy()  # type: ignore[attr-defined]
            data["ticket"] = self.fields["ticket"].initial
            self.data = data
            self._was_renewed = True
        else:
            self._was_renewed = False

    def renew(self) -> None:
        """Give the form a fresh ticket, so that the next try goes through; what was typed stays."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["ticket"] = ticket()
        self.data = data

    def answered(self, page: HttpResponse) -> HttpResponse:
        """The page that shows this form again; beyond a limit it says when to come back."""
        if self.wait:
            page.status_code = 429
            page["Retry-After"] = str(self.wait)
        return page

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        held = read(cleaned.get("ticket", "")) or {"k": "", "t": 0.0}
        if cleaned.get("website"):
            raise forms.ValidationError(
                _("Leave the field “Leave this empty” empty, then send again."), code="trap"
            )
        # Of two things to do the one that needs words comes first: they take the time that is missing.
        if not self.errors and (self._was_renewed or clock.now().timestamp() - held["t"] < MIN_SECONDS):
            raise forms.ValidationError(
                _("That was very quick. Nothing is lost: check your text and send it again."), code="quick"
            )
        self.key = held["k"]
        return cleaned


def use(request: HttpRequest, key: str, act: Callable[[], tuple[int, dict[str, Any]]]) -> tuple[int, bool]:
    """Run `act` unless this key was used in this session; all in one transaction.

    Args:
        act: does the thing; returns its primary key and what the session has to remember of it.

    Returns:
        The primary key, and whether this call made it.

    Raises:
        RefusedError: the key was used up in another session.
    """
    if not request.session.session_key:
        request.session.create()
    store = import_module(settings.SESSION_ENGINE).SessionStore
    with transaction.atomic():
        # The second of two requests waits here and then reads what the first has written.
        list(
            store.get_model_class()
            .objects.select_for_update()
            .filter(pk=sessions.stored(request.session.session_key or ""))
        )
        fresh = store(request.session.session_key)
        used: dict[str, int] = fresh.get(USED, {})
        if key in used:
            request.session.update(fresh.load())
            return used[key], False
        if not cache.add(_spent(key), True, SPENT_SECONDS):
            raise RefusedError(
                _(
                    "This form was sent before, from another visit. Nothing is lost: check your text and send it again."
                ),
                ELSEWHERE,
                status=409,
            )
        try:
            made, remember = act()
        except BaseException:
            cache.delete(_spent(key))  # nothing was done: the same form may be sent again
            raise
        fresh.update({**remember, USED: {**dict(list(used.items())[-KEPT_KEYS:]), key: made}})
        fresh.save()
    request.session.update(fresh.load())
    return made, True


def _spent(key: str) -> str:
    return "ticket:" + hashlib.sha256(key.encode()).hexdigest()[:40]
