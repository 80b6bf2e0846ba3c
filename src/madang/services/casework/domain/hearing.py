"""What other servers say about cases that were passed on to them: asked for by the worker, kept as it was said.

Each case that a server took is asked for by its number: hourly at first, then every six hours, then daily for a year, until
the server says that it is closed. A few at a time; a server that is down is left alone a little longer each time. What is
heard is shown with its source. It moves no state here: our own case is answered by our own office.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from madang.commons.notices import api as notices
from madang.kernel import clock, policy, retrying, text
from madang.kernel.actors import Actor, system
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.services.casework.domain import peers
from madang.services.casework.events import CaseChanged
from madang.services.casework.models import Case, Forward, Peer, PeerWord
from madang.services.casework.models.exchange import OVER
from madang.services.casework.open311.logic import hearing

RULE = "casework.hearing"
REST = (60,) * 24 + (360,) * 116 + (1440,) * 365
"""Minutes until a case is asked for again: a day hourly, a month every six hours, a year daily."""
SILENCE = (5, 15, 60, 240, 720, 1440)
"""Minutes for which a server that did not answer is left alone; the last for ever after."""
FIRST = timedelta(minutes=5)
AT_ONCE = 5
"""Cases that one server is asked for in one go."""
Trouble = Forward.Trouble


def to_ask() -> QuerySet[Forward]:
    """Cases whose state is asked for now and then; what its author took back is not."""
    return (
        Forward.objects.filter(state=Forward.State.SENT, ask_at__isnull=False, peer__is_active=True)
        .exclude(case__matter__state="withdrawn")
        .select_related("peer", "case__matter")
    )


def ask_due() -> int:
    """Ask for what is due; how many have changed over there. Each is put off before it is asked for."""
    now = clock.now()
    due = to_ask().filter(ask_at__lte=now).values("peer")
    peers = Peer.objects.filter(Q(ask_after=None) | Q(ask_after__lte=now), pk__in=due)
    return sum(_ask_peer(peer) for peer in peers)


def _ask_peer(peer: Peer) -> int:
    changed = 0
    rows = retrying.due(to_ask().filter(peer=peer), REST, at="ask_at", tries="asked", most=AT_ONCE)
    for row in rows:
        heard = _ask(row)
        _mark_peer(row.peer, is_silent=heard.outcome == "later")
        if heard.outcome == "later":
            # The others of this server wait, and this one is the first when it is back.
            _trouble(row, Trouble.LATER, ask_at=row.peer.ask_after)
            break
        if heard.outcome != "said" or heard.said is None:
            _trouble(row, Trouble(heard.outcome) if row.their_id else Trouble.NO_NUMBER)
            continue
        changed += keep(row, heard.said)
    return changed


def _ask(row: Forward) -> hearing.Heard:
    """The state over there; for a token its number first."""
    peer = row.peer
    try:
        if not row.their_id:
            answered = _get(hearing.token_url(peer.url, row.their_token, peer.jurisdiction))
            found = hearing.hear_number(answered.status, answered.body)
            number = text.clean_line(found.number)[:120]
            if found.outcome != "said" or not number:
                return found
            row.their_id = number
            Forward.objects.filter(pk=row.pk).update(their_id=number)
        answered = _get(hearing.request_url(peer.url, row.their_id, peer.jurisdiction))
    except notices.CallError:
        return hearing.Heard("later")
    return hearing.hear(answered.status, answered.body, row.their_id, clock.SEOUL)


def _get(url: str) -> notices.Answered:
    return notices.fetch(url, peers.headers(), local=settings.HOOKS_LOCAL, read=hearing.READ)


def _mark_peer(peer: Peer, *, is_silent: bool) -> None:
    if not is_silent and not peer.silences:
        return
    now = clock.now()
    if is_silent:
        pause = SILENCE[min(peer.silences, len(SILENCE) - 1)]
        peer.silences = min(peer.silences + 1, 9999)
        peer.silent_since = peer.silent_since or now
        peer.ask_after = now + timedelta(minutes=pause)
    else:
        peer.silences, peer.silent_since, peer.ask_after = 0, None, None
    peer.save(update_fields=["silences", "silent_since", "ask_after"])


def _trouble(row: Forward, trouble: str, *, ask_at: datetime | None = None) -> None:
    more = {"ask_at": ask_at} if ask_at is not None else {}
    Forward.objects.filter(pk=row.pk, state=Forward.State.SENT).update(trouble=trouble, **more)


@transaction.atomic
def keep(row: Forward, said: hearing.Said) -> bool:
    """Keep what the other side says; True where it is something else than the last time."""
    held = (
        Forward.objects.select_for_update(of=("self",)).select_related("case__matter", "peer").get(pk=row.pk)
    )
    now = clock.now()
    before = held.their_status
    word = PeerWord(
        forward=held,
        status=text.clean_line(said.status),
        notes=text.clean(said.notes),
        agency=text.clean_line(said.agency),
        media_url=said.media_url,
        expected_at=said.expected_at,
        said_at=said.said_at,
        at=now,
    )
    held.heard_at, held.their_status, held.trouble = now, word.status, ""
    if word.status == OVER:
        held.ask_at = None
    held.save(update_fields=["heard_at", "their_status", "trouble", "ask_at"])
    last = held.words.first()
    if last is not None and _content(last) == _content(word):
        return False
    word.save()
    audit.record(
        actor=system(RULE),
        action="casework.case.heard",
        target=held.case.reference,
        at=now,
        before=before,
        after=word.status,
        is_public=held.case.matter.is_public,
        payload={"server": held.peer.name},
    )
    publish(CaseChanged(held.case_id, "updated_elsewhere"))
    return True


def _content(word: PeerWord) -> tuple[object, ...]:
    """What makes it something else: not the moment, which some servers move with every answer."""
    return (word.status, word.notes, word.agency, word.media_url, word.expected_at)


@transaction.atomic
def ask_now(*, actor: Actor, forward: Forward) -> None:
    """Ask within a minute, whatever was heard or not heard before.

    Raises:
        RefusedError: 403 by policy; 409 the other server has not taken it.
    """
    policy.require("casework.case.forward", actor, forward.case)
    now = clock.now()
    asked = Forward.objects.filter(pk=forward.pk, state=Forward.State.SENT).update(ask_at=now, asked=0)
    if not asked:
        raise RefusedError(
            _("The other server has not taken this case, so there is nothing to ask for."),
            "outbox.not_sent",
            status=409,
        )
    Peer.objects.filter(pk=forward.peer_id).update(ask_after=None)


def of(case: Case) -> QuerySet[Forward]:
    """Where a case was passed on to, with everything that was heard, the newest first; what was taken out is left out."""
    return (
        case.forwards.exclude(state=Forward.State.DROPPED)
        .select_related("peer")
        .prefetch_related(Prefetch("words", PeerWord.objects.order_by("-at", "-pk")))
    )
