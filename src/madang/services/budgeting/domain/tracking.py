"""After the vote: the days that are promised, each step of the money, its corrections, and the settled round."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madang.commons.matters import api as matters
from madang.commons.matters.domain import effects
from madang.commons.matters.domain.attachments import MAX_FILES, SUFFIX
from madang.commons.matters.models import Effect
from madang.commons.notices import api as notices
from madang.kernel import clock, text
from madang.kernel.actors import Actor
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.services.budgeting import progress
from madang.services.budgeting.domain import trail
from madang.services.budgeting.models import Pledge, Project, Proposal, Round, Stage, StageFile
from madang.services.budgeting.models.stages import MONEY, Kind

LATER = ("proposed", "enacted", "contracted", "executed", "result")
STEP = {Kind.RESULT: "finish", Kind.STOPPED: "stop"}
"""What the office that leads says alone; everything else any office of the project reports."""
STANDS = {
    Kind.PROPOSED: "promised",
    Kind.ENACTED: "promised",
    Kind.CONTRACTED: "under_way",
    Kind.EXECUTED: "under_way",
    Kind.RESULT: "done",
    Kind.STOPPED: "stopped",
}
"""How the promise on the matter stands after a step."""


def _no(words: Any, code: str, status: int = 422) -> RefusedError:
    return RefusedError(words, f"stage.{code}", status=status)


def _locked(project: Project) -> Project:
    """The project, while its round is decided and not settled yet; both are locked, the round first."""
    held = Round.objects.select_for_update().get(pk=project.round_id)
    if held.state != Round.State.DECIDED:
        raise _no(
            _("Steps of the money are told from the decision on until the round is settled."), "round", 409
        )
    return Project.objects.select_for_update(of=("self",)).select_related("round").get(pk=project.pk)


def _tell(project: Project, kind: str, actor: Actor, *, but: Effect | None, **data: Any) -> None:
    """Followers of the project and proposers. Those of the matter of `but` hear it from the matter itself."""
    proposals = project.proposals.filter(state=Proposal.State.JOINED).select_related("matter")
    if but is not None:
        proposals = proposals.exclude(matter=but.matter_id)
    notices.tell(
        reference=project.reference,
        kind=f"budgeting.{kind}",
        title=project.title,
        data=data,
        also_references=[one.matter.reference for one in proposals],
        not_followers_of=but.matter.reference if but is not None else "",
        not_user=actor.user,
    )


@transaction.atomic
def pledge(*, actor: Actor, project: Project, days: Mapping[str, date | None]) -> Pledge:
    """The office that leads says by which day each step will have happened. Once; it stands.

    Args:
        days: by kind of step, all of them but the contract.

    Raises:
        RefusedError: 403 for others; 409 before the decision or a second time; 422 where days are not in order.
    """
    fresh = _locked(project)
    if Pledge.objects.filter(project=fresh).exists():
        raise _no(_("The days were promised already. They stand as they are."), "pledged", 409)
    wanted = [days.get(kind) for kind in LATER if kind != "contracted" or days.get(kind)]
    given = [day for day in wanted if day is not None]
    if len(given) < len(wanted) or given != sorted(given):
        raise _no(_("Give a day for every step, each not before the one above it."), "days")
    moved = move(
        fresh,
        "pledge",
        actor=actor,
        payload={kind: day.isoformat() for kind in LATER if (day := days.get(kind))},
    )
    lead = fresh.parts.select_related("office").get(leads=True).office
    first = (
        fresh.proposals.filter(state=Proposal.State.JOINED, matter__disclosure="public")
        .select_related("matter")
        .order_by("pk")
        .first()
    )
    effect = None
    if first is not None:
        effect = effects.promise(
            actor=actor, matter=first.matter, owner=lead, what=fresh.title, promised_on=given[-1]
        )
    made = Pledge.objects.create(
        project=fresh,
        effect=effect,
        by=actor.account,
        at=clock.now(),
        **{f"{kind}_on": days.get(kind) for kind in LATER},
    )
    _tell(moved, "pledged", actor, but=effect, on=given[-1].isoformat())
    return made


@transaction.atomic
def report(
    *,
    actor: Actor,
    project: Project,
    kind: str,
    on_date: date,
    note: str,
    amount: int | None = None,
    why: str = "",
    stop_code: str = "",
    document: str = "",
    link: str = "",
    uploads: Sequence[matters.CleanFile] = (),
    corrects: Stage | None = None,
) -> Stage:
    """Tell one step of a funded project.

    Args:
        why: needed for a correction, a step out of order, and an amount above what was decided or enacted.
        corrects: the row whose place this one takes; the kind stays.

    Raises:
        RefusedError: 403 for offices that do not work on it; 409 where it was told already or the round is over;
            422 with what is missing. Nothing is written then.
    """
    fresh = _locked(project)
    note, why = text.clean(note), text.clean(why)
    standing = list(fresh.stages.filter(superseded_by__isnull=True))
    promise = Pledge.objects.select_related("effect").filter(project=fresh).first()
    if promise is None:
        raise _no(
            _("First promise the days of the steps; then each step is told beside its day."), "pledge", 409
        )
    effect = promise.effect
    if corrects is None and kind == Kind.RESULT and progress.is_reopened(standing, effect):
        # A dispute of it was upheld: what was done since then takes its place.
        corrects, why = next(row for row in standing if row.kind == Kind.RESULT), why or note
    _require_whole(kind, on_date, amount, note, stop_code, link, uploads)
    others = _others(standing, kind, why, corrects)
    _require_usual(fresh, others, trail.Told(kind, on_date, amount), why)
    files = [hashlib.sha256(one.data).hexdigest() for one in uploads]
    moved = move(
        fresh,
        STEP.get(Kind(kind), "report"),
        actor=actor,
        reason_code=stop_code,
        reason=f"{note}\n\n{why}".strip(),
        payload={
            "kind": kind,
            "amount": amount,
            "on": on_date.isoformat(),
            "document": document,
            "link": link,
            "files": files,
            "corrects": corrects.pk if corrects else None,
        },
    )
    made = Stage.objects.create(
        project=fresh,
        kind=kind,
        amount=amount,
        on_date=on_date,
        note=note,
        why=why,
        stop_code=stop_code,
        document=document,
        link=link,
        supersedes=corrects,
        by=actor.account,
        at=clock.now(),
    )
    for clean, digest in zip(uploads, files, strict=True):
        _keep(made, clean, digest)
    is_told = _report_on(actor, moved, effect, made)
    _tell(moved, kind, actor, but=effect if is_told else None, amount=amount, corrects=corrects is not None)
    return made


def _require_whole(
    kind: str, on_date: date, amount: int | None, note: str, stop_code: str, link: str, uploads: Sequence[Any]
) -> None:
    if kind not in Kind.values:
        raise _no(_("Choose which step it is."), "kind")
    if on_date > clock.today():
        raise _no(_("The day has not come yet. Tell what has happened."), "future")
    if not note:
        raise _no(_("Say in a sentence what happened."), "note")
    if (kind in MONEY) != (amount is not None) or (amount or 0) < 0:
        raise _no(_("Give the amount in won; a result and a stop have none."), "amount")
    if (kind == Kind.STOPPED) != bool(stop_code):
        raise _no(_("A project that is stopped needs a reason from the list; other steps have none."), "stop")
    if kind == Kind.RESULT and not link and not uploads:
        raise _no(
            _("A result needs evidence: add a photo or document, or a link that anyone can open."), "evidence"
        )
    if len(uploads) > MAX_FILES:
        raise _no(_("You can add three files."), "files")


def _others(standing: list[Stage], kind: str, why: str, corrects: Stage | None) -> list[trail.Told]:
    """The steps that stand beside the new one."""
    if corrects is not None:
        if corrects.kind != kind or corrects.pk not in {row.pk for row in standing}:
            raise _no(
                _("This was changed meanwhile. Reload the page to see how it stands now."), "stale", 409
            )
        if not why:
            raise _no(_("Say why it is corrected. What stood there stays readable."), "why")
    elif kind != Kind.EXECUTED and any(row.kind == kind for row in standing):
        raise _no(_("This step was told already. If something in it is wrong, correct it."), "twice", 409)
    return [
        trail.Told(row.kind, row.on_date, row.amount)
        for row in standing
        if corrects is None or row.pk != corrects.pk
    ]


def _require_usual(project: Project, others: list[trail.Told], new: trail.Told, why: str) -> None:
    if new.amount == 0 and not why:
        raise _no(
            _("Nought won needs a reason; it is how a payment is taken out that was not made."), "nought"
        )
    if why:
        return
    if trail.out_of_order(others, new):
        raise _no(
            _(
                "This is out of order: the step before it is missing, or its day does not fit. Say why, or mend it."
            ),
            "order",
        )
    beyond = trail.above(others, new, decided=project.cost or 0)
    if beyond:
        raise _no(
            _("This is %(amount)s won above what was decided or enacted. Say why, or mend the amount.")
            % {"amount": f"{beyond:,}"},
            "above",
        )


def goes_on(effect: Effect) -> str | Promise:
    """Why a promise cannot be ended by itself: its project has neither a result nor a stop yet."""
    promised = Pledge.objects.filter(effect=effect).first()
    if promised is None:
        return ""
    ends = Stage.objects.filter(project=promised.project_id, kind__in=(Kind.RESULT, Kind.STOPPED))
    done = effect.reports.filter(state="done").order_by("-at").first()
    if done is not None:  # a dispute has opened it again: an older result ends it no more
        ends = ends.filter(at__gt=done.at)
    if ends.filter(superseded_by=None).exists():
        return ""
    return _(
        "This promise ends with its project. Tell the result, or that it is stopped, at the desk of the round."
    )


def _report_on(actor: Actor, project: Project, effect: Effect | None, stage: Stage) -> bool:
    """Say the same on the promise of the matter, where it still stands and this office made it; whether it was said."""
    if effect is None or effect.state not in ("promised", "under_way"):
        return False
    if not actor.holds("officer", effect.owner_id):
        return False
    page = reverse("budget_project_progress", args=[project.round.slug, project.code])
    has_evidence = bool(stage.link) or stage.files.exists()
    effects.report(
        actor=actor,
        effect=effect,
        state=STANDS[Kind(stage.kind)],
        text=stage.note,
        evidence_url=stage.link or (f"{settings.PUBLIC_URL}{page}#stage-{stage.pk}" if has_evidence else ""),
    )
    return True


def _keep(stage: Stage, clean: matters.CleanFile, digest: str) -> None:
    suffix = SUFFIX[clean.content_type]
    row = StageFile(
        stage=stage,
        name=(PurePath(clean.name).stem or "file") + suffix,
        content_type=clean.content_type,
        size=len(clean.data),
        sha256=digest,
    )
    # The stored name says nothing about the person's own file name.
    row.file.save(f"{digest[:32]}{suffix}", ContentFile(clean.data), save=True)


@transaction.atomic
def settle(*, actor: Actor, round_: Round, reason: str) -> Round:
    """Every funded project has a result or was stopped, and nobody disputes one: the round is over.

    Raises:
        RefusedError: 403 for others than an approver; 409 with the projects that are not at their end.
    """
    held = Round.objects.select_for_update().get(pk=round_.pk)
    lines = progress.lines(held)
    waiting = [line.project.code for line in lines if not line.is_over]
    if waiting:
        raise _no(
            _("These projects have no result that stands yet: %(codes)s.") % {"codes": ", ".join(waiting)},
            "waiting",
            409,
        )
    whole = progress.money(lines)
    fresh = move(
        held,
        "settle",
        actor=actor,
        reason=text.clean(reason),
        payload={"projects": len(lines), "decided": whole.decided, "paid": whole.executed},
    )
    notices.tell(
        reference=fresh.reference,
        kind="budgeting.accounted",
        title=fresh.title_ko,
        also_references=[line.project.reference for line in lines],
        not_user=actor.user,
    )
    return fresh
