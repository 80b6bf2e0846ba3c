"""Mails: the link by which a sender confirms, and the coordinator's list."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from madang.commons.channels import targets
from madang.commons.channels.domain import mail, replies
from madang.commons.channels.models import Message
from madang.commons.channels.web.common import choices, crumbs, for_operators, titles, why
from madang.commons.channels.web.taken import KEPT, keep, receipt_of
from madang.kernel import clock, manifest, text
from madang.kernel.errors import RefusedError
from madang.kernel.models import Role
from madang.kernel.web import limits
from madang.kernel.web.acting import actor_of
from madang.kernel.web.paging import Counted

PAGE = 30


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask on GET, because mail programs open links by themselves; act on POST."""
    limits.spend(request, limits.STOP)
    row = mail.by_token(token)
    problem, status = "", 200
    if request.method == "POST" and row is not None:
        if request.POST.get("answer") == "no":
            mail.disown(token=token)
            messages.success(request, _("It is erased, and so is your address."))
            return redirect("mail_confirm", token)
        try:
            done = mail.confirm(token=token, how=request.POST.get("how", ""))
        except RefusedError as refused:
            problem, status = str(refused), refused.status
            mail.tell_refusal(row, problem)
        else:
            if done is not None and done[1] is not None:
                keep(request.session, mail.CHANNEL, done[1])
            return redirect("mail_confirm", token)
    held = request.session.get(KEPT) if row is not None and row.state == Message.State.FILED else None
    receipt = None
    if held is not None and row is not None and row.filed_as == held["reference"]:
        receipt, _code = receipt_of(held)
    ways: list[tuple[str, str]] = []
    if row is not None and row.about and row.state == Message.State.ASKED:
        try:
            ways = replies.ways(row)
        except RefusedError as refused:
            problem = problem or str(refused)
    link = manifest.links([row.about]).get(row.about) if row is not None and row.about else None
    context = {
        "row": row,
        "ways": ways,
        "link": link,
        "is_asked": row is not None and row.state == Message.State.ASKED,
        "title": titles().get(row.target, "") if row is not None else "",
        "question": targets.question_of(row.target) if row is not None and not row.about else None,
        "body_html": text.to_html(row.body) if row is not None else "",
        "files": list(row.files.all()) if row is not None else [],
        "receipt": receipt,
        "problem": problem,
    }
    return render(request, "channels/mail_confirm.html", context, status=status if row is not None else 410)


@require_http_methods(["GET", "HEAD", "POST"])
@for_operators
def mails(request: HttpRequest) -> HttpResponse:
    """What came by mail and what became of it; no words and no senders. Letters that failed can be tried again."""
    actor = actor_of(request)
    if not actor.holds(Role.TRIAGE):
        raise RefusedError(_("Only the triage desk of an office sees the mails."), "mandate.triage")
    own = [key for key, _label in choices(actor, Role.TRIAGE)]
    rows = Message.objects.filter(target__in=[*own, ""])
    if request.method == "POST":
        again = rows.filter(reason__startswith="mail server", letter_at=None).exclude(letter="")
        n = again.update(letter_at=clock.now(), attempts=0, reason="")
        messages.success(request, _("%(n)s letters are tried again.") % {"n": n})
        return redirect("channels_mails")
    page = Counted(rows, PAGE, known=None).get_page(request.GET.get("page"))
    named = titles()
    context = {
        "failed": rows.filter(reason__startswith="mail server").exclude(letter="").count(),
        "page": page,
        "table": {
            "caption": _("Mails that came in"),
            "columns": [
                {"label": label}
                for label in (_("When"), _("For what"), _("State"), _("Letter back"), _("Reason"))
            ],
            "rows": [
                {
                    "cells": [
                        {"at": row.received_at},
                        named.get(row.target, "–"),
                        {"text": row.get_state_display(), "badge": TONES.get(row.state, "")},
                        f"{row.get_letter_display() if row.letter else '–'}"
                        + (f" ({_('waits')})" if row.letter_at else ""),
                        why(row.reason),
                    ]
                }
                for row in page
            ],
            "empty": _("No mail has come in yet"),
        },
        "breadcrumb": crumbs((_("Mails"), reverse("channels_mails"))),
    }
    return render(request, "channels/mails.html", context)


TONES = {
    "filed": "jade",
    "added": "jade",
    "asked": "ochre",
    "failed": "persimmon",
    "told": "blue",
    "reply": "plum",
}
