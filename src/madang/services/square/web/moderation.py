"""The public log of moderation, and the desk where moderators decide."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from madang.commons.matters.domain import handling
from madang.commons.matters.enums import Disclosure
from madang.kernel import clock, text
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Role
from madang.kernel.web.acting import actor_of
from madang.services.square.domain import moderation, terms
from madang.services.square.enums import HideReason
from madang.services.square.models import Appeal, Comment, Flag, Idea
from madang.services.square.web import acts
from madang.services.square.web.forms import ModerationForm
from madang.services.square.web.pages import crumb, desk_crumb, is_key, sign_in_url

PAGE = 50
ACTIONS = (
    "matters.matter.hide",
    "matters.matter.restore",
    "matters.matter.seclude",
    "square.comment.hide",
    "square.comment.restore",
    "square.amendment.hide",
    "square.candidate.hide",
    "square.flag.dismiss",
    "square.flag.lapse",
    "square.appeal.file",
    "square.appeal.grant",
    "square.appeal.uphold",
)
TABS = ("reported", "bursts", "appeals", "hidden")

Part = dict[str, Any]


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """What was taken down and put back, when, by which office and why. Never what it said."""
    rows = (
        Audit.objects.filter(action__in=ACTIONS, is_public=True)
        .select_related("organisation", "outbox")
        .order_by("-at", "-pk")
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    about = {row.pk: _about(row) for row in page}
    pks = [int(target.partition(":")[2]) for target in about.values() if target.startswith("comment:")]
    numbers = dict(Comment.objects.filter(pk__in=pks).values_list("pk", "idea__matter__number"))
    reasons = acts.REASONS
    events = []
    for row in page:
        kind, _colon, key = about[row.pk].partition(":")
        number = numbers.get(int(key), "") if kind == "comment" else key
        event = acts.event(row)
        event["title"] = f"{event['title']} · {number}" if number else event["title"]
        event["text"] = " · ".join(
            str(part) for part in (reasons.get(row.reason_code, ""), row.reason) if part
        )
        events.append(event)
    context = {
        "page": page,
        "events": events,
        "reasons": [str(label) for label in HideReason.labels],
        "breadcrumb": [crumb(_("Moderation log"))],
    }
    return render(request, "square/moderation_log.html", context)


def _about(row: Audit) -> str:
    """What an act is about; an appeal is about what was taken down."""
    if row.target.startswith("appeal:"):
        return str((row.payload or {}).get("data", {}).get("of", ""))
    return row.target


def tabs(current: str, offices: tuple[int, ...]) -> list[Part]:
    """The parts of the moderators' desk, with what waits in them."""
    labels = {
        "reported": _("Reported"),
        "bursts": _("The same text"),
        "appeals": _("Appeals"),
        "hidden": _("Taken down"),
    }
    waiting = {"appeals": Appeal.objects.filter(host__in=offices, state="open").count()}
    urls = {
        "reported": reverse("moderate"),
        "bursts": reverse("moderate_bursts"),
        "appeals": reverse("moderate_appeals"),
        "hidden": f"{reverse('moderate')}?tab=hidden",
    }
    return [
        {
            "label": f"{labels[name]} ({waiting[name]})" if waiting.get(name) else labels[name],
            "url": urls[name],
            "active": name == current,
        }
        for name in TABS
    ]


def offices_of(request: HttpRequest) -> tuple[int, ...]:
    """The offices whose spaces this person moderates.

    Raises:
        RefusedError: none.
    """
    offices = actor_of(request).offices(Role.MODERATOR)
    if not offices:
        raise RefusedError(_("Only a moderator may do that."), "mandate.moderator")
    return offices


def queue(request: HttpRequest) -> HttpResponse:
    """What readers reported, for the moderators of the hosting offices."""
    actor = actor_of(request)
    if not actor.is_signed_in:
        return redirect(sign_in_url(request.get_full_path()))
    offices = offices_of(request)
    tab = "hidden" if request.GET.get("tab") == "hidden" else "reported"
    form, errors, status = ModerationForm(), [], 200
    chosen: list[str] = []
    if request.method == "POST":
        form, chosen, status = ModerationForm(request.POST), request.POST.getlist("thing"), 422
        if not chosen:
            errors.append({"text": _("Select at least one entry."), "href": "#things"})
        if form.is_valid() and chosen:
            done, errors = decide(request, form, chosen, offices)
            if done:
                messages.success(
                    request, ngettext("%(n)s entry decided.", "%(n)s entries decided.", done) % {"n": done}
                )
            if not errors:
                return redirect(
                    f"{reverse('moderate')}?tab={tab}" if tab == "hidden" else reverse("moderate")
                )
    rows = _hidden(offices) if tab == "hidden" else _reported(offices)
    rows += [
        row for row in _asked_for(request, offices) if row["value"] not in {known["value"] for known in rows}
    ]
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": list(page),
        "form": form,
        "errors": errors,
        "chosen": chosen or [row["value"] for row in rows if row.get("is_asked")],
        "tab": tab,
        "tabs": tabs(tab, offices),
        "terms": terms.moderation(),
        "breadcrumb": [desk_crumb(), crumb(_("Moderation"))],
    }
    return render(request, "square/moderate.html", context, status=status)


