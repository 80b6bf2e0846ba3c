"""The desk where moderators decide."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from madang.commons.matters.enums import Disclosure
from madang.kernel import clock, text
from madang.kernel.errors import RefusedError
from madang.kernel.models import Role
from madang.kernel.web.acting import actor_of
from madang.services.square.domain import moderation, subjects, terms
from madang.services.square.domain.subjects import Subject
from madang.services.square.enums import HideReason
from madang.services.square.models import Appeal, Comment, Flag, Idea
from madang.services.square.web.forms import ModerationForm
from madang.services.square.web.pages import crumb, desk_crumb, is_key, sign_in_url

PAGE = 50
TABS = ("reported", "bursts", "appeals", "hidden")

Part = dict[str, Any]


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


KINDS = {
    "idea": gettext_lazy("Idea"),
    "comment": gettext_lazy("Comment"),
    "vote": gettext_lazy("Reason in a planning group"),
}


def row_of(subject: Subject, **more: Any) -> Part:
    kind, matter = subjects.kind_of(subject), subjects.matter_of(subject)
    if isinstance(subject, Comment):
        place = reverse("comment_form", args=[matter.number, subject.parent_id or subject.pk])
        url = f"{place}#comment-{subject.pk}"
    elif isinstance(subject, Idea):
        url = reverse("item", args=[matter.number])
    else:
        about = subject.seat.candidate
        url = f"{reverse('candidate', args=[about.space.slug, about.number])}#vote-{subject.pk}"
    return {
        "value": f"{kind}:{subject.pk}",
        "kind": str(KINDS[kind]),
        "number": matter.number,
        "url": url,
        "words": text.excerpt(subjects.words_of(subject), 220),
        "is_hidden": subjects.is_down(subject),
        "hide_reason": "" if isinstance(subject, Idea) else subject.get_hide_reason_display(),
        **more,
    }


def _up(kind: str) -> Part:
    """What says that a thing of this kind is up."""
    return {"matter__disclosure": Disclosure.PUBLIC} if kind == "idea" else {"state": "shown"}


def _down(kind: str) -> Part:
    return {"matter__disclosure": Disclosure.HIDDEN} if kind == "idea" else {"state": "hidden"}


def _mine(kind: str, offices: tuple[int, ...]) -> QuerySet[Any]:
    """All of a kind whose matters these offices host."""
    return subjects.rows(kind).filter(**{f"{subjects.MATTER[kind]}__host__in": offices})


def _reported(offices: tuple[int, ...]) -> list[Part]:
    """Things with open reports: what is overdue first, then the most reported."""
    labels, rules, now = dict(HideReason.choices), terms.moderation(), clock.now()
    rows = []
    for kind in subjects.KINDS:
        flags: dict[int, list[Flag]] = {}
        for flag in Flag.objects.filter(
            settled_at__isnull=True, **{f"{kind}__in": _mine(kind, offices).filter(**_up(kind))}
        ):
            flags.setdefault(getattr(flag, f"{kind}_id"), []).append(flag)
        for subject in subjects.rows(kind).filter(pk__in=flags):
            found = flags[subject.pk]
            since = min(flag.at for flag in found)
            due = since + timedelta(hours=rules.flag_hours)
            rows.append(
                row_of(
                    subject,
                    flags=len(found),
                    since=since,
                    due=due,
                    is_late=due < now,
                    stays_up=len(found) < rules.few,
                    reasons=sorted({str(labels[flag.reason]) for flag in found}),
                )
            )
    return sorted(rows, key=lambda row: (not row["is_late"], -row["flags"], row["since"]))


def _hidden(offices: tuple[int, ...]) -> list[Part]:
    """Things that are taken down now."""
    latest = {"idea": "-matter__filed_at"}
    return [
        row_of(subject)
        for kind in subjects.KINDS
        for subject in _mine(kind, offices).filter(**_down(kind)).order_by(latest.get(kind, "-at"))[:500]
    ]


def _asked_for(request: HttpRequest, offices: tuple[int, ...]) -> list[Part]:
    """A thing whose page sent the moderator here, reported or not."""
    for kind in ("comment", "vote"):
        if is_key(request.GET.get(kind, "")):
            found = _mine(kind, offices).filter(pk=int(request.GET[kind]))
            return [row_of(row, is_asked=True) for row in found]
    number = request.GET.get("idea", "")
    asked = _mine("idea", offices).filter(matter__number=number) if number else ()
    return [row_of(row, is_asked=True) for row in asked]


def decide(
    request: HttpRequest, form: ModerationForm, chosen: list[str], offices: tuple[int, ...]
) -> tuple[int, list[Part]]:
    """One decision for each chosen thing; what is refused is named and the rest is done."""
    done, errors = 0, []
    for value in chosen[:PAGE]:
        kind, _colon, key = value.partition(":")
        if kind not in subjects.KINDS or not is_key(key):
            continue
        subject = _mine(kind, offices).filter(pk=int(key)).first()
        if subject is None:
            continue
        try:
            _act(request, form, subject)
            done += 1
        except RefusedError as error:
            errors.append({"text": f"{row_of(subject)['number']}: {error}", "href": "#things"})
    return done, errors


def _act(request: HttpRequest, form: ModerationForm, subject: Subject) -> None:
    actor, data = actor_of(request), form.cleaned_data
    decision, code, reason = data["decision"], data["reason_code"], data["reason"]
    if decision == "dismiss":
        flag = subject.flags.filter(settled_at__isnull=True).first()
        if flag is not None:
            moderation.dismiss(actor=actor, flag=flag)
    elif decision == "hide":
        moderation.hide(actor=actor, subject=subject, reason_code=code, reason=reason)
    else:
        moderation.restore(actor=actor, subject=subject, reason=reason)
