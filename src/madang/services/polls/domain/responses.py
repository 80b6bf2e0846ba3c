"""What a resident does: hand in, change, withdraw. Whatever the means, everything comes through here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.ledger import api as ledger
from madang.kernel import clock, ids, policy, text
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError
from madang.kernel.models import Outbox
from madang.kernel.saying import tongue
from madang.services.polls.domain import questions as questioning
from madang.services.polls.domain import slips
from madang.services.polls.logic import form
from madang.services.polls.models import Poll, Question, Reply, Response, Slip, Trait


class RepliesError(RefusedError):
    """Some replies have to be corrected; `findings` say which and why."""

    def __init__(self, findings: tuple[form.Finding, ...]) -> None:
        super().__init__(_("Something has to be corrected first."), "polls.replies", status=422)
        self.findings = findings


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What a person takes home. `code` opens her response; `is_change`: it replaced an earlier one; `is_new`: this call
    wrote something."""

    response: Response
    code: str
    is_new: bool
    is_change: bool


def read(poll: Poll, raw: Mapping[int, form.Raw]) -> tuple[list[Question], form.Read]:
    """Replies checked against the questions, with texts cleaned as everywhere."""
    rows = list(poll.questions.all())
    texts = {row.number for row in rows if row.kind == "text"}
    cleaned = {
        number: text.clean(given) if number in texts and isinstance(given, str) else given
        for number, given in raw.items()
    }
    return rows, form.read(questioning.asked(rows), cleaned)


