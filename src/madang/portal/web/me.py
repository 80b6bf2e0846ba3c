"""My page: what I filed, support and follow; my account; my data."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from madang.commons.matters import api as matters
from madang.commons.notices import api as notices
from madang.kernel import clock, manifest, text
from madang.kernel.errors import RefusedError
from madang.kernel.templatetags.ui import seoul_text
from madang.kernel.web.acting import actor_of
from madang.portal import profile, services
from madang.portal.web.addresses import address

PAGE = 10
FEW = 5


def _filed_row(request: HttpRequest, matter: Any) -> dict[str, Any]:
    """One matter of mine. A private one opens by its receipt, a public one on its page."""
    if matter.is_public and matter.number:
        url = address("item", matter.number)
    else:
        url = matters.address_of(request.session, matter)
    tags = [matters.state_tag(matter)]
    if not matter.is_public:
        tags.append(matters.Tag(matter.get_disclosure_display(), "ochre", "lock"))
    return {
        "title": matter.title,
        "url": url,
        "tags": tags,
        "meta": [
            matter.get_kind_display(),
            matter.number or _("without a public number"),
            matter.responsible.name,
        ],
        "clock": matters.clock_view(matter),
        "steps": matters.steps(matter, has_effect=matter.has_effect, is_done=matter.is_done),
    }


def _followed(user: Any) -> list[dict[str, Any]]:
    """What I follow without having filed or supported it, where its page is public."""
    rows = notices.followed_by(user, limit=30, why=("follower", "commenter"))
    links = manifest.links([row.reference for row in rows])
    return [
        {
            "title": links[row.reference].title,
            "url": links[row.reference].url,
            # Matters have a number that people know; names of other things are for programs.
            "meta": [row.reference.removeprefix("matter:"), row.why]
            if row.reference.startswith("matter:")
            else [row.why],
        }
        for row in rows
        if row.reference in links
    ][:FEW]


def _more_time(request: HttpRequest) -> list[dict[str, Any]]:
    """What offices ask me to agree to: a second extension."""
    return [
        {
            "title": row.matter.title,
            "url": matters.more_time_address_of(request.session, row.matter),
            "tags": [],
            "meta": [row.office.name, _("The office asks for more time. Say whether you agree.")],
        }
        for row in matters.more_time_asked(actor_of(request))
    ]


def _asked(request: HttpRequest, listed: set[int]) -> list[dict[str, Any]]:
    """What offices ask about my matters and no service lists already: private ones have no page but the receipt's."""
    found = [row for row in matters.open_questions(actor_of(request)) if row.matter_id not in listed]
    return [
        {
            "title": row.matter.title,
            "url": matters.answer_address_of(request.session, row.matter),
            "tags": []
            if row.matter.is_public
            else [matters.Tag(row.matter.get_disclosure_display(), "ochre", "lock")],
            "meta": [
                row.office.name,
                _("Answer the question of the office."),
                _("until %(day)s") % {"day": seoul_text(row.due_at, "day")},
            ],
        }
        for row in found
    ]


@never_cache
def me(request: HttpRequest) -> HttpResponse:
    """For people with an account everything; for others what they opened with a receipt in this session."""
    actor = actor_of(request)
    page = Paginator(matters.with_outcome(matters.filed_by(actor)), PAGE).get_page(request.GET.get("page"))
    square = services.front_door("square")
    waiting = square.waiting(actor) if square and actor.is_signed_in else []
    listed = {row["matter"] for row in waiting if "matter" in row}
    context: dict[str, Any] = {
        "page": page,
        "waiting": [*_asked(request, listed), *_more_time(request), *waiting],
        "filed": [_filed_row(request, matter) for matter in page.object_list],
        "write_url": address("write"),
        "receipt_url": address("receipt"),
        "ideas_url": address("ideas"),
        "breadcrumb": [{"label": _("My page")}],
    }
    if actor.is_signed_in:
        context |= {
            "supported": [square.row(idea) for idea in square.supported(actor)[:FEW]] if square else [],
            "followed": _followed(actor.account),
            "told": notices.inbox(actor.account, limit=FEW),
            "notices_url": address("notices"),
        }
    return render(request, "portal/me.html", context)


class ProfileForm(forms.Form):
    """What a person may change about her account."""

    name = forms.CharField(
        label=gettext_lazy("Name shown to others"),
        max_length=40,
        help_text=gettext_lazy("A nickname is fine. Your e-mail address is never shown."),
        error_messages={
            "required": gettext_lazy("Write the name that others see. A nickname is fine."),
            "max_length": gettext_lazy("Use at most 40 characters."),
        },
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of mails"),
        choices=(("ko", "한국어"), ("en", "English")),
        widget=forms.RadioSelect,
    )
    mail_notices = forms.BooleanField(
        label=gettext_lazy("Send me news by e-mail"),
        required=False,
        help_text=gettext_lazy(
            "News about what you filed, support or follow. Without it you find them on your page."
        ),
    )

    def clean_name(self) -> str:
        name = text.clean_line(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("Write the name that others see. A nickname is fine."))
        return name


@login_required
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    """Name, language, mails; the way to e-mail, password and data."""
    user: Any = request.user
    start = {"name": user.name, "language": user.language, "mail_notices": user.mail_notices}
    form = ProfileForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            profile.change(actor=actor_of(request), **form.cleaned_data)
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("profile"))
    return render(
        request,
        "portal/profile.html",
        {
            "form": form,
            "breadcrumb": [{"label": _("My page"), "url": reverse("me")}, {"label": _("Account")}],
        },
        status=422 if form.is_bound and not form.is_valid() else 200,
    )


@login_required
@never_cache
def my_data(request: HttpRequest) -> HttpResponse:
    """A person's own copy of what is kept under her account, as a JSON file."""
    with translation.override(getattr(request.user, "language", "ko")):
        data = profile.copy_of(request.user)  # type: ignore[arg-type]
    response = HttpResponse(
        json.dumps(data, ensure_ascii=False, indent=2), content_type="application/json; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="madang-my-data-{clock.today():%Y-%m-%d}.json"'
    return response
