"""The page of one report or request: how far it came, and the steps that this reader may take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from madang.commons.matters.models import Answer
from madang.kernel import policy
from madang.kernel.actors import Actor
from madang.kernel.money import won
from madang.kernel.queries import known_rule
from madang.kernel.web import refusing
from madang.kernel.web.acting import actor_of
from madang.services.casework import regulation_queries, waste_queries
from madang.services.casework.domain import regulation, savings, terms, waste
from madang.services.casework.domain.savings import Figure
from madang.services.casework.models import RegulationRequest, Reward, WasteReport
from madang.services.casework.models.waste import SPENT
from madang.services.casework.web import report_forms as forms
from madang.services.casework.web import report_words as words
from madang.services.casework.web.shell import crumbs

Act = Callable[[Actor, Any, dict[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the flow as a form: what it is called, what it asks, and the one domain call."""

    label: str | Promise
    form: Any
    act: Act


def _figures(data: Mapping[str, Any]) -> dict[str, Figure]:
    return {
        name: Figure(data[name], data[f"{name}_method"], data[f"{name}_document"], data[f"{name}_by"])
        for name in SPENT
    }


def _judge(verdict: str) -> Act:
    return lambda actor, row, data: waste.judge(
        actor=actor, report=row, verdict=verdict, reason=data["reason"]
    )


WASTE: dict[str, Step] = {
    "detail": Step(
        gettext_lazy("Add details"),
        forms.DetailForm,
        lambda actor, row, data: waste.detail(
            actor=actor,
            report=row,
            **{name: data[name] for name in ("since", "line", "line_text", "claimed")},
        ),
    ),
    "admit": Step(
        gettext_lazy("Take it up"),
        forms.AdmitForm,
        lambda actor, row, data: waste.admit(actor=actor, report=row, spender=data["spender"]),
    ),
    "refuse": Step(
        gettext_lazy("It is not about waste"),
        forms.StepForm,
        lambda actor, row, data: waste.refuse(actor=actor, report=row, reason=data["reason"]),
    ),
    "join": Step(
        gettext_lazy("It was reported before"),
        forms.JoinForm,
        lambda actor, row, data: waste.join(
            actor=actor, report=row, into=data["into"], reason=data["reason"]
        ),
    ),
    "assign": Step(
        gettext_lazy("Give it to the checking office"),
        forms.AssignForm,
        lambda actor, row, data: waste.assign(actor=actor, report=row, office=data["office"]),
    ),
    "check": Step(
        gettext_lazy("Record the site check"),
        forms.CheckForm,
        lambda actor, row, data: waste.check(actor=actor, report=row, on=data["on"], finding=data["finding"]),
    ),
    "uphold": Step(gettext_lazy("Uphold it"), forms.StepForm, _judge("uphold")),
    "uphold_partly": Step(gettext_lazy("Uphold it in part"), forms.StepForm, _judge("uphold_partly")),
    "dismiss": Step(gettext_lazy("Do not uphold it"), forms.StepForm, _judge("dismiss")),
    "plan": Step(
        gettext_lazy("Plan the correction"),
        forms.PlanForm,
        lambda actor, row, data: waste.plan(actor=actor, report=row, **data),
    ),
    "estimate": Step(
        gettext_lazy("Estimate the saving"),
        forms.EstimateForm,
        lambda actor, row, data: savings.estimate(
            actor=actor,
            report=row,
            period_from=data["period_from"],
            days=data["days"],
            figures=_figures(data),
            note=data["note"],
        ),
    ),
    "verify": Step(
        gettext_lazy("Verify the saving"),
        forms.FiguresForm,
        lambda actor, row, data: savings.verify(
            actor=actor, report=row, figures=_figures(data), note=data["note"]
        ),
    ),
    "refute": Step(
        gettext_lazy("The estimate cannot be confirmed"),
        forms.StepForm,
        lambda actor, row, data: savings.refute(actor=actor, report=row, reason=data["reason"]),
    ),
    "reward": Step(
        gettext_lazy("Decide the reward"),
        forms.RewardForm,
        lambda actor, row, data: savings.reward(actor=actor, report=row, **data),
    ),
    "decline": Step(
        gettext_lazy("No reward"),
        forms.StepForm,
        lambda actor, row, data: savings.decline(actor=actor, report=row, reason=data["reason"]),
    ),
    "teach": Step(
        gettext_lazy("Publish the lesson"),
        forms.LessonForm,
        lambda actor, row, data: savings.teach(actor=actor, report=row, lesson=data["lesson"]),
    ),
    "consent": Step(
        gettext_lazy("My name in the register"),
        forms.ConsentForm,
        lambda actor, row, data: savings.consent(actor=actor, report=row, may_name=data["may_name"]),
    ),
}


