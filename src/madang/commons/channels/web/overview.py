"""What came in by which means, for those who take it in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madang.commons.channels import queries
from madang.commons.channels.models import Kiosk
from madang.commons.channels.web.common import crumbs, for_operators, offices_of, titles
from madang.commons.matters import api as matters
from madang.kernel import clock, manifest, text
from madang.kernel.models import Role
from madang.kernel.web.acting import actor_of
from madang.kernel.web.paging import Counted

PAGE = 30


@require_safe
@for_operators
def overview(request: HttpRequest) -> HttpResponse:
    """By means, with what is behind the figure; then everything taken in for others."""
    actor = actor_of(request)
    offices = offices_of(actor)
    rows = matters.by_channel(matters.public().filter(host__in=offices))
    page = Counted(queries.entries(offices), PAGE, known=None).get_page(request.GET.get("page"))
    links = manifest.links(entry.reference for entry in page)
    named = titles()
    labels = dict(matters.Channel.choices)
    context = {
        "of": rows[0].of if rows else 0,
        "bars": [
            {"label": str(labels[row.channel]), "value": row.filed, "tone": "blue" if row.filed else ""}
            for row in rows
        ],
        "mail_address": settings.MAILBOX_ADDRESS if settings.MAILBOX_URL or settings.IS_DEMO else "",
        "kiosks": Kiosk.objects.filter(host__in=offices, ended_at__isnull=True).count(),
        "sms_number": settings.SMS_NUMBER if settings.SMS_PROVIDER else "",
        "is_coordinator": actor.holds(Role.TRIAGE),
        "now": clock.now(),
        "page": page,
        "table": {
            "caption": _("Taken in for others"),
            "caption_hidden": True,
            "columns": [
                {"label": label}
                for label in (_("When"), _("Means"), _("What"), _("Where to"), _("Typed in by"))
            ],
            "rows": [
                {
                    "cells": [
                        {"at": entry.at},
                        str(labels.get(entry.channel, entry.channel)),
                        {
                            "text": links[entry.reference].title,
                            "url": links[entry.reference].url,
                            "lang": text.language_of(links[entry.reference].title),
                        }
                        if entry.reference in links
                        else _("Not public"),
                        named.get(entry.target, entry.target),
                        entry.operator.shown_name if entry.operator else "–",
                    ]
                }
                for entry in page
            ],
            "empty": _("Nothing has come in by phone, paper, mail or kiosk yet"),
        },
        "waiting": queries.waiting_forms(actor, offices).count(),
        "breadcrumb": [*crumbs()[:1], {"label": _("Channels"), "url": ""}],
    }
    return render(request, "channels/overview.html", context)