def _hold(poll: Poll) -> Poll:
    """The poll's row, held against closing until this response is written: it is then counted or refused.

    Those who answer share the row and do not wait for each other.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM polls_poll WHERE id = %s FOR SHARE", [poll.pk])
    held: Poll = Poll.objects.select_related("host").get(pk=poll.pk)
    return held


def new_code() -> str:
    return ids.new_code()


def hand_in(
    *,
    actor: Actor,
    poll: Poll,
    raw: Mapping[int, form.Raw],
    code: str = "",
    has_consented: bool,
    may_quote: bool = False,
    channel: str = "",
) -> HandedIn:
    """Keep what somebody answers. Nothing about the actor is written: no audit row names her, no session, no minute.

    Args:
        code: the receipt code this response has or will have; sending the same again writes nothing, sending other words
            replaces what was there. Empty for a fresh one.
        channel: the means, where it is not the actor's.

    Raises:
        RefusedError: not open, may not take part, or has not agreed to what happens with the answers.
        RepliesError: 422, with what has to be corrected. Nothing is written then.
    """
    code = code or new_code()
    for _try in range(3):
        try:
            return _handed_in(actor, poll, raw, code, has_consented, may_quote, channel)
        except IntegrityError:
            # Two windows of one person at the same moment: the second finds what the first has written.
            if connection.in_atomic_block:
                raise
    raise RefusedError(_("Too much at once. Try again."), "polls.busy", status=409)


@transaction.atomic
def _handed_in(
    actor: Actor,
    poll: Poll,
    raw: Mapping[int, form.Raw],
    code: str,
    has_consented: bool,
    may_quote: bool,
    channel: str,
) -> HandedIn:
    held = _hold(poll)
    policy.require("polls.response.hand_in", actor, held)
    if not has_consented:
        raise RefusedError(
            _("Agree to what happens with your answers, or leave without answering."),
            "polls.consent",
            status=422,
        )
    rows, found = read(held, raw)
    if found.findings:
        raise RepliesError(found.findings)
    if not found.values:
        raise RefusedError(_("Answer at least one question."), "polls.empty", status=422)
    means = channel or actor.channel
    known = _known(held, actor, code)
    if known is None:
        response = Response.objects.create(
            poll=held,
            day=clock.today(),
            channel=means,
            language=tongue(),
            may_quote=may_quote,
        )
        who = slips.participant(held, actor.account) if held.once else ""
        Slip.objects.create(response=response, poll=held, participant=who, code=ids.code_hash(code))
        act, is_change = "hand_in", False
    else:
        response, act, is_change = known.response, "change", True
        same_code = known.code == ids.code_hash(code)
        if response.is_withdrawn and same_code:
            raise RefusedError(
                _("You took this answer back. Open the poll again to hand in a new one."),
                "polls.withdrawn",
                status=409,
            )
        if same_code and said_of(response) == _said(rows, found.values, may_quote):
            return HandedIn(response, code, False, response.revision > 1)
        if not same_code:
            # Each person answers once, and she has come back with another form: its code is hers from now on.
            known.code = ids.code_hash(code)
            known.save(update_fields=["code"])
        response.revision += 1
        response.may_quote, response.is_withdrawn = may_quote, False
        response.save(update_fields=["revision", "may_quote", "is_withdrawn"])
        response.replies.all().delete()
        response.traits.all().delete()
    _write(response, rows, found.values)
    record(held, code, act, said_of(response))
    return HandedIn(response, code, True, is_change)


def _known(poll: Poll, actor: Actor, code: str) -> Slip | None:
    """What this form, or this person where each answers once, has handed in before; locked."""
    slips_of = Slip.objects.select_for_update(of=("self",)).select_related("response").filter(poll=poll)
    slip = slips_of.filter(code=ids.code_hash(code)).first()
    if not poll.once:
        return slip
    mine = slips.participant(poll, actor.account)
    if slip is not None and slip.participant != mine:
        raise RefusedError(
            _("Somebody else has sent this very form. Open the poll again and answer for yourself."),
            "polls.other_person",
            status=409,
        )
    return slip or slips_of.filter(participant=mine).first()


def _write(response: Response, rows: list[Question], values: Mapping[int, form.Value]) -> None:
    by_number = {row.number: row for row in rows}
    Reply.objects.bulk_create(
        [
            Reply(response=response, question=by_number[number], value=value)
            for number, value in values.items()
            if not by_number[number].is_trait
        ]
    )
    Trait.objects.bulk_create(
        [
            Trait(response=response, question=by_number[number], value=str(value))
            for number, value in values.items()
            if by_number[number].is_trait
        ]
    )


def _said(rows: list[Question], values: Mapping[int, form.Value], may_quote: bool) -> dict[str, Any]:
    traits = {row.number for row in rows if row.is_trait}
    return {
        "replies": {str(number): value for number, value in values.items() if number not in traits},
        "traits": {str(number): value for number, value in values.items() if number in traits},
        "may_quote": may_quote,
    }


def said_of(response: Response) -> dict[str, Any]:
    """What is kept of a response, as its receipt seals it."""
    return {
        "replies": {str(one.question.number): one.value for one in _parts(response.replies)},
        "traits": {str(one.question.number): one.value for one in _parts(response.traits)},
        "may_quote": response.may_quote,
    }


def _parts(rows: Any) -> Any:
    return rows.select_related("question").order_by("question__number")


def record(poll: Poll, code: str, act: str, said: dict[str, Any] | None) -> Outbox:
    """The act in the log: that somebody did this in this poll, and the fingerprint of what she said. Nobody is named."""
    sealed = {"answer_sha256": slips.fingerprint(code, poll, said)} if said is not None else {}
    return audit.record(
        actor=Actor(),
        action=f"polls.response.{act}",
        target=slips.reference_of(code),
        payload={"poll": poll.code, **sealed},
        is_public=False,
    )


def leaf_of(code: str) -> Outbox | None:
    """The log's newest entry about the response of this code."""
    rows = Outbox.objects.filter(audit__target=slips.reference_of(code)).select_related("audit")
    return rows.order_by("pk").last()


def receipt_file(code: str) -> str:
    """The signed file that anyone can check without this server; empty when there is none."""
    leaf = leaf_of(code)
    return (ledger.receipt(leaf) or "") if leaf is not None else ""


@transaction.atomic
def withdraw(*, code: str) -> Response:
    """Take back what was handed in: its words are erased at once, the fact stays and counts nowhere.

    Raises:
        RefusedError: 404 for a code that opens nothing, 409 once the poll is closed or it was taken back before.
    """
    found = slips.by_code(code)
    if found is None:
        raise RefusedError(NOT_FOUND, "polls.code", status=404)
    held = _hold(found.poll)
    policy.require("polls.response.withdraw", Actor(), held)
    response = Response.objects.select_for_update().get(pk=found.pk)
    if response.is_withdrawn:
        raise RefusedError(_("This answer was taken back already."), "polls.withdrawn", status=409)
    _erase(response)
    record(held, ids.read_code(code) or "", "withdraw", None)
    return response


NOT_FOUND = _("This code opens nothing. Check it against your receipt and type it again.")


def _erase(response: Response) -> None:
    response.replies.all().delete()
    response.traits.all().delete()
    response.is_withdrawn, response.may_quote = True, False
    response.revision += 1
    response.save(update_fields=["is_withdrawn", "may_quote", "revision"])
