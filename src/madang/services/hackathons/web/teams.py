"""Teams, what they hand in, and mentors."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madang.commons.matters import api as matters
from madang.commons.matters.domain.attachments import MAX_FILES, cleaned
from madang.commons.matters.models import Answer
from madang.kernel import clock, policy, text
from madang.kernel.errors import RefusedError
from madang.kernel.web.acting import actor_of
from madang.services.hackathons import policies, queries
from madang.services.hackathons.domain import mentoring, moderating, submitting
from madang.services.hackathons.domain import teams as teaming
from madang.services.hackathons.models import Member, Slot, SubmissionFile, Team
from madang.services.hackathons.web import forms
from madang.services.hackathons.web.public import found, under


def _team(request: HttpRequest, slug: str, pk: int) -> Team:
    one = found(request, slug)
    return get_object_or_404(Team.objects.select_related("captain", "hackathon__host"), pk=pk, hackathon=one)


def _asked(request: HttpRequest) -> bool:
    return request.method == "POST"


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Found a team."""
    one = found(request, slug)
    if not request.user.is_authenticated:
        return redirect_to_login(request.path)
    form, status = forms.TeamForm(request.POST if _asked(request) else None), 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                team = teaming.found(actor=actor_of(request), hackathon=one, **form.cleaned_data)
            except RefusedError as refused:
                form.add_error("name" if refused.code == "team.name" else None, str(refused))
                status = refused.status
            else:
                messages.success(
                    request, _("Your team is founded. Invite people, or wait for those who ask.")
                )
                return redirect("hackathon_team", slug, team.pk)
    context = {"hackathon": one, "form": form, "breadcrumb": under(one, _("Found a team"))}
    return render(request, "hackathons/team_new.html", context, status=status)


def _show(request: HttpRequest, team: Team, *, status: int = 200, **more: Any) -> HttpResponse:
    actor, one = actor_of(request), team.hackathon
    members = list(team.members.filter(state="joined").select_related("user"))
    is_member = any(actor.user is not None and row.user_id == actor.user.pk for row in members)
    is_captain = policies.leads(actor, team)
    waiting = (
        list(team.members.filter(state__in=["asked", "invited"]).select_related("user")) if is_captain else []
    )
    mine = (
        team.members.filter(user=actor.user, state__in=["asked", "invited"]).first() if actor.user else None
    )
    award = getattr(team, "award", None)
    may_read = policy.can("hackathons.team.read", actor, team)
    versions = (
        list(team.submissions.prefetch_related("files"))
        if policy.can("hackathons.submission.view", actor, team)
        else []
    )
    last = versions[-1] if versions else None
    is_forming = policies.is_forming(one)
    context: dict[str, Any] = {
        "hackathon": one,
        "team": team,
        "name": team.name if may_read else team.shown_name,
        "may_read": may_read,
        "moderate": forms.ModerateForm(is_hidden=bool(team.hidden_why)) if policy.can("hackathons.team.take_down", actor, team) else None,
        "about_html": text.to_html(team.about) if may_read else "",
        "members": members,
        "is_member": is_member,
        "is_captain": is_captain,
        "asked": [row for row in waiting if row.state == "asked"],
        "invited": [row for row in waiting if row.state == "invited"],
        "mine": mine,
        "own": next((row for row in members if actor.user and row.user_id == actor.user.pk), None),
        "ask": forms.AskForm() if is_forming and may_read and not is_member and mine is None else None,
        "sign_in": f"{reverse('account_login')}?next={request.path}" if actor.user is None else "",
        "invite": forms.InviteForm() if is_captain and is_forming else None,
        "change": forms.AboutForm(initial={"about": team.about, "wanted": team.wanted}) if is_captain and is_forming else None,
        "is_forming": is_forming,
        "is_submitting": policies.is_submitting(one),
        "last": last,
        "last_html": text.to_html(last.body) if last else "",
        "versions": versions,
        "is_secret": not versions and clock.now() < one.submits_until,
        "bookings": list(team.slots.select_related("mentor__user")) if is_member else [],
        **(_won(award) if award is not None else {}),
        "breadcrumb": under(one, team.name if may_read else team.shown_name),
    }  # fmt: skip
    return render(request, "hackathons/team.html", context | more, status=status)


