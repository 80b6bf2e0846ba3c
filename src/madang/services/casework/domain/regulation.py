"""A request to change a rule: a named answer, a justification, the committee, and the changed text."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.domain import answers
from madang.commons.matters.enums import Disposition, State
from madang.commons.matters.models import Answer
from madang.kernel import clock
from madang.kernel.actors import Actor, system
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.models import Organisation
from madang.services.casework.domain import filing, terms
from madang.services.casework.domain.filing import FiledCase
from madang.services.casework.domain.telling import tell
from madang.services.casework.enums import CaseType
from madang.services.casework.models import Case, Decision, RegulationClock, RegulationRequest

Clocked = RegulationClock.Step
BY_ANSWER = system("casework.regulation")
DISPOSITIONS = {
    Decision.ACCEPT: Disposition.ADOPTED,
    Decision.LONG_TERM: Disposition.PARTLY,
    Decision.REFUSE: Disposition.REJECTED,
}
STEPS = {Decision.ACCEPT: "accept", Decision.LONG_TERM: "defer", Decision.REFUSE: "refuse"}
FOLLOWS = {
    "accepted": Clocked.IMPLEMENTATION,
    "long_term": Clocked.IMPLEMENTATION,
    "recommended": Clocked.IMPLEMENTATION,
    "doubted": Clocked.IMPLEMENTATION,
    "asked": Clocked.JUSTIFICATION,
    "committee": Clocked.COMMITTEE,
    "implemented": Clocked.CONFIRMATION,
}
"""Which clock a state begins."""


def open_request(case: Case) -> RegulationRequest:
    """The request of a case of this type; made with it, however the case came in or became one."""
    found, _made = RegulationRequest.objects.get_or_create(case=case)
    return found


def _web(url: str) -> str:
    """A link to a text that anyone can open.

    Raises:
        RefusedError: 422, it is no address of the web.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or "." not in parts.netloc:
        raise RefusedError(
            _("Write the whole address of the text, beginning with https://."), "regulation.link", status=422
        )
    return url


def _said(**said: str) -> dict[str, str]:
    if said.get("law_url"):
        _web(said["law_url"])
    return said


@transaction.atomic
def file_request(
    *,
    actor: Actor,
    law: str,
    article: str = "",
    quoted: str = "",
    law_url: str = "",
    burden: str = "",
    proposal: str = "",
    **case: Any,
) -> FiledCase:
    """File a case of the type regulation with the article it is about.

    Raises:
        RefusedError: as `filing.file_case`; 422 for a link that is none.
    """
    said = _said(law=law, article=article, quoted=quoted, law_url=law_url, burden=burden, proposal=proposal)
    made = filing.file_case(actor=actor, case_type=CaseType.REGULATION, **case)
    if made.is_new:
        request = open_request(made.case)
        RegulationRequest.objects.filter(pk=request.pk).update(**said)
    return made


@transaction.atomic
def detail(*, actor: Actor, request: RegulationRequest, **said: str) -> RegulationRequest:
    """Its author names the article, the burden and what she proposes, until it is answered."""
    return move(request, "detail", actor=actor, changes=_said(**said))


def _clock(request: RegulationRequest) -> None:
    """End the clock that runs and begin the one of the new state."""
    now = clock.now().replace(microsecond=0)
    request.clocks.filter(ended_at__isnull=True).update(ended_at=now)
    step = FOLLOWS.get(request.state)
    if step is None:
        return
    rule = terms.rule_of(terms.REGULATION)
    RegulationClock.objects.create(
        request=request, step=step, rule=rule, started_at=now, due_at=terms.due(rule, step, now)
    )


@transaction.atomic
def decide(
    *,
    actor: Actor,
    request: RegulationRequest,
    decision: str,
    reason: str,
    next_step: str = "",
    owner: Organisation | None = None,
    promised_on: date | None = None,
) -> RegulationRequest:
    """An officer puts her name to a decision. It becomes the draft of the answer; once that is published it stands.

    Raises:
        RefusedError: 422 for a decision that is none; as `answers.save`.
    """
    if decision not in Decision.values:
        raise RefusedError(_("Choose what the office decides."), "regulation.decision", status=422)
    # Until the answer is published the decision is the office's own: the log keeps who gave her name, not which.
    fresh = move(
        request,
        "decide",
        actor=actor,
        reason=str(_("A named answer is prepared.")),
        changes={"decision": decision, "decided_by": actor.account},
    )
    answers.save(
        actor=actor,
        matter=fresh.case.matter,
        disposition=DISPOSITIONS[Decision(decision)],
        reason=reason,
        next_step=next_step,
        owner=owner,
        promised_on=promised_on,
    )
    return fresh


def lacks(answer: Answer) -> list[Any]:
    """What an answer to a request lacks: the named decision, or that both say the same."""
    request = RegulationRequest.objects.filter(pk=answer.matter_id).select_related("case").first()
    if request is None or request.case.type != CaseType.REGULATION:
        return []
    if request.state != RegulationRequest.State.SUGGESTED:
        return []
    if not request.decision or request.decided_by_id is None:
        return [_("Decide first, with your name, on the page of the request.")]
    if answer.disposition != DISPOSITIONS[Decision(request.decision)]:
        return [
            _("The answer says something else than the named decision. Decide again or change the answer.")
        ]
    return []


