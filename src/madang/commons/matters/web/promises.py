"""The public page of all promises, and the page of one: its reports, and whether somebody disputes it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from madang.commons.matters import promises, queries
from madang.commons.matters.domain import disputes
from madang.commons.matters.enums import STILL, EffectState
from madang.commons.matters.models import Dispute, Effect
from madang.commons.matters.models.followups import DisputeState
from madang.commons.matters.path import effect_tone
from madang.commons.matters.web import promise_forms, shown
from madang.kernel import clock, ids, policy
from madang.kernel.errors import RefusedError
from madang.kernel.models import Organisation
from madang.kernel.web import limits, saving
from madang.kernel.web.acting import actor_of

Part = dict[str, Any]
PAGE = 30
STATES = ("late", "still", "done", "stopped", "disputed")
DISPUTE_TONES = {
    DisputeState.OPEN: "ochre",
    DisputeState.REPLIED: "ochre",
    DisputeState.UPHELD: "persimmon",
    DisputeState.REFUSED: "",
    DisputeState.WITHDRAWN: "",
}


def _narrowed(found: Any, state: str) -> Any:
    if state == "late":
        return found.filter(state__in=STILL, promised_on__lt=clock.today())
    if state == "still":
        return found.filter(state__in=STILL)
    if state == "disputed":
        return found.filter(is_disputed=True)
    return found.filter(state=state) if state in STATES else found


def _tags(effect: Any) -> list[Part]:
    tags = [{"label": EffectState(effect.state).label, "tone": effect_tone(effect.state)}]
    if promises.is_late(effect):
        tags.insert(0, {"label": _("Promise is late"), "tone": "persimmon", "icon": "late"})
    if effect.is_disputed:
        tags.append({"label": _("Disputed"), "tone": "ochre", "icon": "scale"})
    return tags


def _slip_words(effect: Effect) -> str:
    slip = promises.slip(effect)
    if slip is None:
        return ""
    days = slip.days
    if days == 0:
        return _("on the promised day")
    if days < 0:
        return ngettext("%(n)s day early", "%(n)s days early", -days) % {"n": -days}
    return ngettext("%(n)s day late", "%(n)s days late", days) % {"n": days}


def _address(effect: Effect, place: int) -> str:
    return reverse("promise", args=[effect.matter.number, place])


def _places(rows: list[Effect]) -> dict[int, int]:
    """Which promise of its matter each of these is, counted from 1; one query."""
    found: dict[int, int] = {}
    seen: dict[int, int] = {}
    keys = Effect.objects.filter(matter__in={row.matter_id for row in rows}).order_by("pk")
    for pk, matter in keys.values_list("pk", "matter_id"):
        seen[matter] = seen.get(matter, 0) + 1
        found[pk] = seen[matter]
    return found


@require_safe
def promise_list(request: HttpRequest) -> HttpResponse:
    """Late ones first. Every promise with its owner, its day and how it stands."""
    state, code = request.GET.get("state", ""), request.GET.get("office", "")
    base = promises.all_promises()
    if code:
        base = base.filter(owner__code=code)
    figures = promises.counts(base)
    page = Paginator(_narrowed(base, state), PAGE).get_page(request.GET.get("page"))
    here = list(page.object_list)
    places = _places(here)
    rows = [
        {
            "effect": row,
            "url": _address(row, places[row.pk]),
            "tags": _tags(row),
            "slip": _slip_words(row),
            "matter_url": shown.page_of(row.matter),
        }
        for row in here
    ]
    labels = {
        "": (_("All"), figures.all),
        "late": (_("Late"), figures.late),
        "still": (_("Still to keep"), figures.still),
        "done": (_("Reported done"), figures.done),
        "disputed": (_("Disputed"), figures.disputed),
        "stopped": (_("Stopped, with a reason"), figures.stopped),
    }
    office = f"&office={code}" if code else ""
    chips = [
        {
            "label": label,
            "url": f"{reverse('promises')}?state={key}{office}",
            "active": key == state,
            "count": f"{count:,}",
        }
        for key, (label, count) in labels.items()
    ]
    owners = Organisation.objects.filter(pk__in=promises.all_promises().order_by().values("owner"))
    share = figures.kept_share
    context = {
        "rows": rows,
        "page": page,
        "chips": chips,
        "figures": figures,
        "decided": figures.done + figures.late + figures.stopped,
        "share": f"{100 * share:.0f}" if share is not None else "",
        "owners": [(one.code, one.name) for one in owners],
        "office": code,
        "state": state,
        "at": clock.now(),
        "breadcrumb": [{"label": _("Promises"), "url": ""}],
    }
    return render(request, "matters/promises.html", context)


@require_safe
def promises_csv(request: HttpRequest) -> HttpResponse:
    """All promises for a spreadsheet."""
    names = [
        "number",
        "promise",
        "owner_code",
        "owner_ko",
        "promised_on",
        "done_on",
        "slip_days",
        "state",
        "disputed",
    ]
    rows = map(_cells, promises.all_promises().iterator(chunk_size=500))
    return saving.table([names, *rows], "promises.csv")


def _cells(row: Any) -> list[object]:
    slip = promises.slip(row)
    return [
        row.matter.number, row.what, row.owner.code, row.owner.name_ko, row.promised_on, row.done_on,
        slip.days if slip is not None else None, row.state, int(row.is_disputed),
    ]  # fmt: skip


def _one(request: HttpRequest, number: str, place: int) -> Any:
    written = ids.read_number(number)
    matter = queries.visible(actor_of(request)).filter(number=written).first() if written else None
    if matter is None or not matter.is_public:
        raise Http404
    keys = list(matter.effects.order_by("pk").values_list("pk", flat=True))
    if not 1 <= place <= len(keys):
        raise Http404
    return promises.all_promises().get(pk=keys[place - 1])


def _may(request: HttpRequest, effect: Effect, dispute: Dispute | None) -> dict[str, bool]:
    actor = actor_of(request)
    found = {"dispute": bool(policy.can("matters.effect.dispute", actor, effect))}
    for step in ("reply", "uphold", "take_back"):
        can = dispute is not None and any(
            each.name == step for each in dispute.flow.open_steps(dispute.state)
        )
        found[step] = can and bool(policy.can(f"matters.dispute.{step}", actor, dispute))
    return found


def promise(request: HttpRequest, number: str, place: int) -> HttpResponse:
    """One promise: what was reported with which evidence, and every dispute with reply and decision."""
    effect = _one(request, number, place)
    actor, act = actor_of(request), request.POST.get("act", "")
    rows = list(effect.disputes.select_related("by").order_by("-at", "-pk"))
    waiting = next((row for row in rows if row.state in promises.WAITING), None)
    disputing = promise_forms.DisputeForm(request.POST if act == "dispute" else None, prefix="dispute")
    replying = promise_forms.DisputeReplyForm(request.POST if act == "reply" else None, prefix="reply")
    deciding = promise_forms.DisputeDecisionForm(request.POST if act == "decide" else None, prefix="decide")
    form: Any = {"dispute": disputing, "reply": replying, "decide": deciding}.get(act)
    if request.method == "POST" and not actor.is_signed_in:
        return redirect_to_login(request.path)
    if request.method == "POST" and (act == "take_back" or (form is not None and form.is_valid())):
        try:
            said = _do(request, effect, waiting, act, form)
        except RefusedError as refusal:
            if form is None:
                raise
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said)
            return redirect("promise", number, place)
    verdict = policy.can("matters.effect.dispute", actor, effect)
    context = {
        "effect": effect,
        "matter": effect.matter,
        "matter_url": shown.page_of(effect.matter),
        "tags": _tags(effect),
        "slip": _slip_words(effect),
        "reports": [
            {
                "title": EffectState(report.state).label,
                "at": report.at,
                "text": report.text,
                "tone": effect_tone(report.state),
                "icon": "effect",
                "url": report.evidence_url,
                "link_label": _("Evidence"),
            }
            for report in effect.reports.order_by("-at", "-pk")
        ],
        "disputes": [
            {
                "row": row,
                "label": DisputeState(row.state).label,
                "tone": DISPUTE_TONES[DisputeState(row.state)],
            }
            for row in rows
        ],
        "waiting": waiting,
        "is_late_reply": waiting is not None and waiting.state == "open" and waiting.due_at < clock.now(),
        "may": _may(request, effect, waiting),
        "sign_in": not verdict and verdict.code == "sign_in" and effect.state == EffectState.DONE,
        "disputing": disputing,
        "replying": replying,
        "deciding": deciding,
        "breadcrumb": [
            {"label": _("Promises"), "url": reverse("promises")},
            {"label": effect.matter.number, "url": ""},
        ],
    }
    failed = bool(disputing.errors or replying.errors or deciding.errors)
    return render(request, "matters/promise.html", context, status=422 if failed else 200)


def _do(request: HttpRequest, effect: Effect, waiting: Dispute | None, act: str, form: Any) -> str:
    actor = actor_of(request)
    if act == "dispute":
        limits.spend(request, limits.FLAG)
        disputes.open_one(
            actor=actor,
            effect=effect,
            reason=form.cleaned_data["reason"],
            evidence_url=form.cleaned_data["evidence_url"],
        )
        return _("Your dispute is published. The office has been told and has to reply.")
    if waiting is None:
        raise RefusedError(
            _("This was changed meanwhile. Reload the page to see how it stands now."),
            "flow.state",
            status=409,
        )
    if act == "take_back":
        disputes.take_back(actor=actor, dispute=waiting)
        return _("Your dispute is taken back.")
    if act == "reply":
        disputes.reply(actor=actor, dispute=waiting, words=form.cleaned_data["reason"])
        return _("Your reply is published. The arbiter decides now.")
    disputes.decide(
        actor=actor,
        dispute=waiting,
        is_upheld=form.cleaned_data["decision"] == "uphold",
        reason=form.cleaned_data["reason"],
    )
    return _("Your decision is published.")
