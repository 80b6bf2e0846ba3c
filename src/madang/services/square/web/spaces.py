"""Spaces for everybody: which there are, how each works and when, and every version with what it changed."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from madang.commons.notices import api as notices
from madang.kernel import clock
from madang.kernel.models import Outbox
from madang.kernel.web.acting import actor_of
from madang.services.square.domain import publishing
from madang.services.square.logic import grid
from madang.services.square.models import Edition, Space
from madang.services.square.models.editions import PUBLIC
from madang.services.square.web import around, building_words, planned
from madang.services.square.web.pages import crumb, optional_url
from madang.services.square.web.publishing import day_of

Part = dict[str, Any]


def _crumbs(space: Space | None = None, last: str = "") -> list[Part]:
    trail = [crumb(_("Spaces"), reverse("spaces") if space else "")]
    if space is not None:
        trail.append(crumb(space.title, reverse("space", args=[space.slug]) if last else ""))
    if last:
        trail.append(crumb(last))
    return trail


@require_safe
def spaces(request: HttpRequest) -> HttpResponse:
    """Every space with the phase it is in."""
    now = clock.now()
    rows = []
    for row in Space.objects.select_related("host").prefetch_related("phases"):
        phases = list(row.phases.all())
        here = [one for one in phases if one.starts_at <= now and (one.ends_at is None or one.ends_at > now)]
        later = [one for one in phases if one.starts_at > now]
        tags = [{"label": _("Archive"), "tone": "", "icon": "history"}] if row.is_archive else []
        rows.append(
            {
                "title": row.title,
                "url": reverse("space", args=[row.slug]),
                "summary": row.summary,
                "tags": tags,
                "meta": [row.host.name],
                "steps": []
                if row.is_archive
                else [
                    {
                        "label": one.title,
                        "state": "now" if one in here[:1] else "todo" if one in later else "done",
                        "tone": "plum",
                    }
                    for one in phases
                ],
            }
        )
    return render(request, "square/spaces/spaces.html", {"rows": rows, "breadcrumb": _crumbs()})


@require_safe
def space(request: HttpRequest, slug: str) -> HttpResponse:
    """The page of a space: its path, what can be done, the timetable."""
    found = get_object_or_404(Space.objects.select_related("host", "edition"), slug=slug)
    at, error = day_of(request)
    actor = actor_of(request)
    context = {
        "space": found,
        "host": found.host,
        "edition": found.edition,
        "view": planned.view(
            grid.read(publishing.document_of(found)), at, publishing.rules_on(found, clock.seoul(at).date())
        ),
        "around": around.of(found),
        "at": at,
        "error": error,
        "is_other_day": "on" in request.GET and not error,
        "follow": {
            "url": optional_url("follow"),
            "reference": found.reference,
            "next": request.path,
            "is_following": notices.is_following(actor.user, found.reference),
        }
        if actor.user is not None and optional_url("follow") and not found.is_archive
        else None,
        "breadcrumb": _crumbs(found),
    }
    return render(request, "square/spaces/space.html", context, status=422 if error else 200)


def _editions(space: Space) -> list[Edition]:
    return list(
        Edition.objects.filter(slug=space.slug, state__in=PUBLIC).select_related("host").order_by("-number")
    )


@require_safe
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    """The history of a space: what was published when, why and by which office."""
    found = get_object_or_404(Space.objects.select_related("host"), slug=slug)
    events = [
        {
            "title": pgettext("edition", "Version %(n)s") % {"n": one.number},
            "at": one.published_at,
            "actor": one.host.name,
            "text": one.reason,
            "tone": "jade" if one.state == "published" else "",
            "icon": "check" if one.state == "published" else "history",
            "url": reverse("space_version", args=[slug, one.number]),
            "link_label": _("What changed"),
        }
        for one in _editions(found)
    ]
    context = {"space": found, "events": events, "breadcrumb": _crumbs(found, _("Versions"))}
    return render(request, "square/spaces/versions.html", context)


def _version(slug: str, number: int) -> Edition:
    found = Edition.objects.filter(slug=slug, number=number, state__in=PUBLIC).select_related("host").first()
    if found is None:
        raise Http404
    return found


@require_safe
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One version: its grid, what it changed, and its digest in the public log."""
    found = get_object_or_404(Space.objects.select_related("host"), slug=slug)
    edition = _version(slug, number)
    before = (
        Edition.objects.filter(slug=slug, number__lt=number, state__in=PUBLIC).order_by("-number").first()
    )
    after = Edition.objects.filter(slug=slug, number__gt=number, state__in=PUBLIC).order_by("number").first()
    leaf = (
        Outbox.objects.filter(
            audit__target=edition.reference,
            audit__action="square.edition.publish",
            audit__at=edition.published_at or clock.now(),
        )
        .order_by("pk")
        .first()
    )
    context = {
        "space": found,
        "edition": edition,
        "before": before,
        "after": after,
        "timetable": planned.timetable(edition.grid, edition.published_at or clock.now()),
        "changes": building_words.differences(before.document, edition.document) if before else [],
        "leaf": leaf,
        "breadcrumb": [
            *_crumbs(found, _("Versions"))[:-1],
            crumb(_("Versions"), reverse("space_versions", args=[slug])),
            crumb(str(number)),
        ],
    }
    return render(request, "square/spaces/version.html", context)


@require_safe
def version_file(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The document of a version, byte for byte as it was sealed: its SHA-256 is the digest in the log."""
    edition = _version(slug, number)
    content = publishing.canonical(edition.document)
    response = HttpResponse(content, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{slug}-{number}.json"'
    response["X-Content-SHA256"] = hashlib.sha256(content).hexdigest()
    return response
