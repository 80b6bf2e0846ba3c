"""Who writes an idea together: inviting, answering, leaving."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from madang.kernel import policy
from madang.kernel.errors import RefusedError
from madang.kernel.web import limits
from madang.kernel.web.acting import actor_of
from madang.services.square.domain import authors
from madang.services.square.models import CoAuthor, Idea
from madang.services.square.web import present
from madang.services.square.web.growing_forms import InviteForm
from madang.services.square.web.pages import trail, with_idea


@with_idea
def coauthors(request: HttpRequest, idea: Idea) -> HttpResponse:
    """The authors ask others to write with them. Open invitations are seen by the authors alone."""
    actor = actor_of(request)
    if not actor.is_signed_in:
        return redirect_to_login(request.get_full_path())
    policy.require("square.coauthor.invite", actor, idea)
    form = InviteForm(request.POST if request.POST.get("act") == "invite" else None)
    if request.POST.get("act") == "leave":
        mine = get_object_or_404(CoAuthor, idea=idea, user=actor.user, state="accepted")
        authors.leave(actor=actor, coauthor=mine)
        messages.success(request, _("You are no author of this idea any more."))
        return redirect(present.address(idea.matter))
    if request.method == "POST" and form.is_valid():
        limits.spend(request, limits.FLAG)
        try:
            authors.invite(actor=actor, idea=idea, email=form.cleaned_data["email"])
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            # The same words whether somebody has this address or not.
            messages.success(
                request, _("If this address has an account, its holder finds the invitation on her page.")
            )
            return redirect("coauthors", idea.matter.number)
    rows = idea.coauthors.filter(state="accepted").select_related("user")
    context = {
        "idea": idea,
        "matter": idea.matter,
        "first": present.author(idea.matter),
        "rows": rows,
        "is_coauthor": any(row.user_id == actor.account.pk for row in rows),
        "waiting": idea.coauthors.filter(state="invited").count(),
        "form": form,
        "breadcrumb": trail(idea, _("Authors")),
    }
    return render(request, "square/coauthors.html", context, status=422 if form.errors else 200)


def invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """An invitation, for the person it is for and nobody else."""
    actor = actor_of(request)
    if not actor.is_signed_in:
        return redirect_to_login(request.get_full_path())
    row = get_object_or_404(authors.invitations(actor.account), pk=pk)
    if request.method == "POST":
        if request.POST.get("answer") == "accept":
            authors.accept(actor=actor, invitation=row)
            messages.success(request, _("You are an author of this idea now."))
            return redirect(present.address(row.idea.matter))
        authors.decline(actor=actor, invitation=row)
        messages.success(request, _("You said no. Nobody is told."))
        return redirect("ideas")
    context = {
        "row": row,
        "matter": row.idea.matter,
        "by": row.invited_by.shown_name if row.invited_by else "",
        "breadcrumb": [{"label": _("Invitation"), "url": ""}],
    }
    return render(request, "square/invitation.html", context)