def row_of(subject: Comment | Idea, **more: Any) -> Part:
    if isinstance(subject, Comment):
        number, words = subject.idea.matter.number, subject.body
        url = (
            f"{reverse('comment_form', args=[number, subject.parent_id or subject.pk])}#comment-{subject.pk}"
        )
        kind, is_hidden = _("Comment"), subject.state == "hidden"
        value, reason = f"comment:{subject.pk}", subject.get_hide_reason_display()
    else:
        number, words = subject.matter.number, f"{subject.matter.title} — {subject.matter.body}"
        url = reverse("item", args=[number])
        kind, is_hidden = _("Idea"), subject.matter.disclosure == Disclosure.HIDDEN
        value, reason = f"idea:{subject.pk}", ""
    return {
        "value": value,
        "kind": kind,
        "number": number,
        "url": url,
        "words": text.excerpt(words, 220),
        "is_hidden": is_hidden,
        "hide_reason": reason,
        **more,
    }


def _reported(offices: tuple[int, ...]) -> list[Part]:
    """Things with open reports: what is overdue first, then the most reported."""
    open_flags = Flag.objects.filter(settled_at__isnull=True)
    by_comment = (
        open_flags.filter(comment__idea__matter__host__in=offices, comment__state="shown")
        .values("comment")
        .annotate(n=Count("pk"), since=Min("at"))
    )
    by_idea = (
        open_flags.filter(idea__matter__host__in=offices, idea__matter__disclosure=Disclosure.PUBLIC)
        .values("idea")
        .annotate(n=Count("pk"), since=Min("at"))
    )
    found = {("comment", row["comment"]): row for row in by_comment} | {
        ("idea", row["idea"]): row for row in by_idea
    }
    labels, rules, now = dict(HideReason.choices), terms.moderation(), clock.now()
    reasons: dict[tuple[str, int], set[str]] = {}
    for flag in open_flags.filter(comment__in=[key for kind, key in found if kind == "comment"]):
        reasons.setdefault(("comment", flag.comment_id or 0), set()).add(str(labels[flag.reason]))
    for flag in open_flags.filter(idea__in=[key for kind, key in found if kind == "idea"]):
        reasons.setdefault(("idea", flag.idea_id or 0), set()).add(str(labels[flag.reason]))
    comments = Comment.objects.filter(
        pk__in=[key for kind, key in found if kind == "comment"]
    ).select_related("idea__matter")
    ideas = Idea.objects.filter(pk__in=[key for kind, key in found if kind == "idea"]).select_related(
        "matter"
    )
    rows = []
    subjects: list[tuple[str, Comment | Idea]] = [("comment", row) for row in comments]
    subjects += [("idea", row) for row in ideas]
    for kind, subject in subjects:
        flags = found[(kind, subject.pk)]
        due = flags["since"] + timedelta(hours=rules.flag_hours)
        rows.append(
            row_of(
                subject,
                flags=flags["n"],
                since=flags["since"],
                due=due,
                is_late=due < now,
                stays_up=flags["n"] < rules.few,
                reasons=sorted(reasons.get((kind, subject.pk), ())),
            )
        )
    return sorted(rows, key=lambda row: (not row["is_late"], -row["flags"], row["since"]))


def _hidden(offices: tuple[int, ...]) -> list[Part]:
    """Things that are taken down now."""
    comments = (
        Comment.objects.filter(state="hidden", idea__matter__host__in=offices)
        .select_related("idea__matter")
        .order_by("-at")
    )
    ideas = (
        Idea.objects.filter(matter__disclosure=Disclosure.HIDDEN, matter__host__in=offices)
        .select_related("matter")
        .order_by("-matter__filed_at")
    )
    return [*map(row_of, ideas[:500]), *map(row_of, comments[:500])]


def _asked_for(request: HttpRequest, offices: tuple[int, ...]) -> list[Part]:
    """A thing whose page sent the moderator here, reported or not."""
    pk, number = request.GET.get("comment", ""), request.GET.get("idea", "")
    if is_key(pk):
        comments = Comment.objects.filter(pk=int(pk), idea__matter__host__in=offices).select_related(
            "idea__matter"
        )
        return [row_of(row, is_asked=True) for row in comments]
    if number:
        return [
            row_of(row, is_asked=True)
            for row in Idea.objects.filter(matter__number=number, matter__host__in=offices).select_related(
                "matter"
            )
        ]
    return []


def decide(
    request: HttpRequest, form: ModerationForm, chosen: list[str], offices: tuple[int, ...]
) -> tuple[int, list[Part]]:
    """One decision for each chosen thing; what is refused is named and the rest is done."""
    done, errors = 0, []
    for value in chosen[:PAGE]:
        kind, _colon, key = value.partition(":")
        if not is_key(key):
            continue
        subject: Comment | Idea | None = (
            Comment.objects.select_related("idea__matter")
            .filter(pk=int(key), idea__matter__host__in=offices)
            .first()
            if kind == "comment"
            else Idea.objects.select_related("matter").filter(pk=int(key), matter__host__in=offices).first()
        )
        if subject is None:
            continue
        try:
            _act(request, form, subject)
            done += 1
        except RefusedError as error:
            errors.append({"text": f"{row_of(subject)['number']}: {error}", "href": "#things"})
    return done, errors


def _act(request: HttpRequest, form: ModerationForm, subject: Comment | Idea) -> None:
    actor, data = actor_of(request), form.cleaned_data
    decision, code, reason = data["decision"], data["reason_code"], data["reason"]
    if decision == "dismiss":
        flag = subject.flags.filter(settled_at__isnull=True).first()
        if flag is not None:
            moderation.dismiss(actor=actor, flag=flag)
    elif isinstance(subject, Comment):
        if decision == "hide":
            moderation.hide_comment(actor=actor, comment=subject, reason_code=code, reason=reason)
        else:
            moderation.restore_comment(actor=actor, comment=subject, reason=reason)
    elif decision == "hide":
        moderation.hide_idea(actor=actor, idea=subject, reason_code=code, reason=reason)
    else:
        handling.restore(actor=actor, matter=subject.matter, reason=reason)
