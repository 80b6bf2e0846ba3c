"""Filing an idea: the form and the look at similar ones."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from madang.commons.matters.receipts import OPENED, opened_with
from madang.commons.matters.web import uploads
from madang.commons.search import api as search
from madang.kernel import clock, manifest, policy
from madang.kernel.errors import RefusedError, TooManyError
from madang.kernel.levels import Level
from madang.kernel.queries import rule_in_force
from madang.kernel.web import crowding, limits, once
from madang.kernel.web.acting import actor_of
from madang.kernel.web.codes import seal
from madang.services.square import queries
from madang.services.square.domain import ideas
from madang.services.square.limits import BODY_MAX, TITLE_MAX
from madang.services.square.models import Process
from madang.services.square.web.filed import FILED
from madang.services.square.web.forms import IdeaForm, took_out
from madang.services.square.web.pages import (
    answer_period_words,
    crumb,
    ideas_crumb,
    resident_url,
    sign_in_url,
)

NEAR = 0.35
"""From this score on a similar idea is worth a look before filing."""
DRAFT = "square.draft"


@require_safe
def write(request: HttpRequest) -> HttpResponse:
    """Where to file: straight on when there is one place, a choice when there are several."""
    processes = list(queries.open_processes())
    if len(processes) == 1:
        return redirect("write_in", processes[0].slug)
    for process in processes:
        cell = queries.cell_now(process)
        process.residents_only = cell is not None and cell.needed_to_file == Level.RESIDENT  # type: ignore[attr-defined]
    context = {"processes": processes, "breadcrumb": [ideas_crumb(), crumb(_("New idea"))]}
    return render(request, "square/write_choose.html", context)


def write_in(request: HttpRequest, slug: str) -> HttpResponse:
    """The form of one process."""
    process = get_object_or_404(Process.objects.select_related("space__host"), slug=slug)
    if request.method == "POST":
        return _received(request, process)
    kept_words = (
        request.session.get(DRAFT, {}) if request.session.get(DRAFT, {}).get("process") == slug else {}
    )
    form = _form(request, process, initial=kept_words.get("fields"))
    kept, _gone = uploads.collect(kept_words.get("kept", []), [])
    return _page(request, process, form, kept=kept)


def _form(request: HttpRequest, process: Process, **kwargs: Any) -> IdeaForm:
    return IdeaForm(process=process, is_signed_in=actor_of(request).is_signed_in, **kwargs)


def _page(
    request: HttpRequest,
    process: Process,
    form: IdeaForm,
    *,
    kept: list[uploads.Kept],
    errors: list[dict[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = actor_of(request)
    verdict = policy.can("square.idea.file", actor, process)
    cell = queries.cell_now(process)
    rule = rule_in_force(process.rule_code)
    return render(
        request,
        "square/write.html",
        {
            "process": process,
            "form": form,
            "kept": kept,
            "errors": errors or [],
            "is_closed": not verdict and verdict.code not in ("sign_in", "level.resident"),
            "needs_resident": not verdict and verdict.code == "level.resident",
            "residents_only": cell is not None and cell.needed_to_file == Level.RESIDENT,
            "resident_url": resident_url(request.path),
            "closed_reason": verdict.reason,
            "needs_account": not verdict and verdict.code == "sign_in",
            "shows_form": bool(verdict) or (verdict.code in ("sign_in", "level.resident") and form.is_bound),
            "sign_in_url": sign_in_url(request.path),
            "is_open_to_all": cell is not None and cell.needed_to_file == Level.ANONYMOUS,
            "phase_ends": cell.phase.ends_at if cell else None,
            "rule": rule,
            "threshold": int(rule.body["threshold"]),
            "discussion_days": rule.body.get("discussion_days"),
            "answer_period": answer_period_words(rule),
            "title_max": TITLE_MAX,
            "body_max": BODY_MAX,
            "breadcrumb": [ideas_crumb(), crumb(_("New idea"))],
        },
        status=status,
    )


def fingerprint(title: str, body: str) -> str:
    """Which words were looked at: a confirmation counts for exactly these."""
    return hashlib.sha256(f"{title}\n\n{body}".encode()).hexdigest()[:24]


def _received(request: HttpRequest, process: Process) -> HttpResponse:
    kept, file_errors = uploads.sent(request)
    form = _form(request, process, data=request.POST)
    if "edit" in request.POST:
        unsent = _form(request, process, initial={name: request.POST.get(name, "") for name in form.fields})
        return _page(request, process, unsent, kept=kept, errors=file_errors)
    is_whole = form.is_valid() and not file_errors
    verdict = policy.can("square.idea.file", actor_of(request), process)
    if not verdict:
        # Signing in starts with an empty page; the words wait in the session until then.
        request.session[DRAFT] = {
            "process": process.slug,
            "fields": {name: request.POST.get(name, "") for name in form.fields if name != "ticket"},
            "kept": [file.token for file in kept],
        }
        errors = [{"text": str(verdict.reason), "href": "#sign-in"}]
        return _page(request, process, form, kept=kept, errors=errors, status=403)
    if not is_whole:
        return _page(request, process, form, kept=kept, errors=file_errors, status=422)
    data = form.cleaned_data
    mark = fingerprint(data["title"], data["body"])
    if request.POST.get("confirmed") != mark:
        near = _similar(data["title"], data["body"], at_least=NEAR)
        if near:
            return _confirm(request, process, form, kept, near, mark)
    return _file(request, process, form, kept)


def _similar(title: str, body: str, *, at_least: float = 0.0) -> list[dict[str, Any]]:
    """Similar public ideas with their pages; hidden ones have no page and are left out."""
    found = [row for row in search.similar(title, body, kinds=("idea",), limit=5) if row.score >= at_least]
    pages = manifest.links(row.reference for row in found)
    rows = (
        {
            f"matter:{idea.matter.number}": idea
            for idea in queries.ideas(actors_public()).filter(
                matter__number__in=[row.reference.removeprefix("matter:") for row in found]
            )
        }
        if found
        else {}
    )
    return [
        {
            "title": row.title,
            "url": pages[row.reference].url,
            "score": row.score,
            "is_same": row.score >= 1.0,
            "idea": rows.get(row.reference),
        }
        for row in found
        if row.reference in pages
    ]


def actors_public() -> Any:
    """Somebody without an account: what she may see, everyone may see."""
    from madang.kernel import actors

    return actors.person(None)


def _confirm(
    request: HttpRequest,
    process: Process,
    form: IdeaForm,
    kept: list[uploads.Kept],
    near: list[dict[str, Any]],
    mark: str,
) -> HttpResponse:
    return render(
        request,
        "square/write_similar.html",
        {
            "process": process,
            "form": form,
            "typed": [(name, form.data.get(name, "")) for name in (*form.fields, "work")],
            "kept": kept,
            "near": near,
            "has_same": any(row["is_same"] for row in near),
            "mark": mark,
            "breadcrumb": [ideas_crumb(), crumb(_("New idea"))],
        },
    )


def _file(request: HttpRequest, process: Process, form: IdeaForm, kept: list[uploads.Kept]) -> HttpResponse:
    actor, data = actor_of(request), form.cleaned_data

    def act() -> tuple[int, dict[str, Any]]:
        crowding.enter(request, form)
        idea, filed = ideas.file(
            actor=actor,
            process=process,
            title=data["title"],
            body=data["body"],
            category=data.get("category"),
            place=data["place"],
            district=data["district"],
            origin=data["origin"],
            group_name=data["group_name"],
            author_label=data.get("author_label", ""),
            contact_email=data.get("contact_email", ""),
            uploads=tuple(file.read() for file in kept),
        )
        remember: dict[str, Any] = {
            FILED: {"pk": idea.pk, "code": seal(filed.code), "at": clock.now().timestamp()}
        }
        if not actor.is_signed_in:
            remember[OPENED] = opened_with(request.session, idea.pk)
        return idea.pk, remember

    try:
        limits.spend(request, limits.FILE)
        _pk, is_new = once.use(request, form.key, act)
    except TooManyError as error:
        form.add_error(None, str(error))
        form.wait = error.retry_after
        return form.answered(_page(request, process, form, kept=kept))
    except RefusedError as error:
        form.add_error(None, str(error))
        if error.code == once.ELSEWHERE:
            form.renew()
        return _page(request, process, form, kept=kept, status=422 if error.status == 403 else error.status)
    if is_new:
        uploads.drop(kept)
        request.session.pop(DRAFT, None)
        if took_out(form):
            messages.info(request, _("Invisible control characters were taken out of your text."))
    return redirect("filed")


@require_GET
def similar(request: HttpRequest) -> HttpResponse:
    """The list of similar ideas beside the form, while it is written."""
    title, body = request.GET.get("title", "")[:200], request.GET.get("body", "")[:2000]
    limits.spend(request, limits.SEARCH)
    near = _similar(title, body) if len(title.strip()) >= 4 else []
    return render(request, "square/parts/similar.html", {"near": near})
