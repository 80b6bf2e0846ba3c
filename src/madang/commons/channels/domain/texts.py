"""Text messages: taken in once, under the service's own rules, and answered.

A number is not proof of a person; it is as good as an address. What needs a known person (support, comments) counts for
the number, which counts once.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext as _

from madang.commons.channels import providers, targets
from madang.commons.channels.domain import numbers, text_words
from madang.commons.channels.logic import texting
from madang.commons.channels.models import CallingUse, Number, Text
from madang.kernel import clock, ids, policy, retrying, sealing, text
from madang.kernel.actors import Actor, system
from madang.kernel.domain import forgetting
from madang.kernel.errors import RefusedError
from madang.kernel.models import User
from madang.kernel.saying import tongue

log = logging.getLogger("madang.channels")

CHANNEL = text_words.CHANNEL
PURPOSE = "channels.reply"
PER_DAY = 20
"""Messages of one number that are looked at in a day."""
PAUSES = (1, 5, 30, 120, 720)
"""Minutes until the next try when the carrier refuses."""
LINK_SECONDS = 900
State = Text.State


def digest_of(message: providers.Incoming, provider: str) -> str:
    return hashlib.sha256(f"madang/text/v1\0{provider}\0{message.key}".encode()).hexdigest()


@transaction.atomic
def receive(*, message: providers.Incoming, provider: str) -> Text | None:
    """Take a message in and say what its sender is told; None when it was taken in before, or has no sender.

    All of it is one transaction: a process that dies has taken in nothing, and the carrier calls again.
    """
    sender = texting.phone_number(message.sender)
    if not sender or sender == texting.phone_number(settings.SMS_NUMBER):
        return None  # our own number, forged: we would answer ourselves
    digest, now = digest_of(message, provider), clock.now()
    if Text.objects.filter(digest=digest).exists():
        return None
    number = numbers.hold(sender)
    said = texting.read(text.clean(message.words))
    row, is_new = Text.objects.get_or_create(
        digest=digest,
        defaults={
            "number": number,
            "state": State.TOLD,
            "language": text.language_of(message.words),
            "received_at": now,
        },
    )
    if not is_new:  # the same call at the same moment
        return None
    numbers.heard(number)
    with translation.override(row.language):
        reply = _act(row, number, said)
    if reply:
        row.sealed_reply, row.reply_at = sealing.seal(reply, PURPOSE), now
    row.save()
    return row


def _act(row: Text, number: Number, said: texting.Said) -> str:
    """Do what was asked, under a savepoint; the words of the reply, "" for none."""
    if said.act in ("stop", "start"):
        return _stop_or_start(row, number, said.act)
    if number.stopped_at is not None:
        row.state = State.SILENT
        return ""
    day = clock.now() - timedelta(days=1)
    written = number.texts.filter(received_at__gt=day).exclude(pk=row.pk).exclude(state=State.CALLED)
    if written.count() >= PER_DAY:
        row.state = State.FLOOD
        return ""
    if said.act == "idea" and text_words.is_full(number):
        row.state = State.FLOOD
        return ""
    try:
        with transaction.atomic():
            return _done(row, number, said)
    except (RefusedError, Http404) as refused:
        row.state, row.filed_as = State.REFUSED, ""
        reason = str(refused) if isinstance(refused, RefusedError) else _("There is no such number here.")
        row.reason = reason[:300]
        return reason


def _stop_or_start(row: Text, number: Number, act: str) -> str:
    """Stop is confirmed once and kept; start lifts it."""
    row.state = State.STOPPED
    was = number.stopped_at
    number.stopped_at = clock.now() if act == "stop" else None
    number.save(update_fields=["stopped_at"])
    if act == "stop":
        if was is not None:
            return ""
        return _(
            "We write to this number no more, and take nothing in from it. What you filed stays. START takes it up again."
        )
    return _("We answer this number again.") + " " + _usage()


def _usage() -> str:
    return _(
        "Write what should change, in a whole sentence. SUPPORT and a number supports; FOR, AGAINST or ASK, a number and words comment. STOP ends it."
    )


def _done(row: Text, number: Number, said: texting.Said) -> str:
    if said.act == "help":
        return _usage()
    if said.act == "link":
        return _connect(row, number, said.code)
    if said.act == "confirm":
        return text_words.confirm(number, said.code)
    if said.act == "idea":
        return text_words.ask(row, number, said.words) or _usage()
    if said.number is None:
        return _("This number is mistyped. It looks like ID-2611-00042-7 and stands on the page.")
    return _take_part(row, number, said, said.number)


# --- support and comments -------------------------------------------------------------------------------


def _take_part(row: Text, number: Number, said: texting.Said, about: str) -> str:
    intake, title = _thing(about)
    actor = Actor(user=numbers.person_of(number), channel=CHANNEL, is_in_office=False)
    row.filed_as = f"matter:{about}"
    short = text.excerpt(title, 40)
    if said.act == "support" and intake.support is not None:
        row.state = State.SUPPORTED
        if intake.support(actor=actor, number=about):
            return _("Your support counts: %(title)s (%(number)s).") % {"title": short, "number": about}
        return _("You support it already; each number counts once: %(title)s.") % {"title": short}
    if said.act == "unsupport" and intake.unsupport is not None:
        row.state = State.TAKEN_BACK
        intake.unsupport(actor=actor, number=about)
        return _("Your support is taken back: %(title)s.") % {"title": short}
    if said.act in ("for", "against", "question") and intake.comment is not None:
        if not said.words:
            return _("Write your words after the number.")
        row.state = State.COMMENTED
        row.filed_as = intake.comment(actor=actor, number=about, body=said.words, stance=said.act)
        return _("Your comment stands on the page: %(title)s.") % {"title": short}
    raise RefusedError(_("This cannot be done by text message."), "text.act", status=422)


def _thing(number: str) -> tuple[targets.Intake, str]:
    """Whose number it is, and its public title."""
    found = targets.by_number(number, targets.intakes())
    if found is None:
        raise RefusedError(_("There is no such number here."), "text.unknown", status=404)
    return found


# --- connecting a number with an account ------------------------------------------------------------------


def new_link(user: User) -> str:
    """Eight characters that this person sends from her phone within a quarter of an hour; a new one ends the last."""
    code = ids.new_code().replace("-", "")[:8]
    cache.set(f"channels.link:{ids.code_hash(code)}", user.pk, LINK_SECONDS)
    return code


def _connect(row: Text, number: Number, code: str) -> str:
    """The holder of the number is the person who read the code: she counts once from now on."""
    key = f"channels.link:{ids.code_hash(code.translate(str.maketrans('OIL', '011')))}"
    found = cache.get(key)
    user = User.objects.filter(pk=found, is_active=True).first() if found else None
    if user is None:
        raise RefusedError(
            _("This code is wrong or older than a quarter of an hour."), "text.link", status=422
        )
    cache.delete(key)
    before = number.user
    if number.is_connected and before != user:
        raise RefusedError(_("This number is connected with another account."), "text.linked", status=409)
    if before is not None and before != user:
        for intake in targets.intakes():
            if intake.join is not None:
                intake.join(one=before, into=user)
        CallingUse.objects.filter(user=before).update(user=user)
    number.user, number.is_connected = user, True
    number.save(update_fields=["user", "is_connected"])
    if before is not None and before != user:
        forgetting.forget_person(actor=system("number_connected"), user=before)
    return _("This number is connected with your account. You count once.")


@transaction.atomic
def disconnect(*, actor: Actor) -> int:
    """Erase the numbers that this person connected; what she supported stays hers. How many."""
    policy.require("channels.number.connect", actor)
    return numbers.forget_person(actor.account)


# --- what was entered by phone ----------------------------------------------------------------------------


def tell_of_call(*, number: Number, act: str, about: str, title: str) -> None:
    """Tell a number what an operator has entered for it, so that its holder can object.

    Nothing is told without a carrier, to a number that said stop, and where no text message arrives.
    """
    if providers.current() is None or number.stopped_at is not None or not texting.takes_texts(number.number):
        return
    now, short = clock.now(), text.excerpt(title, 40)
    if act == "support":
        said = _(
            "By phone your support was entered: %(title)s (%(number)s). If that is wrong, write UNSUPPORT %(number)s"
        )
    elif act == "unsupport":
        said = _("By phone your support was taken back: %(title)s (%(number)s).")
    else:
        said = _("By phone your comment was entered: %(title)s (%(number)s).")
    Text.objects.create(
        digest=hashlib.sha256(b"madang/call/v1\0" + secrets.token_bytes(32)).hexdigest(),
        number=number,
        state=State.CALLED,
        language=tongue(),
        filed_as=f"matter:{about}",
        received_at=now,
        sealed_reply=sealing.seal(said % {"title": short, "number": about}, PURPOSE),
        reply_at=now,
    )


# --- answering and forgetting -----------------------------------------------------------------------------


def answer() -> int:
    """Send the replies that are due; returns how many left. Each is put off before it leaves, as letters are."""
    provider = providers.current()
    if provider is None:
        return 0
    rows = Text.objects.select_related("number")
    return sum(_send(provider, row) for row in retrying.due(rows, PAUSES, at="reply_at", tries="attempts"))


def _send(provider: providers.Provider, row: Text) -> int:
    if row.number is None or not row.number.number:
        Text.objects.filter(pk=row.pk).update(reply_at=None, sealed_reply="")
        return 1
    try:
        words = sealing.unseal(row.sealed_reply, PURPOSE)
        provider.send(to=row.number.number, words=words, key=row.digest)
    except sealing.UnreadableError:
        log.error("a reply does not open with SECRET_KEY or its fallbacks")
        Text.objects.filter(pk=row.pk).update(reply_at=None, reason="sealed with a lost key")
        return 1
    except providers.UndeliverableError as error:
        log.warning("the carrier will not take a reply: %s", error)
        Text.objects.filter(pk=row.pk).update(reply_at=None, reason=f"carrier: {error}"[:300])
        return 1
    except OSError as error:
        log.warning("a reply did not leave: %s %s", type(error).__name__, error)
        Text.objects.filter(pk=row.pk).update(reason=f"carrier: {type(error).__name__}")
        if isinstance(error, providers.LaterError) and error.seconds:
            # Whatever waits goes by the same line. What has no next try gets none by this.
            until = clock.now() + timedelta(seconds=error.seconds)
            Text.objects.filter(reply_at__lt=until).update(reply_at=until)
        return 1
    Text.objects.filter(pk=row.pk).update(reply_at=None, sealed_reply="")
    return 1


def forget() -> int:
    """Erase whose messages were after thirty days, and numbers that nothing needs any more; how many numbers."""
    before = clock.now() - numbers.KEPT
    Text.objects.filter(received_at__lt=before, number__isnull=False).update(
        number=None, sealed_reply="", reply_at=None
    )
    text_words.forget()
    sandbox = providers.sandbox()
    if sandbox is not None:
        sandbox.forget(before.timestamp())
    return numbers.forget_silent()
