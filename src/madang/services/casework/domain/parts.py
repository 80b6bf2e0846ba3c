"""Several needs in one case: parts with offices of their own, one lead, one combined answer."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from madang.commons.matters import api as matters
from madang.commons.matters.domain import answers, handling
from madang.commons.matters.enums import OWED
from madang.commons.matters.models import Answer, Matter
from madang.kernel import clock, policy
from madang.kernel.actors import Actor, system
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.kernel.models import Organisation
from madang.services.casework.domain import types
from madang.services.casework.enums import kind_of
from madang.services.casework.events import CaseChanged
from madang.services.casework.limits import PARTS_MAX
from madang.services.casework.models import Case, Part

SPLITTER = "casework.split"


def _locked(case: Case) -> Case:
    """The case under the lock of its lead matter, which every act on the lead takes too."""
    Matter.objects.select_for_update().get(pk=case.pk)
    return Case.objects.select_related("matter__responsible", "matter__host", "center").get(pk=case.pk)


def _note(case: Case, part: Part, *, actor: Actor, action: str, reason: str, payload: dict[str, Any]) -> None:
    """The act on the case as a whole, beside that on the part's own matter."""
    audit.record(
        actor=actor,
        action=action,
        target=case.reference,
        is_public=case.matter.is_public,
        organisation=case.matter.responsible,
        reason=reason,
        payload={"part": part.number, "what": part.what, **payload},
    )
    what = action.rsplit(".", 1)[1]
    publish(CaseChanged(case.pk, what, actor.user.pk if actor.user else None))


@transaction.atomic
def split(
    *,
    actor: Actor,
    case: Case,
    what: str,
    office: Organisation,
    words: str = "",
    case_type: str = "",
) -> Part:
    """Give one need of a case to an office of its own; the lead office stays the lead.

    The part is a matter with its own clock from now, under the rule of its type. The clock of the case, which the
    resident's rights run by, goes on unchanged.

    Args:
        what: the need in a line, cleaned; `words` what that office is to know, else all that was told.
        case_type: where the part is of another type than the case.

    Raises:
        RefusedError: 403 by policy; 409 when the case has ended, or the office has this part already (a second click, a
            second window); 422 for too many parts.
    """
    case = _locked(case)
    policy.require("casework.case.split", actor, case)
    if case.matter.state not in OWED:
        raise RefusedError(
            _("This case has ended. It has to be reopened before it can be divided."),
            "part.ended",
            status=409,
        )
    count = case.parts.count()
    if count >= PARTS_MAX:
        raise RefusedError(_("A case has twenty parts at most."), "part.many", status=422)
    if not what.strip():
        raise RefusedError(_("Say in a line what this office has to do."), "part.what", status=422)
    if case.parts.filter(what=what, matter__responsible=office, matter__state__in=OWED).exists():
        raise RefusedError(_("This office has this very part already."), "part.twice", status=409)
    chosen = case_type or case.type
    filed = matters.file(
        actor=actor,
        kind=kind_of(chosen),
        title=what,
        body=words or case.matter.body,
        rule=types.rule_of(chosen),
        host=case.matter.host,
        disclosure=case.matter.disclosure,
        state=matters.State.TRIAGE,
        is_own=False,
    )
    part = Part.objects.create(
        case=case,
        matter=filed.matter,
        number=1 + max(case.parts.values_list("number", flat=True), default=0),
        what=what,
        added_at=clock.now(),
        added_by=actor.user,
    )
    handling.assign(actor=system(SPLITTER), matter=filed.matter, office=office)
    part.matter.refresh_from_db()
    _note(case, part, actor=actor, action="casework.case.split", reason=what, payload={"office": office.code})
    return part


@transaction.atomic
def name_outstanding(*, actor: Actor, part: Part, reason: str, until: date) -> Part:
    """The lead office answers before this part is answered, and says why and until when. It is shown with the answer."""
    case = _locked(part.case)
    policy.require("casework.case.lead", actor, case)
    fresh = Part.objects.select_related("matter__responsible", "case__matter").get(pk=part.pk)
    if fresh.matter.state not in OWED:
        raise RefusedError(_("This part is answered already."), "part.answered", status=409)
    if not reason.strip():
        raise RefusedError(_("Say why the answer does not wait for this part."), "part.reason", status=422)
    if until < clock.today():
        raise RefusedError(_("Name a day from today on."), "part.until", status=422)
    fresh.outstanding_reason, fresh.outstanding_until = reason, until
    fresh.save(update_fields=["outstanding_reason", "outstanding_until"])
    _note(
        case,
        fresh,
        actor=actor,
        action="casework.case.outstanding",
        reason=reason,
        payload={"until": until.isoformat()},
    )
    return fresh


