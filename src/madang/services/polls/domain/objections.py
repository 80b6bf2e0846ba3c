"""A person says that her answer was coded wrongly; somebody who did not code it answers, with a reason, in time.

Nothing here learns who she is: she comes with a receipt code, and the audit row says "somebody".
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.domain.clocks import work_calendar
from madang.kernel import actors, clock, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.logic import deadlines
from madang.kernel.models import Rule
from madang.kernel.queries import known_rule
from madang.services.polls.domain import coding, rulings
from madang.services.polls.enums import ObjectionState
from madang.services.polls.models import Codebook, Objection, Poll, Response, Ruling

RULE = "polls.objection"
PERIOD = deadlines.Period(14, "days")
"""Working days to answer where no rule is in force; as long as a suggestion has (Civil Petitions Treatment Act)."""


class Counts(NamedTuple):
    """What everybody may see of objections."""

    all: int
    waiting: int
    late: int
    """Waiting longer than the rule allows."""
    upheld: int
    refused: int
    answered_late: int


def terms(at: datetime) -> tuple[Rule | None, deadlines.Period]:
    """The rule of that day and how long it gives."""
    rule = known_rule(RULE, on=clock.seoul(at).date())
    if rule is None:
        return None, PERIOD
    return rule, deadlines.Period(rule.body["answer"]["amount"], rule.body["answer"]["unit"])


@transaction.atomic
def object_(*, response: Response, codebook: Codebook, text: str, wanted: str = "") -> Objection:
    """Object to how an answer was coded. Whoever calls has checked the receipt code.

    Raises:
        RefusedError: 409 where nothing was coded yet, one is open, or one was decided under this version; 422
            without words or for a code that the codebook does not have.
    """
    book = Codebook.objects.select_for_update(of=("self",)).select_related("poll").get(pk=codebook.pk)
    held = Response.objects.get(pk=response.pk)
    said = text.strip()
    if not said:
        raise RefusedError(_("Say in a sentence what was misunderstood."), "objection.text", status=422)
    if wanted and wanted not in {one["key"] for one in book.body["codes"]}:
        raise RefusedError(_("Choose a code from the list."), "coding.unknown", status=422)
    if held.poll_id != book.poll_id or held.is_withdrawn or held.pk not in coding.labels(book, [held.pk]):
        raise RefusedError(
            _("This answer has no code yet. Come back when it has been read."),
            "objection.uncoded",
            status=409,
        )
    before = Objection.objects.filter(codebook=book, response=held).first()
    if before is not None:
        raise RefusedError(
            _("There is an objection to this coding already. Its answer stands on your receipt page.")
            if before.state == ObjectionState.OPEN
            else _("Your objection was answered; the answer stands on your receipt page."),
            "objection.again",
            status=409,
        )
    now = clock.now()
    rule, period = terms(now)
    try:
        with transaction.atomic():
            made = Objection.objects.create(
                codebook=book,
                response=held,
                text=said,
                wanted=wanted,
                at=now,
                due_at=deadlines.due(now, period, work_calendar()),
                rule=rule,
            )
    except IntegrityError as error:
        raise RefusedError(
            _("There is an objection to this coding already. Its answer stands on your receipt page."),
            "objection.again",
            status=409,
        ) from error
    audit.record(
        actor=actors.person(None), action="polls.objection.file", target=made.reference, is_public=False
    )
    return made


@transaction.atomic
def uphold(*, actor: Actor, objection: Objection, code: str, reason: str) -> Ruling:
    """She is right: the answer gets another code, by a ruling with the same reason."""
    done = _answer(actor, objection, "uphold", reason)
    held = coding.labels(done.codebook, [done.response_id]).get(done.response_id)
    if held is not None and held.code == code:
        raise RefusedError(
            _("The answer has this code already. Choose the one that it should have."),
            "objection.same",
            status=422,
        )
    return rulings.rule(
        actor=actor,
        codebook=done.codebook,
        response=done.response_id,
        code=code,
        reason=reason,
        objection=done,
    )


@transaction.atomic
def refuse(*, actor: Actor, objection: Objection, reason: str) -> Objection:
    """The code stays; the reason says why."""
    return _answer(actor, objection, "refuse", reason)


def _answer(actor: Actor, objection: Objection, step: str, reason: str) -> Objection:
    return move(
        objection,
        step,
        actor=actor,
        reason=reason.strip(),
        changes={"answer": reason.strip(), "answered_at": clock.now(), "by": actor.user},
    )


def counts(poll: Poll) -> Counts:
    """Objections to the coding of a poll, for everybody."""
    late = Q(state=ObjectionState.OPEN, due_at__lt=clock.now())
    found = Objection.objects.filter(codebook__poll=poll).aggregate(
        all=Count("pk"),
        waiting=Count("pk", filter=Q(state=ObjectionState.OPEN)),
        late=Count("pk", filter=late),
        upheld=Count("pk", filter=Q(state=ObjectionState.UPHELD)),
        refused=Count("pk", filter=Q(state=ObjectionState.REFUSED)),
        answered_late=Count("pk", filter=Q(answered_at__gt=F("due_at"))),
    )
    return Counts(**found)


def waiting_for(actor: Actor, poll: Poll) -> list[Objection]:
    """Open objections, the most urgent first. Only for analysts."""
    policy.require("polls.coding.rule", actor, poll)
    rows = Objection.objects.filter(codebook__poll=poll).select_related("codebook__poll", "response", "by")
    return sorted(rows, key=lambda row: (row.state != ObjectionState.OPEN, row.due_at))