def follow_answer(matter_id: int) -> None:
    """The answer is published: the decision stands, with its name."""
    request = RegulationRequest.objects.filter(pk=matter_id, state="suggested").first()
    if request is None or not request.decision:
        return
    answer = request.case.matter.answers.filter(state=Answer.State.PUBLISHED).last()
    if answer is None:
        return
    fresh = move(
        request,
        STEPS[Decision(request.decision)],
        actor=BY_ANSWER,
        reason_code=request.decision,
        reason=answer.reason,
        organisation=answer.office,
        changes={"answered_at": answer.published_at},
    )
    _clock(fresh)


def follow_objection(matter_id: int) -> None:
    request = RegulationRequest.objects.filter(pk=matter_id).first()
    if request is not None and request.state in request.flow.step("reopen").sources:
        fresh = move(
            request,
            "reopen",
            actor=BY_ANSWER,
            reason=str(_("Who filed it objected to the answer.")),
            changes={"decision": "", "decided_by": None, "answered_at": None},
        )
        _clock(fresh)


def follow_withdrawal(matter_id: int) -> None:
    request = RegulationRequest.objects.filter(pk=matter_id, state="suggested").first()
    if request is not None:
        move(request, "withdraw", actor=BY_ANSWER)


def _step(
    request: RegulationRequest, step: str, *, actor: Actor, reason: str = "", **changes: Any
) -> RegulationRequest:
    fresh = move(request, step, actor=actor, reason=reason, changes=changes)
    _clock(fresh)
    tell(fresh.case, f"regulation_{fresh.state}", actor)
    return fresh


@transaction.atomic
def ask_why(*, actor: Actor, request: RegulationRequest, reason: str) -> RegulationRequest:
    """The coordinator asks the office to justify its refusal within the time of the rule."""
    return _step(request, "ask_why", actor=actor, reason=reason)


@transaction.atomic
def justify(*, actor: Actor, request: RegulationRequest, reason: str) -> RegulationRequest:
    """The office says why the rule has to stay."""
    return _step(request, "justify", actor=actor, reason=reason, justification=reason)


@transaction.atomic
def let_stand(*, actor: Actor, request: RegulationRequest, reason: str) -> RegulationRequest:
    """The coordinator finds the justification sufficient."""
    return _step(request, "let_stand", actor=actor, reason=reason, ended_at=clock.now())


@transaction.atomic
def refer(*, actor: Actor, request: RegulationRequest, reason: str) -> RegulationRequest:
    """To the committee: the justification is weak, or did not come in time."""
    return _step(request, "refer", actor=actor, reason=reason)


@transaction.atomic
def recommend(*, actor: Actor, request: RegulationRequest, reason: str) -> RegulationRequest:
    """The committee recommends a change."""
    return _step(request, "recommend", actor=actor, reason=reason, recommendation=reason)


@transaction.atomic
def turn_down(*, actor: Actor, request: RegulationRequest, reason: str) -> RegulationRequest:
    """The committee recommends none."""
    return _step(request, "turn_down", actor=actor, reason=reason, ended_at=clock.now())


@transaction.atomic
def implement(
    *, actor: Actor, request: RegulationRequest, text_title: str, text_url: str, promulgated_on: date
) -> RegulationRequest:
    """The text changed: which one, where it can be read, since when.

    Raises:
        RefusedError: 422 without a title, for a link that is none or a day that lies ahead.
    """
    if not text_title.strip():
        raise RefusedError(_("Name the text that changed."), "regulation.text", status=422)
    if promulgated_on > clock.today():
        raise RefusedError(
            _("It is not promulgated yet on this day. Come back when it is."), "regulation.day", status=422
        )
    return _step(
        request,
        "implement",
        actor=actor,
        text_title=text_title,
        text_url=_web(text_url),
        promulgated_on=promulgated_on,
    )


@transaction.atomic
def explain(*, actor: Actor, request: RegulationRequest, reason: str) -> RegulationRequest:
    """It was accepted and will not come after all; why."""
    return _step(request, "explain", actor=actor, reason=reason, ended_at=clock.now())


@transaction.atomic
def confirm(*, actor: Actor, request: RegulationRequest) -> RegulationRequest:
    """Who asked for it says that it changed."""
    return _step(request, "confirm", actor=actor, ended_at=clock.now())


@transaction.atomic
def doubt(*, actor: Actor, request: RegulationRequest, reason: str) -> RegulationRequest:
    """Who asked for it says that it did not change: the office has to act again."""
    return _step(request, "doubt", actor=actor, reason=reason)


def is_answerable(request: RegulationRequest) -> bool:
    """Whether an office has it and owes the named answer."""
    return request.state == RegulationRequest.State.SUGGESTED and request.case.matter.state == State.ASSIGNED