def _won(award: Any) -> dict[str, Any]:
    """What the office answers, what it promises, and how that is followed."""
    matter = award.matter
    effects = matters.effects_of(matter)
    published = matter.answers.filter(state=Answer.State.PUBLISHED).select_related(
        "office", "owner", "drafted_by"
    )
    return {
        "award": award,
        "steps": matters.steps(
            matter, discussed=matters.Step(pgettext("step", "Judged"), "done", "plum"), effects=effects
        ),
        "clock": matters.clock_view(matter),
        "matter_tag": matters.state_tag(matter),
        "answers": [matters.answer_card(answer, effects) for answer in published],
        "followups": list(award.followups.select_related("effect__owner")),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def team(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One team; its forms come back here with what was typed."""
    one, actor = _team(request, slug, pk), actor_of(request)
    if not _asked(request):
        return _show(request, one)
    if actor.user is None:
        return redirect_to_login(request.path)
    do = request.POST.get("do", "")
    form: Any
    if do in ("take_down", "put_back"):
        return _moderate(request, one, do)
    form = {"ask": forms.AskForm, "invite": forms.InviteForm}.get(do, forms.AboutForm)(request.POST)
    name = do if do in ("ask", "invite") else "change"
    if not form.is_valid():
        return _show(request, one, status=422, **{name: form})
    try:
        if do == "ask":
            teaming.ask(actor=actor, team=one, words=form.cleaned_data["words"])
            said = _("The team will read your message. You will see its answer here.")
        elif do == "invite":
            teaming.invite(actor=actor, team=one, email=form.cleaned_data["email"])
            said = _(
                "If this person can be invited, the invitation waits for her on the page of the hackathon."
            )
        else:
            teaming.change(actor=actor, team=one, **form.cleaned_data)
            said = _("Saved.")
    except RefusedError as refused:
        form.add_error(None, str(refused))
        return _show(request, one, status=refused.status, **{name: form})
    messages.success(request, said)
    return redirect("hackathon_team", slug, pk)


def _moderate(request: HttpRequest, team: Team, do: str) -> HttpResponse:
    """Take it down or put it back; what was typed comes back with its error."""
    actor = actor_of(request)
    policy.require(f"hackathons.team.{do}", actor, team)
    form = forms.ModerateForm(request.POST, is_hidden=do == "put_back")
    if not form.is_valid():
        return _show(request, team, status=422, moderate=form)
    try:
        if do == "take_down":
            moderating.take_down(actor=actor, team=team, **form.cleaned_data)
        else:
            moderating.put_back(actor=actor, team=team, words=form.cleaned_data["words"])
    except RefusedError as refused:
        form.add_error(None, str(refused))
        return _show(request, team, status=refused.status, moderate=form)
    said = _("What the team wrote is taken down.") if do == "take_down" else _("What the team wrote is back.")
    messages.success(request, said)
    return redirect("hackathon_team", team.hackathon.slug, team.pk)


@require_POST
def act(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Answers with one button: about places in the team and half hours of mentors."""
    one, actor = _team(request, slug, pk), actor_of(request)
    if actor.user is None:
        return redirect_to_login(reverse("hackathon_team", args=[slug, pk]))
    do, key = request.POST.get("do", ""), request.POST.get("row", "")
    back = redirect("hackathon_team", slug, pk)
    if not key.isdecimal() or len(key) > 18:
        raise Http404
    try:
        if do in ("book", "cancel"):
            slot = get_object_or_404(Slot, pk=key, mentor__hackathon=one.hackathon)
            if do == "book":
                mentoring.book(actor=actor, team=one, slot=slot)
            else:
                mentoring.cancel(actor=actor, slot=slot)
            back = redirect("hackathon_mentors", slug)
        else:
            member = get_object_or_404(Member.objects.select_related("team__hackathon"), pk=key, team=one)
            if do == "hand_over":
                teaming.hand_over(actor=actor, team=one, to=member)
            elif do in PLACES:
                PLACES[do](actor=actor, member=member)
            else:
                raise Http404
        messages.success(request, str(SAID[do]))
    except RefusedError as refused:
        messages.error(request, str(refused))
    return back


SAID = {
    "accept": gettext_lazy("You are in the team."),
    "decline": gettext_lazy("You declined the invitation."),
    "admit": gettext_lazy("She is in the team."),
    "refuse": gettext_lazy("You declined the request."),
    "take_back": gettext_lazy("It is taken back."),
    "leave": gettext_lazy("You have left the team."),
    "hand_over": gettext_lazy("The team has another captain."),
    "book": gettext_lazy("The half hour is booked."),
    "cancel": gettext_lazy("The half hour is free again."),
}
PLACES: dict[str, Any] = {
    "accept": teaming.accept,
    "decline": teaming.decline,
    "admit": teaming.admit,
    "refuse": teaming.refuse,
    "take_back": teaming.take_back,
    "leave": teaming.leave,
}


@require_http_methods(["GET", "HEAD", "POST"])
def submission(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Hand in the next version."""
    one, actor = _team(request, slug, pk), actor_of(request)
    if actor.user is None:
        return redirect_to_login(request.path)
    if not policies.is_member(actor, one):
        raise Http404
    last = one.submissions.last()
    held = list(last.files.all()) if last else []
    initial = {"title": last.title, "body": last.body, "links": "\n".join(last.links)} if last else {}
    form, status = forms.SubmissionForm(request.POST if _asked(request) else None, initial=initial), 200
    kept = {int(key) for key in request.POST.getlist("keep") if key.isdecimal() and len(key) < 19}
    if form.is_bound:
        status = 422
        if form.is_valid():
            uploads = request.FILES.getlist("files")
            try:
                policy.require("hackathons.submission.hand_in", actor, one)
                if len(uploads) + sum(row.pk in kept for row in held) > MAX_FILES:
                    raise RefusedError(_("You can add three files."), "submission.files", status=422)
                made = submitting.hand_in(
                    actor=actor,
                    team=one,
                    keep=list(kept),
                    uploads=[cleaned(upload) for upload in uploads],
                    **form.cleaned_data,
                )
            except RefusedError as refused:
                form.add_error(None, str(refused))
                status = refused.status
            else:
                messages.success(
                    request,
                    _("Version %(n)s is handed in, and the public log holds a seal of it. Digest: %(digest)s")
                    % {"n": made.version, "digest": made.digest[:16]},
                )
                return redirect("hackathon_team", slug, pk)
    context = {
        "hackathon": one.hackathon,
        "team": one,
        "form": form,
        "files": [{"row": row, "kept": not form.is_bound or row.pk in kept} for row in held],
        "is_submitting": policies.is_submitting(one.hackathon),
        "breadcrumb": [
            *under(one.hackathon, "")[:-1],
            {"label": one.name, "url": reverse("hackathon_team", args=[slug, pk])},
            {"label": _("Submission"), "url": ""},
        ],
    }
    return render(request, "hackathons/submission.html", context, status=status)


@require_safe
def file(request: HttpRequest, slug: str, pk: int, file: int) -> FileResponse:
    """A file of a submission, through the gate of its team. It can run nothing."""
    one = _team(request, slug, pk)
    row = get_object_or_404(SubmissionFile, pk=file, team=one)
    if not policy.can("hackathons.submission.view", actor_of(request), one):
        raise Http404
    # What a later version left out is the team's own.
    last = one.submissions.last()
    if (last is None or not last.files.filter(pk=row.pk).exists()) and not policies.is_member(
        actor_of(request), one
    ):
        raise Http404
    try:
        opened = row.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        opened, as_attachment=not row.is_picture, filename=row.name, content_type=row.content_type
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-cache"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def mentors(request: HttpRequest, slug: str) -> HttpResponse:
    """Half hours of mentors: members book them, mentors offer them."""
    one, actor = found(request, slug), actor_of(request)
    mine = one.mentors.filter(user=actor.user).first() if actor.user else None
    form, status = forms.SlotForm(request.POST if _asked(request) else None) if mine else None, 200
    if _asked(request):
        if mine is None or form is None:
            raise Http404
        status = 422
        if form.is_valid():
            try:
                mentoring.offer(actor=actor, mentor=mine, starts_at=form.cleaned_data["starts_at"])
            except RefusedError as refused:
                form.add_error("starts_at", str(refused))
                status = refused.status
            else:
                messages.success(request, _("Teams can book this half hour now."))
                return redirect("hackathon_mentors", slug)
    team = queries.team_of(actor, one)
    slots = Slot.objects.filter(mentor__hackathon=one).select_related("mentor__user", "team")
    now = clock.now()
    context = {
        "hackathon": one,
        "form": form,
        "team": team,
        "slots": [
            {
                "slot": slot,
                "is_ours": team is not None and slot.team_id == team.pk,
                "is_mine": mine is not None and slot.mentor_id == mine.pk,
                "is_free": slot.team_id is None and slot.starts_at > now,
            }
            for slot in slots
        ],
        "may_book": team is not None and policies.is_submitting(one),
        "breadcrumb": under(one, _("Mentors")),
    }
    return render(request, "hackathons/mentors.html", context, status=status)
