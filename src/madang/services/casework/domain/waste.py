"""A report of waste from its filing to the correction plan. What it saves stands in `savings`."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.domain import answers, handling
from madang.commons.matters.enums import Disposition, State
from madang.commons.matters.models import Answer
from madang.kernel import clock, manifest
from madang.kernel.actors import Actor, system
from madang.kernel.domain import traces
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.models import Organisation, Trace
from madang.services.casework.domain import filing
from madang.services.casework.domain.filing import FiledCase
from madang.services.casework.domain.telling import tell
from madang.services.casework.enums import CaseType
from madang.services.casework.logic.letters import letter_of
from madang.services.casework.models import Case, WasteReport

MOST = 10**15
"""Won; more than the state spends in a year is a slip of the finger."""

UNDECIDED = ("received", "in_scope", "assigned", "checked")
VERDICTS = {
    "uphold": Disposition.ADOPTED,
    "uphold_partly": Disposition.PARTLY,
    "dismiss": Disposition.REJECTED,
}
BY_ANSWER = system("casework.waste")


def open_report(case: Case) -> WasteReport:
    """The report of a case of this type; made with it, however the case came in or became one."""
    found, _made = WasteReport.objects.get_or_create(
        case=case, defaults={"letter": letter_of(case.matter.title, case.matter.body)}
    )
    return found


def _checked(since: str, line: str, line_text: str, claimed: int | None) -> dict[str, Any]:
    if claimed is not None and not 0 <= claimed <= MOST:
        raise RefusedError(
            _("Write the amount in won, from 0 to 1,000,000,000,000,000."), "waste.amount", status=422
        )
    if line:
        manifest.require([line])
    return {"since": since, "line": line, "line_text": line_text, "claimed": claimed}


def _point(report: WasteReport, actor: Actor) -> None:
    """Draw the arrow from the case to the budget line."""
    if report.line:
        traces.draw(actor=actor, kind=Trace.Kind.RELATES, source=report.reference, target=report.line)


@transaction.atomic
def file_report(
    *,
    actor: Actor,
    since: str = "",
    line: str = "",
    line_text: str = "",
    claimed: int | None = None,
    **case: Any,
) -> FiledCase:
    """File a case of the type waste with what a report says beside its words.

    Args:
        line: reference of a budget line that something of this site resolves.
        claimed: won a year.
        case: what `filing.file_case` takes.

    Raises:
        RefusedError: as `file_case`; 422 for an amount or a line that cannot be.
    """
    said = _checked(since, line, line_text, claimed)
    made = filing.file_case(actor=actor, case_type=CaseType.WASTE, **case)
    if made.is_new:
        report = open_report(made.case)
        WasteReport.objects.filter(pk=report.pk).update(**said)
        report.refresh_from_db()
        _point(report, actor)
    return made


@transaction.atomic
def detail(
    *,
    actor: Actor,
    report: WasteReport,
    since: str = "",
    line: str = "",
    line_text: str = "",
    claimed: int | None = None,
) -> WasteReport:
    """The reporter says since when, how much, and which budget line, until somebody has looked at it."""
    fresh = move(report, "detail", actor=actor, changes=_checked(since, line, line_text, claimed))
    _point(fresh, actor)
    return fresh


@transaction.atomic
def admit(*, actor: Actor, report: WasteReport, spender: Organisation | None = None) -> WasteReport:
    """It is about public money; `spender` is the office that spends it, where it is one of this site."""
    return move(
        report,
        "admit",
        actor=actor,
        payload={"spender": spender.code if spender else ""},
        changes={"spender": spender},
    )


@transaction.atomic
def refuse(*, actor: Actor, report: WasteReport, reason: str) -> WasteReport:
    """It is not about waste. The case stays owed an answer; another type may fit it better."""
    fresh = move(report, "refuse", actor=actor, reason=reason, changes={"verdict_at": clock.now()})
    tell(fresh.case, "waste_out_of_scope", actor)
    return fresh


@transaction.atomic
def join(*, actor: Actor, report: WasteReport, into: WasteReport, reason: str) -> WasteReport:
    """The same was reported before: it is shown with that one, and its author still gets an answer."""
    if into.pk == report.pk or into.duplicate_of_id is not None or into.state == "withdrawn":
        raise RefusedError(
            _("Choose the report that goes on, not this one or one that was joined itself."),
            "waste.join",
            status=422,
        )
    if report.duplicates.exists():
        raise RefusedError(
            _("Others were joined to this one. Join those to the other report first."),
            "waste.join_lead",
            status=422,
        )
    fresh = move(
        report,
        "join",
        actor=actor,
        reason=reason,
        payload={"into": into.reference},
        changes={"duplicate_of": into, "verdict_at": clock.now()},
    )
    traces.draw(
        actor=actor, kind=Trace.Kind.RELATES, source=fresh.reference, target=into.reference, evidence=reason
    )
    tell(fresh.case, "waste_duplicate", actor)
    return fresh


@transaction.atomic
def assign(*, actor: Actor, report: WasteReport, office: Organisation) -> WasteReport:
    """To the office that checks: not the one that spends the money. The case goes with it.

    Raises:
        RefusedError: 422, the office spends the money, or another one has the case.
    """
    if report.spender_id == office.pk:
        raise RefusedError(
            _("The office that spends the money does not check the report. Choose another office."),
            "waste.spender",
            status=422,
        )
    matter = report.case.matter
    if matter.state == State.TRIAGE:
        handling.assign(actor=actor, matter=matter, office=office)
    elif matter.responsible_id != office.pk:
        raise RefusedError(
            _("The case is with another office. Pass the case on first, then go on here."),
            "waste.elsewhere",
            status=422,
        )
    return move(report, "assign", actor=actor, organisation=office, payload={"office": office.code})


@transaction.atomic
def check(*, actor: Actor, report: WasteReport, on: date, finding: str) -> WasteReport:
    """What was found on the spot, and on which day."""
    if on > clock.today():
        raise RefusedError(_("The day of the check lies ahead."), "waste.day", status=422)
    return move(
        report,
        "check",
        actor=actor,
        reason=finding,
        payload={"on": on.isoformat()},
        changes={"checked_on": on},
    )


@transaction.atomic
def judge(*, actor: Actor, report: WasteReport, verdict: str, reason: str) -> WasteReport:
    """Upheld, partly or not, with the reason. It becomes the draft of the answer that the reporter gets.

    Args:
        verdict: `uphold`, `uphold_partly` or `dismiss`.
    """
    fresh = move(report, verdict, actor=actor, reason=reason, changes={"verdict_at": clock.now()})
    matter = fresh.case.matter
    begun = matter.answers.exclude(state=Answer.State.PUBLISHED).exists()
    if matter.state == State.ASSIGNED and not begun:
        answers.save(actor=actor, matter=matter, disposition=VERDICTS[verdict], reason=reason)
    tell(fresh.case, f"waste_{fresh.state}", actor)
    return fresh


@transaction.atomic
def plan(*, actor: Actor, report: WasteReport, what: str, owner: Organisation, due: date) -> WasteReport:
    """What is done about it, by which office, until when."""
    if due < clock.today():
        raise RefusedError(
            _("The promised day lies in the past. Choose a day from today on."), "waste.day", status=422
        )
    fresh = move(
        report,
        "plan",
        actor=actor,
        reason=what,
        payload={"owner": owner.code, "due": due.isoformat()},
        changes={"plan": what, "plan_owner": owner, "plan_due": due},
    )
    tell(fresh.case, "waste_planned", actor)
    return fresh


def lacks(answer: Answer) -> list[Any]:
    """What an answer to a report still lacks: the verdict."""
    report = WasteReport.objects.filter(pk=answer.matter_id).first()
    if report is None or report.state not in UNDECIDED or report.case.type != CaseType.WASTE:
        return []
    return [_("Decide first, on the page of the report, whether it is upheld.")]


def follow_objection(matter_id: int) -> None:
    """The reporter objects to the answer in time: it is looked at again."""
    report = WasteReport.objects.filter(pk=matter_id).first()
    if report is not None and report.state in report.flow.step("reopen").sources:
        move(report, "reopen", actor=BY_ANSWER, reason=str(_("Who filed it objected to the answer.")))


def follow_withdrawal(matter_id: int) -> None:
    report = WasteReport.objects.filter(pk=matter_id).first()
    if report is not None and report.state in UNDECIDED:
        move(report, "withdraw", actor=BY_ANSWER)


def follow_merge(matter_id: int) -> None:
    """The case goes on in another one, and so does the report."""
    report = WasteReport.objects.select_related("case__matter").filter(pk=matter_id).first()
    if report is None or report.state not in report.flow.step("join").sources:
        return
    into = WasteReport.objects.filter(pk=report.case.matter.merged_into_id).first()
    if into is not None and into.duplicate_of_id is None:
        join(actor=BY_ANSWER, report=report, into=into, reason=str(_("Its case was merged.")))