@transaction.atomic
def take_out(*, actor: Actor, part: Part, reason: str) -> None:
    """A part that is not needed, or was made by mistake, ends without an answer; what was said of it stays readable."""
    case = _locked(part.case)
    policy.require("casework.case.split", actor, case)
    fresh = Part.objects.select_related("matter").get(pk=part.pk)
    if not reason.strip():
        raise RefusedError(_("Give a reason in a sentence; its author reads it."), "part.reason", status=422)
    handling.withdraw(actor=system(SPLITTER), matter=fresh.matter, reason=reason)
    _note(case, fresh, actor=actor, action="casework.case.take_out", reason=reason, payload={})


def waiting(case_id: int) -> list[Part]:
    """Parts that owe an answer and are not named as outstanding, in their order."""
    rows = Part.objects.filter(case=case_id, matter__state__in=OWED, outstanding_reason="")
    return list(rows.select_related("matter__responsible"))


def lacks(answer: Answer) -> list[str | Promise]:
    """What the combined answer of a case lacks: parts that nobody has answered or named as outstanding."""
    open_parts = waiting(answer.matter_id)
    if not open_parts:
        return []
    named = ", ".join(f"{part.number}. {part.what} ({part.matter.responsible.name})" for part in open_parts)
    return [
        _now(
            "These parts are not answered yet: %(parts)s. Wait for them, or name them as outstanding on the page of"
            " the case."
        )
        % {"parts": named}
    ]


def combined(case: Case) -> str:
    """The words a combined answer can begin with: what each part was answered, and what is outstanding."""
    rows = []
    for part in case.parts.select_related("matter__responsible"):
        answer = (
            part.matter.answers.filter(state=Answer.State.PUBLISHED)
            .select_related("office")
            .order_by("-version")
            .first()
        )
        head = f"{part.number}. {part.what} ({part.matter.responsible.name_ko})"
        if answer is not None and part.matter.state not in OWED:
            rows.append(f"{head}\n{answer.reason}" + (f"\n{answer.next_step}" if answer.next_step else ""))
        elif part.outstanding_reason and part.matter.state in OWED:
            rows.append(f"{head}\n{part.outstanding_reason} ({part.outstanding_until})")
    return "\n\n".join(rows)


@transaction.atomic
def combine(*, actor: Actor, case: Case) -> Answer:
    """Begin the combined answer from the answers of the parts; words that stand in a draft already stay below."""
    case = _locked(case)
    policy.require("casework.case.lead", actor, case)
    said = combined(case)
    if not said:
        raise RefusedError(_("No part is answered yet."), "part.none", status=409)
    draft = case.matter.answers.exclude(state=Answer.State.PUBLISHED).first()
    kept = (
        {name: getattr(draft, name) for name in ("disposition", "next_step", "owner", "promised_on")}
        if draft is not None
        else {}
    )
    before = draft.reason if draft is not None else ""
    reason = before if said in before else f"{said}\n\n{before}".strip()
    return answers.save(actor=actor, matter=case.matter, reason=reason, **kept)


# --- what follows from a change of a matter -------------------------------------------------------------


def lead_of(matter: Matter) -> Matter | None:
    """The lead matter of a part; None for what is not a part."""
    part = Part.objects.filter(matter=matter.pk).select_related("case__matter").first()
    return part.case.matter if part is not None else None


def follow_withdrawal(matter_id: int) -> None:
    """The author took the case back: its parts end with it."""
    for part in Part.objects.filter(case=matter_id, matter__state__in=OWED).select_related("matter"):
        handling.withdraw(actor=system(SPLITTER), matter=part.matter)


def follow_merge(matter_id: int) -> None:
    """The case goes on in another one: its open parts go with it, each with its office and clock."""
    matter = Matter.objects.select_related("merged_into").get(pk=matter_id)
    into = Case.objects.filter(pk=matter.merged_into_id).first()
    moving = list(Part.objects.filter(case=matter_id, matter__state__in=OWED).select_related("matter"))
    if into is None:
        # The other one is no case: what is owed there is one answer, and it covers these needs too.
        for part in moving:
            handling.withdraw(actor=system(SPLITTER), matter=part.matter)
        return
    place = max(into.parts.values_list("number", flat=True), default=0)
    for part in moving:
        place += 1
        Part.objects.filter(pk=part.pk).update(case=into, number=place)


def follow_answer(matter_id: int) -> None:
    """What is answered is not outstanding any more."""
    Part.objects.filter(matter=matter_id).update(outstanding_reason="", outstanding_until=None)


def follow_disclosure(matter_id: int) -> None:
    """What moderation does to the case holds for its parts."""
    disclosure = Matter.objects.values_list("disclosure", flat=True).get(pk=matter_id)
    keys = Part.objects.filter(case=matter_id).values_list("matter", flat=True)
    for key in list(keys):
        Matter.objects.filter(pk=key).update(disclosure=disclosure)
        matters.put_in_index(key)
