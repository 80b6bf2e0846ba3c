"""Words by text message: asked about first, filed when their sender says yes.

A sender's number can be forged, a phone answers by itself ("I am driving"), and people say thanks. So nothing becomes
public before a code that was sent to the number comes back from it. Until then the words lie sealed, for a day.
"""

from __future__ import annotations

import json
import secrets
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from madang.commons.channels import targets
from madang.commons.channels.domain import taking
from madang.commons.channels.logic import texting
from madang.commons.channels.models import Number, Text
from madang.commons.channels.targets import Words
from madang.kernel import clock, sealing, text
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError

CHANNEL = "sms"
PURPOSE = "channels.words"
WAITS = timedelta(days=1)
MOST_WAITING = 3
"""Questions of ours that one number leaves open; then it gets no more, so that no two machines write to each other."""
State = Text.State


def open_targets() -> list[targets.Target]:
    """The places that take something in now."""
    nobody = Actor(channel=CHANNEL)
    return [target for target in targets.every() if target.intake.verdict(nobody, target.place.key)]


def _place_of(words: str) -> tuple[targets.Target | None, str]:
    """Where it goes: the place that the first word names, else the only one that is open."""
    first, rest = texting.place_first(words)
    named = targets.by_place(first)
    if named is not None:
        return named, rest
    there = open_targets()
    return (there[0] if len(there) == 1 else None), words


def _filer(number: Number) -> Actor:
    """Who files: the account that the number's holder connected, else somebody without one."""
    return Actor(user=number.user if number.is_connected else None, channel=CHANNEL, is_in_office=False)


def _waiting(number: Number) -> QuerySet[Text]:
    since = clock.now() - WAITS
    return (
        number.texts.filter(state=State.ASKED, received_at__gt=since).exclude(sealed_words="").order_by("-pk")
    )


def is_full(number: Number) -> bool:
    """Whether this number has left so many questions open that it is asked no more today."""
    return bool(_waiting(number).count() >= MOST_WAITING)


def ask(row: Text, number: Number, words: str) -> str:
    """Keep the words sealed and say how to file them; "" where they are too few to be meant as something to file.

    Raises:
        RefusedError: too long, or the place takes nothing now: said before anybody confirms in vain.
    """
    target, words = _place_of(words)
    if target is None:
        places = ", ".join(f"{one.place.key} ({one.title})" for one in open_targets()[:6])
        if not places:
            return _("Nothing is taken in at the moment.")
        return _("Begin with the place, then write. Places: %(places)s") % {"places": places}
    low, most = target.intake.title_size
    if len(words) < max(low, target.intake.body_size[0]):
        return ""
    row.target = target.key
    title = texting.title_of(words, most)
    taking.measure(target, Words(title=title, body=words), is_short_fine=True)
    verdict = target.intake.verdict(_filer(number), target.place.key)
    if not verdict:
        raise RefusedError(verdict.reason, verdict.code)
    code = f"{secrets.randbelow(10_000):04}"
    held = {"code": code, "target": target.key, "words": words}
    row.state, row.sealed_words = State.ASKED, sealing.seal(json.dumps(held), PURPOSE)
    return _(
        "Not filed yet: “%(title)s”. Answer %(code)s within a day, and it is filed. Did you not mean that? Do nothing."
    ) % {
        "title": text.excerpt(title, 40),
        "code": code,
    }


def confirm(number: Number, code: str) -> str:
    """File what waits under this code; the reply with its receipt.

    Raises:
        RefusedError: nothing waits under it, or the service's own reason. The words wait on.
    """
    for row in _waiting(number):
        try:
            held = json.loads(sealing.unseal(row.sealed_words, PURPOSE))
        except sealing.UnreadableError:
            continue
        if constant_time_compare(str(held["code"]), code):
            return _file(row, number, str(held["target"]), str(held["words"]))
    raise RefusedError(
        _("Nothing waits to be filed under these figures. Send your words again."), "text.confirm", status=422
    )


def _file(row: Text, number: Number, key: str, words: str) -> str:
    target = targets.find(key)
    filed = Words(title=texting.title_of(words, target.intake.title_size[1]), body=words)
    _entry, taken = taking.take(
        key=f"text:{row.digest}", channel=CHANNEL, target=target, words=filed, person=_filer(number).user
    )
    row.state, row.sealed_words = State.FILED, ""
    row.filed_as = taken.reference if taken is not None else ""
    row.save(update_fields=["state", "sealed_words", "filed_as"])
    if taken is None:
        return ""
    if not taken.code:
        return _("Filed as %(number)s. You find it on your page.") % {"number": taken.number}
    return _(
        "Filed as %(number)s. Receipt code, keep it: %(code)s. With it you follow, object or withdraw: %(url)s"
    ) % {"number": taken.number, "code": taken.code, "url": settings.PUBLIC_URL + reverse("receipt")}


def forget() -> int:
    """Erase words that nobody confirmed within a day; how many."""
    old = Text.objects.filter(state=State.ASKED, received_at__lt=clock.now() - WAITS)
    return old.exclude(sealed_words="").update(sealed_words="")
