"""Statements: written, looked at, let through or sent back with a reason."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from madang.commons.notices import api as notices
from madang.commons.opinions.enums import ReturnReason, StatementState
from madang.commons.opinions.events import StatementDecided
from madang.commons.opinions.limits import STATEMENT_MAX, STATEMENT_MIN
from madang.commons.opinions.logic import gate
from madang.commons.opinions.models import Board, Conversation, Statement
from madang.kernel import actors, clock, policy, text
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish

GATE = "opinions.gate"


@dataclass(frozen=True, slots=True)
class Look:
    """What the gate has found in a text: parts that raise a doubt, and statements that say nearly the same."""

    findings: tuple[gate.Finding, ...]
    near: tuple[Statement, ...]

    @property
    def doubts(self) -> list[str]:
        """Codes without repetition, in the order of weight."""
        found = [finding.code for finding in self.findings] + ([gate.NEAR] if self.near else [])
        return list(dict.fromkeys(found))


def shown(conversation: Conversation) -> QuerySet[Statement]:
    """What people are asked."""
    return Statement.objects.filter(conversation=conversation, state=StatementState.SHOWN)


def look(conversation: Conversation, words: str, *, but: Statement | None = None) -> Look:
    """Look at a text before anything is written."""
    others = shown(conversation).exclude(pk=but.pk) if but else shown(conversation)
    by_number = {statement.number: statement for statement in others}
    alike = gate.near(words, [(number, statement.text) for number, statement in by_number.items()])
    return Look(
        findings=(*gate.personal(words), *gate.two_claims(words)),
        near=tuple(by_number[number] for number, _likeness in alike),
    )


def _fingerprint(words: str) -> str:
    return hashlib.sha256(" ".join(text.words(words)).encode()).hexdigest()[:32]


def _checked(words: str) -> str:
    words = text.clean_line(words)
    if not STATEMENT_MIN <= len(words) <= STATEMENT_MAX:
        raise RefusedError(
            _("A statement has %(low)s to %(high)s characters; this one has %(have)s.")
            % {"low": STATEMENT_MIN, "high": STATEMENT_MAX, "have": len(words)},
            "opinions.length",
            status=422,
        )
    return words


@transaction.atomic
def _add(conversation: Conversation, words: str, **fields: object) -> Statement:
    """The next number, given out under the lock of the conversation's row."""
    Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)
    last = Statement.objects.filter(conversation=conversation).aggregate(last=Max("number"))["last"]
    try:
        with transaction.atomic():
            return Statement.objects.create(
                conversation=conversation,
                number=0 if last is None else last + 1,
                text=words,
                language=text.language_of(words),
                fingerprint=_fingerprint(words),
                at=clock.now(),
                **fields,
            )
    except IntegrityError as error:
        raise RefusedError(
            _("Somebody has said exactly this already. Answer that statement instead."),
            "opinions.same",
            status=409,
        ) from error


@transaction.atomic
def write(*, actor: Actor, conversation: Conversation, words: str) -> Statement:
    """Put in a statement. Without doubt it is shown at once; else a facilitator looks at it.

    Nobody's answer is written along with it: an agreement that comes with the statement would tell whose it is.

    Raises:
        RefusedError: may not write now, too short or long, or exactly this was said already.
    """
    policy.require("opinions.statement.write", actor, conversation)
    words = _checked(words)
    found = look(conversation, words)
    statement = _add(conversation, words, author=actor.user, doubts=found.doubts)
    audit.record(
        actor=actor,
        action="opinions.statement.write",
        target=statement.reference,
        after=statement.state,
        is_public=False,
    )
    if actor.user is not None:
        notices.follow(reference=statement.reference, user=actor.user, why="author")
    return statement if found.doubts else _let_through(statement)


@transaction.atomic
def seed(*, actor: Actor, conversation: Conversation, texts: Iterable[str]) -> list[Statement]:
    """Statements of the facilitator, there from the start or added later; they say so."""
    policy.require("opinions.statement.seed", actor, conversation)
    added = []
    for words in texts:
        statement = _add(conversation, _checked(words), author=actor.user, is_seed=True)
        added.append(move(statement, "accept", actor=actor, reason_code="seed"))
    return added


def _let_through(statement: Statement) -> Statement:
    return move(statement, "accept", actor=actors.system(GATE), reason_code="no_doubt")


@transaction.atomic
def reword(*, actor: Actor, statement: Statement, words: str) -> Statement:
    """The author changes what was sent back; it goes through the gate again."""
    words = _checked(words)
    found = look(statement.conversation, words, but=statement)
    try:
        with transaction.atomic():
            fresh = move(
                statement,
                "reword",
                actor=actor,
                changes={
                    "text": words,
                    "language": text.language_of(words),
                    "fingerprint": _fingerprint(words),
                    "doubts": found.doubts,
                    "reason_code": "",
                    "note": "",
                },
            )
    except IntegrityError as error:
        raise RefusedError(
            _("Somebody has said exactly this already. Answer that statement instead."),
            "opinions.same",
            status=409,
        ) from error
    return fresh if found.doubts else _let_through(fresh)


def _known(reason_code: str) -> None:
    if reason_code not in ReturnReason.values:
        raise RefusedError(_("Choose one of the published reasons."), "opinions.reason", status=422)


@transaction.atomic
def accept(*, actor: Actor, statement: Statement) -> Statement:
    """Let it through."""
    fresh = move(statement, "accept", actor=actor, reason_code="looked_at")
    _told(fresh, "opinions.accepted")
    return fresh


@transaction.atomic
def send_back(*, actor: Actor, statement: Statement, reason_code: str, note: str) -> Statement:
    """Send it back to its author with one of the published reasons; she can reword it."""
    _known(reason_code)
    note = text.clean_line(note)
    fresh = move(
        statement,
        "return",
        actor=actor,
        reason_code=reason_code,
        reason=note,
        changes={"reason_code": reason_code, "note": note},
    )
    _told(fresh, "opinions.returned")
    return fresh


@transaction.atomic
def hide(*, actor: Actor, statement: Statement, reason_code: str, note: str) -> Statement:
    """Take down what was shown. Its answers stay and count no more."""
    _known(reason_code)
    note = text.clean_line(note)
    fresh = move(
        statement,
        "hide",
        actor=actor,
        reason_code=reason_code,
        reason=note,
        changes={"reason_code": reason_code, "note": note},
    )
    _told(fresh, "opinions.hidden")
    return fresh


@transaction.atomic
def restore(*, actor: Actor, statement: Statement, note: str) -> Statement:
    """Put back what was taken down; its answers count again."""
    fresh = move(statement, "restore", actor=actor, reason=note, changes={"reason_code": "", "note": ""})
    _told(fresh, "opinions.accepted")
    return fresh


def _told(statement: Statement, kind: str) -> None:
    """The author hears of it, and the picture is drawn anew."""
    Board.objects.filter(conversation=statement.conversation_id).update(is_stale=True, is_untested=True)
    # What was sent back for personal data is not repeated in a mail.
    held = statement.reason_code == ReturnReason.PERSONAL
    notices.tell(
        reference=statement.reference,
        kind=kind,
        title=f"№ {statement.place}" if held else text.excerpt(statement.text, 80),
        data={"reason": statement.reason_code, "note": statement.note},
    )
    publish(StatementDecided(statement.pk, statement.state))