def _reasoned(act: Callable[..., Any]) -> Act:
    return lambda actor, row, data: act(actor=actor, request=row, reason=data["reason"])


REGULATION: dict[str, Step] = {
    "detail": Step(
        gettext_lazy("Add details"),
        forms.ArticleFields,
        lambda actor, row, data: regulation.detail(actor=actor, request=row, **data),
    ),
    "decide": Step(
        gettext_lazy("Give the named answer"),
        forms.DecideForm,
        lambda actor, row, data: regulation.decide(actor=actor, request=row, **data),
    ),
    "ask_why": Step(gettext_lazy("Ask for a justification"), forms.StepForm, _reasoned(regulation.ask_why)),
    "justify": Step(gettext_lazy("Justify the refusal"), forms.StepForm, _reasoned(regulation.justify)),
    "let_stand": Step(
        pgettext_lazy("regulation", "Let the refusal stand"), forms.StepForm, _reasoned(regulation.let_stand)
    ),
    "refer": Step(gettext_lazy("Bring it before the committee"), forms.StepForm, _reasoned(regulation.refer)),
    "recommend": Step(
        gettext_lazy("The committee recommends the change"), forms.StepForm, _reasoned(regulation.recommend)
    ),
    "turn_down": Step(
        gettext_lazy("The committee recommends no change"), forms.StepForm, _reasoned(regulation.turn_down)
    ),
    "implement": Step(
        gettext_lazy("The text changed"),
        forms.ImplementForm,
        lambda actor, row, data: regulation.implement(actor=actor, request=row, **data),
    ),
    "explain": Step(
        gettext_lazy("It will not come after all"), forms.StepForm, _reasoned(regulation.explain)
    ),
    "confirm": Step(
        gettext_lazy("Yes, it changed"),
        forms.BareForm,
        lambda actor, row, data: regulation.confirm(actor=actor, request=row),
    ),
    "doubt": Step(gettext_lazy("No, it did not change"), forms.StepForm, _reasoned(regulation.doubt)),
}


def _open(steps: Mapping[str, Step], actor: Actor, row: Any) -> list[str]:
    """The steps that this reader may take now, in the order of the flow."""
    return [
        step.name
        for step in row.flow.open_steps(row.state)
        if step.name in steps and policy.can(f"{row.flow.name}.{step.name}", actor, row)
    ]


def _form(name: str, step: Step, row: Any, data: Any) -> Any:
    options: dict[str, Any] = {"prefix": name}
    if step.form is forms.JoinForm:
        options["candidates"] = waste_queries.alike(row)
    if name == "detail":
        names = (
            ("since", "claimed", "line", "line_text")
            if isinstance(row, WasteReport)
            else forms.ArticleFields.NAMES
        )
        options["initial"] = {one: getattr(row, one) for one in names}
    if name == "consent":
        options["initial"] = {"may_name": row.may_name}
    return step.form(data, **options)


