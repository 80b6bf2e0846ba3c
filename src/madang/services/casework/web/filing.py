"""Filing a case: tell it once, confirm what it is, take the receipt."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from madang.commons.matters.domain.attachments import PHOTOS
from madang.commons.matters.web import uploads
from madang.kernel import policy
from madang.kernel.logic.coordinates import is_in_country
from madang.kernel.web import crowding, placing
from madang.kernel.web.acting import actor_of
from madang.services.casework import queries
from madang.services.casework.domain import filing, types
from madang.services.casework.limits import BODY_MAX, TITLE_MAX
from madang.services.casework.logic import typing
from madang.services.casework.models import Center
from madang.services.casework.web import alike, words
from madang.services.casework.web.asking import PREFIX, AskedForm
from madang.services.casework.web.forms import CaseForm
from madang.services.casework.web.offline import who
from madang.services.casework.web.sending import send
from madang.services.casework.web.shell import crumbs

ASKED, EDIT, TAKE = "file", "edit", "take"
DRAFT_KEY = "case-new"


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form, then the look at what it is, then the receipt; whatever was typed goes along."""
    center = queries.centers().first()
    if center is None:
        return render(request, "casework/closed.html", {"breadcrumb": crumbs(_("New case"))}, status=404)
    if request.method != "POST":
        category = request.GET.get("category", "")
        return _page(request, center, _form(request, center, initial={"category": category}), kept=[])
    kept, errors = uploads.sent(request, PHOTOS)
    typed, has_chosen = placing.applied(_taken(request))
    form = _form(request, center, data=typed)
    if EDIT in request.POST or has_chosen:
        unsent = _form(request, center, initial=_typed(typed, form))
        return _page(request, center, unsent, kept=kept, errors=errors)
    verdict = policy.can("casework.case.file", actor_of(request), center)
    if not form.is_valid() or errors or not verdict:
        if not verdict:
            form.add_error(None, str(verdict.reason))
        return _page(request, center, form, kept=kept, errors=errors, status=422)
    return _second(request, center, form, kept)


def _form(request: HttpRequest, center: Center, **options: Any) -> CaseForm:
    return CaseForm(center=center, is_signed_in=actor_of(request).is_signed_in, **options)


def _taken(request: HttpRequest) -> QueryDict:
    """What was sent, with the category that was taken by one click."""
    if TAKE not in request.POST:
        return request.POST
    data = request.POST.copy()
    data["category"] = request.POST[TAKE]
    return data


def _typed(data: QueryDict, form: CaseForm) -> dict[str, str]:
    return {name: data.get(name, "") for name in form.fields if name != "ticket"}


def _carried(request: HttpRequest) -> dict[str, list[str]]:
    """What was answered on the second look, for when its author goes back to the first."""
    return {
        name: request.POST.getlist(name)
        for name in request.POST
        if name == "case_type" or name.startswith(PREFIX)
    }


def _page(
    request: HttpRequest,
    center: Center,
    form: CaseForm,
    *,
    kept: list[uploads.Kept],
    errors: list[dict[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "center": center,
        "form": form,
        "carried": [(name, value) for name, values in _carried(request).items() for value in values],
        "kept": kept,
        "file_terms": PHOTOS,
        "place_words": placing.words_json(),
        "place_start": " ".join(queries.districts_lately(center)),
        "photo_notice": _of_photos(form, kept),
        "errors": errors or [],
        "draft_key": DRAFT_KEY,
        "case_who": who(request),
        "title_max": TITLE_MAX,
        "body_max": BODY_MAX,
        "breadcrumb": crumbs(_("New case")),
    }
    return form.answered(render(request, "casework/new.html", context, status=status))


def _of_photos(form: CaseForm, kept: list[uploads.Kept]) -> placing.Notice | None:
    """The question whether the place is where a photo was taken; nothing is taken from it unasked."""
    if form["point"].value():
        return None
    for one in kept:
        if one.position and is_in_country(one.position):
            return placing.photo_offer(one.name, one.position)
    return None


def _second(request: HttpRequest, center: Center, form: CaseForm, kept: list[uploads.Kept]) -> HttpResponse:
    """What it seems to be and what that means; the questions of the category; or the filing itself."""
    data = form.cleaned_data
    category = data["category"]
    proposed = typing.propose(
        data["title"], data["body"], usual=category.default_type if category is not None else ""
    )
    meanings = types.meanings()
    is_sent = ASKED in request.POST
    asked = AskedForm(
        request.POST if is_sent else None,
        initial=_carried(request),
        category=category,
        meanings=meanings,
        proposed=proposed.type,
    )
    if is_sent and asked.is_valid():
        answered = _file(request, center, form, asked, proposed.type, kept)
        if answered is not None:
            return answered
    is_wrong = asked.is_bound and is_sent
    context = {
        "center": center,
        "form": form,
        "asked": asked,
        "typed": list(_typed(_taken(request), form).items()),
        "ticket": form.data.get("ticket", ""),
        "effort": crowding.effort_of(request),
        "kept": kept,
        "told": _told(form),
        "category": category,
        "proposed": proposed,
        "proposed_label": dict(asked.fields["case_type"].choices).get(proposed.type, ""),  # type: ignore[attr-defined]
        **_types(asked, meanings, proposed.type),
        "errors": [],
        **alike.context(center, data),
        "breadcrumb": crumbs(_("New case")),
    }
    status = 422 if is_wrong else 200
    return form.answered(render(request, "casework/new_check.html", context, status=status))


def _told(form: CaseForm) -> list[dict[str, str]]:
    """What she looks over before it is filed, beside title and words: where, who reads it, and by what name."""
    data = form.cleaned_data
    point = f"{data['point'][0]:.5f}, {data['point'][1]:.5f}" if data["point"] else ""
    where = [data["address"], words.district_name(data["district"]), point]
    found = [
        (pgettext("casework", "Place"), " · ".join(filter(None, where))),
        (str(form.fields["disclosure"].label), _chosen(form, "disclosure")),
    ]
    if form.is_signed_in:
        found.append((str(form.fields["naming"].label), _chosen(form, "naming")))
    else:
        found.append((str(form.fields["author_label"].label), data["author_label"] or _("Anonymous")))
        found.append((str(form.fields["contact_email"].label), data["contact_email"]))
    return [{"term": term, "text": text} for term, text in found if text]


def _chosen(form: CaseForm, name: str) -> str:
    """The words of the choice that she took."""
    return next(str(one.choice_label) for one in form[name].subwidgets if one.data["selected"])


def _types(asked: AskedForm, meanings: list[types.Meaning], proposed: str) -> dict[str, Any]:
    """The proposed type, and the others; those are open at once where another one is chosen."""
    choices = list(zip(asked["case_type"].subwidgets, meanings, strict=True))
    chosen = str(asked["case_type"].value() or "")
    return {
        "first": [one for one in choices if one[1].type == proposed],
        "others": [one for one in choices if one[1].type != proposed],
        "is_another": chosen != proposed or not any(one.type == proposed for one in meanings),
    }


def _file(
    request: HttpRequest,
    center: Center,
    form: CaseForm,
    asked: AskedForm,
    proposed: str,
    kept: list[uploads.Kept],
) -> HttpResponse | None:
    """File it and go to its receipt; None where something stands against it, which `asked` then says."""
    file = partial(
        filing.file_case,
        actor=actor_of(request),
        center=center,
        case_type=asked.cleaned_data["case_type"],
        proposed_type=proposed,
        answers=asked.cleaned_data["answers"],
        **form.filing,
    )
    return redirect("case_filed") if send(request, form, kept, file, says=asked) else None
