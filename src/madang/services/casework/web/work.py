"""One case or part at the desk: what it waits for, and everything beside the answer itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from madang.commons.matters import api as matters
from madang.commons.matters import queries
from madang.commons.matters.domain import attachments
from madang.commons.matters.models import Answer, Matter
from madang.kernel import policy, text
from madang.kernel.errors import RefusedError
from madang.kernel.web.acting import actor_of
from madang.kernel.web.refusing import on_form, status_of
from madang.services.casework import desk_queries
from madang.services.casework.domain import clusters, consulting, desk_rules, notes, repeats, templates
from madang.services.casework.logic import personal, sameness
from madang.services.casework.models import Case, Cluster, ClusterMember, Flag
from madang.services.casework.web import desk_words, work_forms
from madang.services.casework.web.desk_list import crumbs, for_desk

COMPARED = 60
ALIKE = 40


def seen(request: HttpRequest, pk: int) -> tuple[Matter, Case]:
    """A matter on her desk with its case; otherwise it does not exist for her."""
    visible = queries.visible(actor_of(request)).select_related(*queries.FULL)
    matter = get_object_or_404(visible, pk=pk)
    case = templates.case_of(matter)
    if case is None or not policy.can("matters.matter.desk", actor_of(request), matter):
        raise Http404
    return matter, case


@require_safe
@never_cache
@for_desk
def desk_work(request: HttpRequest, pk: int) -> HttpResponse:
    """The page."""
    matter, case = seen(request, pk)
    return _page(request, matter, case)


def _page(
    request: HttpRequest,
    matter: Matter,
    case: Case,
    *,
    bound: dict[str, Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    actor, bound = actor_of(request), bound or {}
    title, body = notes.original_of(matter)
    may_work = bool(policy.can("casework.matter.consult", actor, matter))
    row = desk_queries.rows_of([matter.pk])[0]
    is_owed = matter.state in ("triage", "assigned", "arbitration")
    found = list(dict.fromkeys(one.text for one in personal.find(f"{title}\n{body}")))
    kept = getattr(matter, "original", None)
    context = {
        "matter": matter,
        "case": case,
        "row": desk_words.row(row),
        "title": title,
        "body_html": text.to_html(body),
        "is_covered": kept is not None,
        "clock": matters.clock_view(matter),
        "may_work": may_work,
        "is_owed": is_owed,
        "is_assigned": matter.state == "assigned",
        "answer_url": reverse("desk_matter", args=[matter.pk]),
        "tabs": matters.tabs_of(actor, matter, at=reverse("desk_work", args=[matter.pk])),
        "use_form": bound.get("use") or work_forms.UseForm(office=matter.responsible),
        "has_words": matter.answers.exclude(state=Answer.State.PUBLISHED).exclude(reason="").exists(),
        "consult_form": bound.get("consult")
        or work_forms.ConsultForm(initial={"due_on": work_forms.default_due(matter)}),
        "consultations": list(matter.consultations.select_related("office", "asking", "answered_by")),
        "note_form": bound.get("note") or work_forms.NoteForm(),
        "notes": list(matter.notes.select_related("by", "office")),
        "readers": _readers(matter),
        "flag_form": bound.get("flag") or work_forms.FlagForm(),
        "flags": list(matter.flags.select_related("by", "cleared_by")),
        "cover_form": bound.get("cover")
        or work_forms.CoverForm(found=[one for one in found if not kept or one not in kept.words]),
        "coverings": list(matter.coverings.select_related("by")),
        "files": list(matter.attachments.all()),
        "cover_file_form": bound.get("cover_file") or work_forms.FileForm(matter=matter, is_covered=False),
        "show_file_form": bound.get("show_file") or work_forms.FileForm(matter=matter, is_covered=True),
        "bound": bound,
        "repeats": len(repeats.earlier_of(matter)) if matter.state == "assigned" else 0,
        **_same(matter, case),
        "breadcrumb": crumbs((matter.number or _("Not public"), "")),
    }
    return render(request, "casework/desk/work.html", context, status=status)


def _readers(matter: Matter) -> str:
    """Who reads notes, by name of the office."""
    return ", ".join(dict.fromkeys([matter.responsible.name, matter.host.name]))


def _same(matter: Matter, case: Case) -> dict[str, Any]:
    """The cluster it leads or belongs to; of members only how many and a few."""
    if case.pk != matter.pk:
        return {}
    member = (
        ClusterMember.objects.filter(case=case, left_at__isnull=True)
        .select_related("cluster__lead__matter")
        .first()
    )
    cluster = Cluster.objects.filter(lead=case).first()
    found: dict[str, Any] = {"member": member, "cluster": cluster}
    if cluster is not None:
        rows = cluster.members.filter(left_at__isnull=True).select_related("case__matter")
        found |= {
            "members": list(rows[:20]),
            "members_count": rows.count(),
            "answered_count": rows.filter(answered_at__isnull=False).count(),
        }
    return found


def _done(matter: Matter, where: str = "") -> HttpResponse:
    return redirect(reverse("desk_work", args=[matter.pk]) + (f"#{where}" if where else ""))


def _act(
    name: str, make: Callable[[HttpRequest, Matter], Form], act: Callable[..., Any], said: str | Promise
) -> Any:
    """The view of one POST: its form, its one domain call, what is said afterwards; refusals keep what was typed."""

    @require_POST
    @for_desk
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        matter, case = seen(request, pk)
        form = make(request, matter)
        if form.is_valid():
            with on_form(form):
                act(actor_of(request), matter, form)
                messages.success(request, str(said))
                return redirect("desk_matter", pk=matter.pk) if name == "use" else _done(matter, name)
        return _page(request, matter, case, bound={name: form}, status=status_of(form))

    view.__name__ = f"desk_work_{name}"
    return view


def _file_act(name: str, act: Callable[..., Any], said: Promise) -> Any:
    """The view that covers a file, or shows one again that is covered."""
    return _act(
        name,
        lambda request, matter: work_forms.FileForm(
            request.POST, matter=matter, is_covered=name == "show_file"
        ),
        lambda actor, _matter, form: act(
            actor=actor, attachment=form.cleaned_data["file"], reason=form.cleaned_data["reason"]
        ),
        said,
    )


def _cover_form(request: HttpRequest, matter: Matter) -> work_forms.CoverForm:
    title, body = notes.original_of(matter)
    found = list(dict.fromkeys(one.text for one in personal.find(f"{title}\n{body}")))
    return work_forms.CoverForm(request.POST, found=found)


desk_work_use = _act(
    "use",
    lambda request, matter: work_forms.UseForm(request.POST, office=matter.responsible),
    lambda actor, matter, form: templates.use(actor=actor, matter=matter, **form.cleaned_data),
    gettext_lazy("The draft begins with the template. Fill in what is in braces."),
)
desk_work_consult = _act(
    "consult",
    lambda request, matter: work_forms.ConsultForm(request.POST),
    lambda actor, matter, form: consulting.ask(actor=actor, matter=matter, **form.cleaned_data),
    gettext_lazy("The opinion is asked for. The case stays with you, and its clock runs on."),
)
desk_work_note = _act(
    "note",
    lambda request, matter: work_forms.NoteForm(request.POST),
    lambda actor, matter, form: notes.add(actor=actor, matter=matter, **form.cleaned_data),
    gettext_lazy("The note is kept."),
)
desk_work_flag = _act(
    "flag",
    lambda request, matter: work_forms.FlagForm(request.POST),
    lambda actor, matter, form: notes.flag(actor=actor, matter=matter, **form.cleaned_data),
    gettext_lazy("The flag is up. Nothing else changes."),
)
desk_work_cover = _act(
    "cover",
    _cover_form,
    lambda actor, matter, form: notes.cover(
        actor=actor, matter=matter, words=form.words(), reason=form.cleaned_data["reason"]
    ),
    gettext_lazy("Covered in the public copy. The original stays with you and the author."),
)
desk_work_cover_file = _file_act(
    "cover_file",
    attachments.cover,
    gettext_lazy("The public does not see the file any more. You and the author do."),
)
desk_work_show_file = _file_act(
    "show_file", attachments.uncover, gettext_lazy("The public sees the file again.")
)


@require_POST
@for_desk
def desk_work_unflag(request: HttpRequest, pk: int, flag: int) -> HttpResponse:
    """Take a flag down."""
    matter, _case = seen(request, pk)
    row = get_object_or_404(Flag, pk=flag, matter=matter)
    try:
        notes.clear(actor=actor_of(request), row=row, why=text.clean_line(request.POST.get("why", "")))
    except RefusedError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The flag is down. It stays in the records."))
    return _done(matter, "flag")


@for_desk
def desk_work_repeat(request: HttpRequest, pk: int) -> HttpResponse:
    """The form for a repeat: the count, the earlier answers, and what has to be weighed."""
    matter, case = seen(request, pk)
    earlier = repeats.earlier_of(matter)
    usable = [one for one in earlier if one.is_enough]
    picked = {
        int(one) for one in request.POST.getlist("pick") if one.isascii() and one.isdigit() and len(one) < 18
    }
    form = work_forms.RepeatForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with on_form(form):
            repeats.find(actor=actor_of(request), matter=matter, earlier=sorted(picked), **form.cleaned_data)
            messages.success(request, _("The closing is with the approver, with count and reasons."))
            return redirect("desk_matter", pk=matter.pk)
    context = {
        "matter": matter,
        "case": case,
        "form": form,
        "earlier": [
            {"row": one, "picked": one.matter.pk in picked if request.method == "POST" else one.is_enough}
            for one in earlier
        ],
        "stand": repeats.stand(usable),
        "terms": desk_rules.terms(desk_rules.REPEAT),
        "has_author": matter.author_id is not None,
        "may": policy.can("casework.matter.find_repeat", actor_of(request), matter),
        "breadcrumb": crumbs(
            (matter.number or _("Not public"), reverse("desk_work", args=[pk])), (_("Repeat"), "")
        ),
    }
    return render(
        request, "casework/desk/repeat.html", context, status=status_of(form) if form.is_bound else 200
    )


@for_desk
def desk_work_same(request: HttpRequest, pk: int) -> HttpResponse:
    """Open cases of the office that say much the same, to be answered with this one."""
    matter, case = seen(request, pk)
    if case.pk != matter.pk:
        raise Http404
    alike = _alike(request, matter, case)
    picked = {one for one in request.POST.getlist("pick") if one.isascii() and one.isdigit()}
    form = work_forms.TogetherForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        chosen = [one for _score, one in alike if str(one.pk) in picked]
        with on_form(form):
            clusters.put_together(
                actor=actor_of(request), lead=case, cases=chosen, reason=form.cleaned_data["reason"]
            )
            said = ngettext(
                "%(n)s case is answered with this one.",
                "%(n)s cases are answered with this one.",
                len(chosen),
            )
            messages.success(request, said % {"n": len(chosen)})
            return _done(matter, "same")
    context = {
        "matter": matter,
        "case": case,
        "form": form,
        "alike": [{"score": score, "case": one, "picked": str(one.pk) in picked} for score, one in alike],
        "terms": desk_rules.terms(desk_rules.SAME_PURPORT),
        "breadcrumb": crumbs(
            (matter.number or _("Not public"), reverse("desk_work", args=[pk])), (_("The same"), "")
        ),
    }
    return render(
        request, "casework/desk/same.html", context, status=status_of(form) if form.is_bound else 200
    )


def _alike(request: HttpRequest, matter: Matter, case: Case) -> list[tuple[int, Case]]:
    """The latest open cases of this desk with a likeness in percent, the most alike first."""
    pks = (
        desk_queries.desk(actor_of(request))
        .filter(case__isnull=False, case__leads__isnull=True, responsible=matter.responsible_id)
        .exclude(pk=matter.pk)
        .order_by("-filed_at")
        .values_list("pk", flat=True)[:COMPARED]
    )
    rows = Case.objects.filter(pk__in=list(pks), center=case.center_id).select_related(
        "matter__author", "category"
    )
    here = f"{matter.title}\n{matter.body}"
    scored = [(sameness.alike(here, f"{one.matter.title}\n{one.matter.body}"), one) for one in rows]
    return sorted((pair for pair in scored if pair[0] >= ALIKE), key=lambda pair: (-pair[0], pair[1].pk))


@require_POST
@for_desk
def desk_work_out(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """Take a case out of a cluster."""
    matter, case = seen(request, pk)
    row = get_object_or_404(ClusterMember, pk=member, cluster__lead=case)
    try:
        clusters.take_out(
            actor=actor_of(request), member=row, reason=text.clean_line(request.POST.get("why", ""))
        )
    except RefusedError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is worked on by itself again."))
    return _done(matter, "same")