def _act(
    request: HttpRequest, steps: Mapping[str, Step], row: Any
) -> tuple[HttpResponse | None, list[dict[str, Any]], int]:
    """Take the step that was sent; the forms of the page, and its status."""
    actor = actor_of(request)
    sent = request.POST.get("step", "") if request.method == "POST" else ""
    is_search = "search" in request.POST
    status, shown = 200, []
    for name in _open(steps, actor, row):
        step = steps[name]
        is_sent = name == sent
        form = _form(name, step, row, request.POST if is_sent else None)
        if is_sent and not is_search and form.is_valid():
            with refusing.on_form(form):
                step.act(actor, row, form.cleaned_data)
                messages.success(request, _("Done: %(step)s.") % {"step": step.label})
                return redirect(request.path), [], 302
        if is_sent and not is_search:
            status = refusing.status_of(form)
        shown.append({"name": name, "label": step.label, "form": form, "is_open": is_sent})
    if sent and not any(one["is_open"] for one in shown):
        # The step is over, or not hers: say so by the policy or the state.
        policy.require(f"{row.flow.name}.{sent}" if sent in steps else "", actor, row)
        messages.warning(request, _("This was changed meanwhile. Look how it stands now."))
        return redirect(request.path), [], 302
    return None, shown, status


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def waste_page(request: HttpRequest, ref: str) -> HttpResponse:
    """A report: its way, its money, and the steps that this reader may take (POST)."""
    actor = actor_of(request)
    report = waste_queries.by_ref(actor, ref)
    if report is None:
        raise Http404
    answer, shown, status = _act(request, WASTE, report)
    if answer is not None:
        return answer
    rows = list(report.savings.select_related("by", "estimate"))
    rule = known_rule(terms.REWARD)
    context = _shared(report) | {
        "report": report,
        "title": report.case.matter.title,
        "steps": words.waste_steps(report),
        "line": words.line_of(report),
        "claimed": won(report.claimed) if report.claimed is not None else "",
        "savings": [words.saving(row) for row in rows],
        "possible": [
            {
                "label": dict(Reward.Kind.choices)[one.kind],
                "least": won(one.least),
                "most": won(one.most),
            }
            for one in (savings.possible(report, rule.body) if rule and report.state == "verified" else ())
        ],
        "rewards": words.reward_rows(list(waste_queries.rewards().filter(report=report))),
        "rule": rule,
        "alike": list(waste_queries.alike(report)[:5]) if any(one["name"] == "join" for one in shown) else [],
        "forms": shown,
        "action": reverse("waste_report", args=[ref]),
        "breadcrumb": crumbs(
            report.case.matter.number or _("Not public"), (_("Waste of public money"), reverse("waste"))
        ),
    }
    return render(request, "casework/waste_report.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def regulation_page(request: HttpRequest, ref: str) -> HttpResponse:
    """A request: the article, its way with every clock, and the steps that this reader may take (POST)."""
    actor = actor_of(request)
    row = regulation_queries.by_ref(actor, ref)
    if row is None:
        raise Http404
    answer, shown, status = _act(request, REGULATION, row)
    if answer is not None:
        return answer
    matter = row.case.matter
    due = regulation_queries.due_at(row)
    context = _shared(row) | {
        "request_row": row,
        "title": matter.title,
        "steps": words.regulation_steps(row),
        "late": words.late_text(row),
        "due": due,
        "clocks": list(row.clocks.all()),
        "draft": row.decision
        and row.answered_at is None
        and matter.answers.exclude(state=Answer.State.PUBLISHED).exists()
        and any(one["name"] == "decide" for one in shown),
        "rule": known_rule(terms.REGULATION),
        "forms": shown,
        "action": reverse("regulation_request", args=[ref]),
        "breadcrumb": crumbs(
            matter.number or _("Not public"), (_("Requests to change rules"), reverse("regulation"))
        ),
    }
    return render(request, "casework/regulation_request.html", context, status=status)


def _shared(row: WasteReport | RegulationRequest) -> dict[str, Any]:
    matter = row.case.matter
    return {
        "matter": matter,
        "tags": [words.tag(row)],
        "case_url": reverse("case", args=[row.case.ref]),
        "language": matter.language,
    }
