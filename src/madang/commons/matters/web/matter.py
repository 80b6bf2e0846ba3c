"""One matter on the desk: everything about it, and only what this person may do now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madang.commons.matters import desk_queries, desk_tabs, path, queries, two_clocks
from madang.commons.matters.answer_card import answer_card, writers
from madang.commons.matters.domain import desk
from madang.commons.matters.enums import Disposition, Kind, Origin
from madang.commons.matters.models import Answer, Clock, Matter
from madang.commons.matters.web import act_forms, clock_acts, shown
from madang.commons.search import api as search
from madang.kernel import policy, text
from madang.kernel.actors import Actor
from madang.kernel.web.acting import actor_of


def crumbs(last: str, url: str = "") -> list[dict[str, str]]:
    """Home is added by the page shell."""
    found = [{"label": gettext("Desk"), "url": reverse("desk")}]
    return [*found, {"label": last, "url": url}]


def address(matter: Matter) -> str:
    return reverse("desk_matter", args=[matter.pk])


def may_work(request: HttpRequest, matter: Matter) -> bool:
    return bool(policy.can("matters.matter.desk", actor_of(request), matter))


def seen_by(request: HttpRequest, pk: int) -> Matter:
    """The matter, if this person may see it at all; otherwise it does not exist for her."""
    visible = queries.visible(actor_of(request))
    found: Matter = get_object_or_404(visible.select_related(*queries.FULL), pk=pk)
    return found


@dataclass(frozen=True)
class Choice:
    """An act that the state of the matter allows: its form, or why this person may not do it."""

    verb: str
    label: str | Promise
    icon: str
    button: str | Promise
    url: str
    form: act_forms.ActForm | None
    refused: str | Promise = ""
    note: str | Promise = ""
    open: bool = False


# verb → (step of the flow that decides, form, icon, heading, button)
SIDE: dict[str, tuple[str, type[act_forms.ActForm], str, str | Promise, str | Promise]] = {
    "assign": ("assign", act_forms.AssignForm, "office", _("Give to an office"), _("Give to the office")),
    "settle": ("settle", act_forms.SettleForm, "scale", _("Name the office"), _("Decide")),
    "take": ("resume", act_forms.TakeForm, "person", _("Officer in charge"), _("Name the officer")),
    "resume": ("resume", act_forms.ResumeForm, "clock", _("Let the clock run on"), _("Let it run")),
    "pause": ("pause", act_forms.PauseForm, "pause", _("Stop the clock"), _("Stop the clock")),
    "bounce": ("resume", act_forms.BounceForm, "back", _("The question came back"), _("Note it")),
    "extend": ("extend", act_forms.ExtendForm, "calendar", _("Extend the period"), _("Extend")),
    "ask_more": (
        "extend",
        act_forms.AskMoreForm,
        "calendar",
        _("Ask the author for a second extension"),
        _("Ask the author"),
    ),
    "transfer": (
        "transfer",
        act_forms.TransferForm,
        "transfer",
        _("Pass on to another office"),
        _("Pass on"),
    ),
    "send_back": (
        "send_back",
        act_forms.SendBackForm,
        "back",
        _("Send back with reasons"),
        _("Send back"),
    ),
    "close_undelivered": (
        "close_undelivered",
        act_forms.UndeliveredForm,
        "stop",
        _("End it: letters came back"),
        _("End it"),
    ),
    "retype": ("retype_owed", act_forms.RetypeForm, "list", _("Change the kind"), _("Change the kind")),
}


def choices(
    actor: Actor, matter: Matter, *, seen: str, running: Clock | None, bound: act_forms.ActForm | None
) -> tuple[list[Choice], list[Choice]]:
    """What this person may do now, and what the state allows but not to her, with the reason."""
    may: list[Choice] = []
    may_not: list[Choice] = []
    for verb, (step, form_class, icon, label, button) in SIDE.items():
        if matter.state not in Matter.flow.step(step).sources:
            continue
        if not clock_acts.fits(verb, matter, running):
            continue
        url = reverse(f"desk_{verb}", args=[matter.pk])
        verdict = policy.can(f"matters.matter.{step}", actor, matter)
        why: str | Promise = clock_acts.against(verb, actor, matter, running) if verdict else verdict.reason
        if why:
            may_not.append(Choice(verb, label, icon, button, url, None, refused=why))
            continue
        if bound is not None and bound.verb == verb:
            form = bound
        else:
            form = form_class(matter=matter, seen=seen)
        is_open = form is bound or verb in ("assign", "settle")
        may.append(Choice(verb, label, icon, button, url, form, note=_note(verb, matter), open=is_open))
    if matter.state in Matter.flow.step("merge").sources:
        verdict = policy.can("matters.matter.merge", actor, matter)
        url = f"{reverse('desk_merge')}?pick={matter.pk}"
        if verdict:
            may.append(Choice("merge", _("Merge with another one"), "merge", "", url, None))
        else:
            may_not.append(
                Choice("merge", _("Merge with another one"), "merge", "", url, None, refused=verdict.reason)
            )
    return may, may_not


def _note(verb: str, matter: Matter) -> str:
    if verb != "transfer":
        return ""
    limit = int(matter.rule.body.get("arbiter_at", 3))
    if matter.transfers + 1 >= limit:
        return gettext("This would be transfer %(number)s: it goes to the arbiter, who names the office.") % {
            "number": matter.transfers + 1
        }
    return gettext("%(count)s of %(limit)s transfers so far. The last one goes to the arbiter.") % {
        "count": matter.transfers,
        "limit": limit,
    }


def _editor(
    matter: Matter, answer: Answer | None, *, seen: str, bound: act_forms.ActForm | None
) -> act_forms.AnswerForm:
    if isinstance(bound, act_forms.AnswerForm):
        return bound
    initial: dict[str, Any] = {}
    if answer is not None:
        names = ("disposition", "reason", "next_step", "promised_on")
        initial = {name: getattr(answer, name) for name in names} | {"owner": answer.owner_id}
    return act_forms.AnswerForm(matter=matter, seen=seen, initial=initial)


def _work(
    request: HttpRequest, matter: Matter, *, seen: str, bound: act_forms.ActForm | None
) -> dict[str, Any]:
    """The answer in work: editor for the office, approval for its approver, a line for everybody else."""
    actor = actor_of(request)
    answer = (
        matter.answers.exclude(state=Answer.State.PUBLISHED)
        .select_related("office", "owner", "drafted_by", "matter")
        .prefetch_related("writers")
        .first()
    )
    if matter.state != "assigned":
        return {}
    found: dict[str, Any] = {"draft": answer}
    probe = answer or Answer(matter=matter)
    may_draft = policy.can("matters.answer.save", actor, probe)
    if not may_draft:
        return found | {"draft": None, "no_draft_because": may_draft.reason, "has_draft": answer is not None}
    act = desk_queries.returned(answer) if answer is not None else None
    if answer is None or answer.state == Answer.State.DRAFT:
        return found | {"editor": _editor(matter, answer, seen=seen, bound=bound), "returned": act}
    verdict = policy.can("matters.answer.publish", actor, answer)
    before = desk_queries.returned_words(act)
    return found | {
        "approval": True,
        "may_approve": bool(verdict),
        "no_approval_because": verdict.reason,
        "preview": answer_card(answer),
        "writers": writers(answer),
        "returned": act,
        "changes": _changes(before, answer) if before else [],
        "return_form": bound
        if isinstance(bound, act_forms.ReturnForm)
        else act_forms.ReturnForm(matter=matter, seen=seen),
        "publish_form": act_forms.PublishForm(matter=matter, seen=seen),
    }


def _changes(before: dict[str, Any], answer: Answer) -> list[dict[str, Any]]:
    """What changed since the version that was returned, field by field."""
    labels = dict(Disposition.choices)
    pairs = [
        (
            gettext("How it is decided"),
            labels.get(before["disposition"], ""),
            labels.get(answer.disposition, ""),
        ),
        (gettext("Reason in plain words"), before["reason"], answer.reason),
        (gettext("What happens next"), before["next_step"], answer.next_step),
        (
            gettext("Office that carries it out"),
            before["owner"] or "",
            answer.owner.code if answer.owner else "",
        ),
        (gettext("Promised by"), before["promised_on"] or "", str(answer.promised_on or "")),
    ]
    return [
        {"label": label, "before": str(old), "after": str(new), "same": str(old) == str(new)}
        for label, old, new in pairs
        if old or new
    ]


def _similar(actor: Actor, matter: Matter) -> list[dict[str, Any]]:
    """Public matters that say much the same, for the desk that may merge them."""
    if (
        not policy.can("matters.matter.merge", actor, matter)
        or matter.state not in Matter.flow.step("merge").sources
    ):
        return []
    hits = search.similar(matter.title, matter.body, kinds=tuple(Kind.values), exclude=matter.reference)
    numbers = [hit.reference.removeprefix("matter:") for hit in hits]
    rows = {row.number: row for row in Matter.objects.filter(number__in=numbers).defer("body")}
    return [
        {
            "matter": rows[number],
            "percent": round(hit.score * 100),
            "badge": path.state_badge(rows[number]),
            "url": shown.page_of(rows[number]),
            "merge_url": f"{reverse('desk_merge')}?pick={matter.pk}&into={number}",
        }
        for hit, number in zip(hits, numbers, strict=True)
        if number in rows
    ]


def show(
    request: HttpRequest, matter: Matter, *, bound: act_forms.ActForm | None = None, status: int = 200
) -> HttpResponse:
    """Render the matter; `bound` is the form that was refused, with what was typed."""
    actor = actor_of(request)
    policy.require("matters.matter.desk", actor, matter)
    seen = desk.stamp(matter)
    # A refused form keeps the fingerprint of what its writer saw: her next try is still guarded.
    running = (
        matter.clocks.filter(stopped_at__isnull=True)
        .select_related("rule")
        .prefetch_related("events__office", "events__rule", "progress")
        .first()
    )
    may, may_not = choices(actor, matter, seen=seen, running=running, bound=bound)
    published = queries.latest_answer(matter)
    effects = queries.effects_of(matter)
    held, limits = two_clocks.held_by(matter, list(queries.transfers_of(matter)))
    context = {
        "matter": matter,
        "kind": Kind(matter.kind).label,
        "origin": Origin(matter.origin).label,
        "badge": path.state_badge(matter),
        "body_html": text.to_html(matter.body),
        "steps": path.steps(matter, effects=effects),
        "clock": shown.clock_of(running),
        "clocks": two_clocks.of_clock(matter, running) if running else None,
        "held": held,
        "limits": limits,
        "more_times": list(matter.more_time.select_related("office").order_by("-at", "-pk")),
        "transfer_limit": int(matter.rule.body.get("arbiter_at", 3)),
        "attachments": list(matter.attachments.all()),
        "inquiries": list(matter.inquiries.select_related("office").order_by("-at", "-pk")),
        "published": answer_card(published, effects) if published else None,
        "similar": _similar(actor, matter),
        "tabs": desk_tabs.tabs_of(actor, matter, at=reverse("desk_matter", args=[matter.pk])),
        "timeline": shown.timeline(desk_queries.acts_on(matter)),
        "may": may,
        "may_not": may_not,
        "bound": bound,
        "public_url": shown.page_of(matter) if matter.is_public else "",
        "saved": request.GET.get("done") == "answer",
        "breadcrumb": crumbs(matter.number or gettext("Not public")),
        **_work(request, matter, seen=seen, bound=bound),
    }
    return render(request, "matters/desk_matter.html", context, status=status)


def desk_matter(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one matter on one page."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not actor_of(request).is_official:
        raise Http404
    return show(request, seen_by(request, pk))
