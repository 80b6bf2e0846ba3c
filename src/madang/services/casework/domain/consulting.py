"""Asking another office, or an expert, for an opinion on a matter that stays with the office that asks."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.enums import OWED
from madang.commons.matters.models import Matter
from madang.kernel import clock, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.kernel.models import Organisation
from madang.services.casework.domain.templates import case_of
from madang.services.casework.events import CaseChanged
from madang.services.casework.models import Consultation

WORDS_MIN, WORDS_MAX, MOST_OPEN = 10, 3000, 10


def _words(value: str) -> None:
    if not WORDS_MIN <= len(value.strip()) <= WORDS_MAX:
        raise RefusedError(
            _("Write 10 to 3,000 characters; it has %(have)s.") % {"have": len(value.strip())},
            "consultation.length",
            status=422,
        )


@transaction.atomic
def ask(
    *,
    actor: Actor,
    matter: Matter,
    question: str,
    due_on: date,
    office: Organisation | None = None,
    expert: str = "",
    shares_text: bool = False,
    is_shown: bool = False,
) -> Consultation:
    """Ask for an opinion. The matter stays where it is, and its clock runs on.

    Args:
        shares_text: who is asked reads what was filed, with personal data covered.
        is_shown: its author sees question and opinion.

    Raises:
        RefusedError: 403 not the office that has it; 409 nothing is owed any more, or ten are open; 422 nobody or two
            are asked, the office asks itself, too few words, or a day that has passed.
    """
    fresh = Matter.objects.select_for_update().select_related("responsible").get(pk=matter.pk)
    policy.require("casework.matter.consult", actor, fresh)
    if fresh.state not in OWED:
        raise RefusedError(_("No answer is owed here any more."), "consultation.ended", status=409)
    if (office is None) == (not expert.strip()):
        raise RefusedError(
            _("Choose an office, or name an expert; one of the two."), "consultation.whom", status=422
        )
    if office is not None and office.pk == fresh.responsible_id:
        raise RefusedError(_("This is your own office. Choose another one."), "consultation.self", status=422)
    _words(question)
    if due_on < clock.today():
        raise RefusedError(
            _("This day has passed. Choose today or a later day."), "consultation.due", status=422
        )
    if fresh.consultations.filter(state="open").count() >= MOST_OPEN:
        raise RefusedError(
            _("Ten opinions are awaited already. Take one back first."), "consultation.many", status=409
        )
    made = Consultation.objects.create(
        matter=fresh,
        asking=fresh.responsible,
        office=office,
        expert=expert.strip(),
        question=question,
        shares_text=shares_text,
        is_shown=is_shown,
        at=clock.now(),
        by=actor.user,
        due_on=due_on,
    )
    # Whom an office asks is said of the matter where its author sees it; what is asked never stands in the log.
    audit.record(
        actor=actor,
        action="casework.matter.consult",
        target=fresh.reference,
        organisation=fresh.responsible,
        is_public=is_shown and fresh.is_public,
        payload={"asked": office.code if office else "expert", "due": due_on.isoformat()},
    )
    _changed(fresh, actor)
    return made


@transaction.atomic
def answer(*, actor: Actor, row: Consultation, opinion: str) -> Consultation:
    """Give the opinion; of an expert outside the office that asked writes it down."""
    _words(opinion)
    fresh = move(
        row,
        "answer",
        actor=actor,
        organisation=row.office or row.asking,
        changes={"opinion": opinion, "answered_at": clock.now(), "answered_by": actor.user},
    )
    _changed(fresh.matter, actor)
    return fresh


@transaction.atomic
def take_back(*, actor: Actor, row: Consultation, reason: str) -> Consultation:
    """The opinion is not needed any more."""
    fresh = move(row, "take_back", actor=actor, reason=reason, organisation=row.asking)
    _changed(fresh.matter, actor)
    return fresh


def _changed(matter: Matter, actor: Actor) -> None:
    case = case_of(matter)
    if case is not None:
        publish(CaseChanged(case.pk, "consulted", actor.user.pk if actor.user else None))
