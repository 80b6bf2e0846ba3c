"""The synthesis of a topic: the public page, and the page on which an office drafts and approves it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madang.commons.matters.enums import Channel, Origin
from madang.commons.matters.path import effect_tone
from madang.kernel import manifest, policy
from madang.kernel.errors import RefusedError
from madang.kernel.web.acting import actor_of
from madang.services.square.domain import syntheses
from madang.services.square.logic import missing
from madang.services.square.models import Cluster, Idea, Synthesis
from madang.services.square.models.syntheses import ClusterReply
from madang.services.square.web import items
from madang.services.square.web.growing_forms import ReasonForm
from madang.services.square.web.pages import is_key, trail, with_idea
from madang.services.square.web.synthesis_forms import ClusterForm, GroupsForm, SummaryForm

Part = dict[str, Any]
TONES = {ClusterReply.ADOPTED: "jade", ClusterReply.PARTLY: "jade", ClusterReply.REJECTED: ""}


def table_errors() -> dict[str, Any]:
    return {
        "encoding": _("Save the table as UTF-8 and choose it again."),
        "columns": _("The first line must name the columns dimension, group, population, participants."),
        "number": _("Line %(line)s: write a group and two whole numbers."),
        "more": _("Line %(line)s: more people took part than live there. Check the numbers."),
        "twice": _("Line %(line)s: this group stands in the table already."),
        "long": _("The table may have at most 200 groups."),
        "empty": _("The table has no rows."),
    }


def _source_kinds() -> dict[str, str]:
    """What a source is, in a word."""
    return {"matter": _("Idea"), "comment": _("Comment"), "amendment": _("Amendment")}


def clusters_of(row: Synthesis) -> list[Part]:
    """The parts with their sources, reply and promise."""
    rows = list(row.clusters.select_related("owner", "effect__owner"))
    links = manifest.links({reference for cluster in rows for reference in cluster.references})
    return [
        {
            "order": cluster.order,
            "title": cluster.title,
            "said": cluster.said,
            "people": cluster.people,
            "sources": [
                {
                    "kind": _source_kinds().get(each.partition(":")[0], ""),
                    "title": links[each].title,
                    "url": links[each].url,
                }
                for each in cluster.references
                if each in links
            ],
            "gone": sum(each not in links for each in cluster.references),
            "label": ClusterReply(cluster.reply).label if cluster.reply else _("No reply yet"),
            "tone": TONES[ClusterReply(cluster.reply)] if cluster.reply else "ochre",
            "reason": cluster.reason,
            "promise": cluster.promise,
            "owner": cluster.owner.name if cluster.owner else "",
            "promised_on": cluster.promised_on,
            "effect_label": cluster.effect.get_state_display() if cluster.effect else "",
            "effect_tone": effect_tone(cluster.effect.state) if cluster.effect else "",
        }
        for cluster in rows
    ]


def groups_of(row: Synthesis) -> list[Part]:
    """Who took part against who lives here, a table for each dimension; small numbers are not shown."""
    dimensions: dict[str, list[tuple[str, int, int]]] = {}
    for group in row.groups.order_by("dimension", "pk"):
        dimensions.setdefault(group.dimension, []).append((group.label, group.population, group.participants))
    return [
        {
            "caption": dimension,
            "columns": [
                {"label": _("Group")},
                {"label": _("Lives here"), "numeric": True},
                {"label": _("Took part"), "numeric": True},
                {"label": _("Expected by the groups shown"), "numeric": True},
                {"label": _("missing")},
            ],
            "rows": [
                {
                    "cells": [
                        cell.label,
                        {"text": f"{cell.population:,}", "numeric": True},
                        {
                            "text": f"{cell.participants:,}"
                            if cell.participants is not None
                            else _("not shown"),
                            "numeric": True,
                        },
                        {
                            "text": f"{cell.expected:,.1f}" if cell.expected is not None else "–",
                            "numeric": True,
                        },
                        {"text": _("missing"), "badge": "persimmon"} if cell.is_missing else "",
                    ]
                }
                for cell in missing.suppressed(rows)
            ],
        }
        for dimension, rows in dimensions.items()
    ]


def _counts(row: Synthesis) -> list[Part]:
    """Contributions by kind, origin and channel, each with what it is counted of."""
    kinds = {
        "matter": _("Ideas"),
        "comment": _(
            "Comments",
        ),
        "amendment": _("Amendments"),
    }
    names: dict[str, dict[str, Any]] = {
        "kind": kinds,
        "origin": dict(Origin.choices),
        "channel": dict(Channel.choices),
    }
    titles = {
        "kind": _("Contributions"),
        "origin": _("Ideas by who speaks"),
        "channel": _("Ideas by channel"),
    }
    return [
        {
            "title": titles[name],
            "of": sum(row.counts.get(name, {}).values()),
            "rows": [
                {"label": str(names[name].get(key, key)), "count": count}
                for key, count in sorted(row.counts.get(name, {}).items(), key=lambda pair: -pair[1])
            ],
        }
        for name in ("kind", "origin", "channel")
        if row.counts.get(name)
    ]


@require_safe
@with_idea
def synthesis(request: HttpRequest, idea: Idea) -> HttpResponse:
    """The synthesis that stands (or an earlier one, `?version=`)."""
    published = idea.syntheses.filter(state__in=["published", "superseded"]).select_related(
        "office", "approved_by"
    )
    typed = request.GET.get("version", "")
    row = (published.filter(number=int(typed)) if is_key(typed) else published.order_by("-number")).first()
    can_write = bool(policy.can("square.synthesis.write", actor_of(request), idea))
    if row is None and not can_write:
        raise Http404
    context = {
        "idea": idea,
        "matter": idea.matter,
        "row": row,
        "clusters": clusters_of(row) if row else [],
        "groups": groups_of(row) if row else [],
        "counts": _counts(row) if row else [],
        "versions": list(published.order_by("-number").values_list("number", flat=True)),
        "edit_url": reverse("synthesis_edit", args=[idea.matter.number]) if can_write else "",
        "promises_url": reverse("promises"),
        "tabs": items.tabs(idea.matter, "synthesis", has_synthesis=True),
        "breadcrumb": trail(idea, _("Synthesis")),
    }
    return render(request, "square/synthesis.html", context)


@with_idea
def edit(request: HttpRequest, idea: Idea) -> HttpResponse:
    """The draft: summary, parts, table; submitting, giving back, publishing."""
    actor = actor_of(request)
    if not actor.is_signed_in:
        return redirect_to_login(request.path)
    policy.require("square.synthesis.view_draft", actor, idea)
    row = syntheses.in_work(idea)
    act = request.POST.get("act", "")
    summary = SummaryForm(
        request.POST if act == "summary" else None, initial={"summary": row.summary if row else ""}
    )
    groups = GroupsForm(
        request.POST if act == "groups" else None,
        request.FILES if act == "groups" else None,
        initial={"source": row.groups_source if row else ""},
    )
    returning = ReasonForm(request.POST if act == "give_back" else None, prefix="back")
    form: Any = {"summary": summary, "groups": groups, "give_back": returning}.get(act)
    error = ""
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            said = _do(request, idea, row, act, form)
        except missing.TableError as wrong:
            form.add_error("table", table_errors()[wrong.code] % {"line": wrong.line})
        except RefusedError as refusal:
            if form is None:
                error = str(refusal)
            else:
                form.add_error(None, str(refusal))
        else:
            messages.success(request, said)
            return redirect("synthesis" if act == "publish" else "synthesis_edit", idea.matter.number)
    context = {
        "idea": idea,
        "matter": idea.matter,
        "row": row,
        "clusters": clusters_of(row) if row else [],
        "groups": groups_of(row) if row else [],
        "lacking": syntheses.problems(row) if row and row.state == "draft" else [],
        "is_draft": row is None or row.state == "draft",
        "may_publish": row is not None
        and row.state == "submitted"
        and bool(policy.can("square.synthesis.publish", actor, row)),
        "summary_form": summary,
        "groups_form": groups,
        "returning": returning,
        "error": error,
        "breadcrumb": trail(idea, _("Draft of the synthesis")),
    }
    failed = bool(summary.errors or groups.errors or returning.errors or error)
    return render(request, "square/synthesis_edit.html", context, status=422 if failed else 200)


def _do(request: HttpRequest, idea: Idea, row: Synthesis | None, act: str, form: Any) -> str:
    actor = actor_of(request)
    if act == "summary":
        syntheses.save(actor=actor, idea=idea, summary=form.cleaned_data["summary"])
        return _("Saved.")
    if act == "groups":
        upload, source = form.cleaned_data["table"], form.cleaned_data["source"]
        syntheses.save_groups(actor=actor, idea=idea, data=upload.read(), source=source)
        return _("Saved.")
    if row is None:
        raise RefusedError(_("Write the summary."), "synthesis.none", status=409)
    if act == "submit":
        syntheses.submit(actor=actor, synthesis=row)
        return _("The draft is with the approver.")
    if act == "give_back":
        syntheses.give_back(actor=actor, synthesis=row, reason=form.cleaned_data["reason"])
        return _("The draft is back with its writers.")
    if act == "publish":
        syntheses.publish(actor=actor, synthesis=row)
        return _("The synthesis is published; what it adopts is followed as promises.")
    raise Http404


def _start(cluster: Cluster) -> Part:
    return {
        "title": cluster.title,
        "said": cluster.said,
        "references": "\n".join(cluster.references),
        "reply": cluster.reply,
        "reason": cluster.reason,
        "promise": cluster.promise,
        "owner": cluster.owner_id,
        "promised_on": cluster.promised_on,
    }


@with_idea
def cluster(request: HttpRequest, idea: Idea, place: int) -> HttpResponse:
    """One part of the draft; place 0 adds one."""
    actor = actor_of(request)
    if not actor.is_signed_in:
        return redirect_to_login(request.path)
    policy.require("square.synthesis.write", actor, idea)
    row = syntheses.in_work(idea)
    known = row.clusters.filter(order=place).first() if row and place else None
    if place and known is None:
        raise Http404
    form = ClusterForm(request.POST or None, initial=_start(known) if known else {})
    if request.method == "POST" and form.is_valid():
        words = dict(form.cleaned_data)
        words["references"] = words["references"].split()
        try:
            syntheses.save_cluster(actor=actor, idea=idea, order=place or None, **words)
        except RefusedError as refusal:
            form.add_error("references" if refusal.code == "synthesis.source" else None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("synthesis_edit", idea.matter.number)
    context = {
        "idea": idea,
        "matter": idea.matter,
        "form": form,
        "breadcrumb": trail(idea, _("Draft of the synthesis")),
    }
    return render(request, "square/cluster.html", context, status=422 if form.errors else 200)
