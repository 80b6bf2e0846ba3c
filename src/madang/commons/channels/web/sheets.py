"""Typing in what stands on paper, beside its picture."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madang.commons.channels import queries, reading, targets
from madang.commons.channels.domain import paper
from madang.commons.channels.domain.paper import CHANNEL
from madang.commons.channels.enums import FormState
from madang.commons.channels.models import Form
from madang.commons.channels.web import forms
from madang.commons.channels.web.common import crumbs, for_operators, offices_of, titles
from madang.commons.channels.web.taken import keep
from madang.commons.matters import api as matters
from madang.kernel import manifest, policy
from madang.kernel.errors import RefusedError
from madang.kernel.web import limits
from madang.kernel.web.acting import actor_of


@require_http_methods(["GET", "HEAD", "POST"])
@for_operators
def find(request: HttpRequest) -> HttpResponse:
    """Find a form by its number or by a photograph of it."""
    actor = actor_of(request)
    form = forms.FindForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        serial, picture = "", b""
        typed = form.cleaned_data["serial"]
        upload = form.cleaned_data["picture"]
        if upload is not None:
            serial, picture = _photographed(request, form)
        if typed:
            serial = reading.serial_of(typed)
            if not serial:
                form.add_error(
                    "serial",
                    _("This is not the number of a form. Check it against the paper: it begins with PF."),
                )
        elif upload is None:
            form.add_error("serial", _("Type the number of the form, or choose a photograph of it."))
        elif not serial and not form.errors:
            form.add_error(
                "picture",
                _(
                    "No code can be read in this photograph. Take it again from straight above, in good light and with"
                    " all four corners on it, or type the number by hand. The photograph itself may lie upside down."
                ),
            )
        if serial and not form.errors:
            found = Form.objects.filter(serial=serial, batch__host__in=offices_of(actor)).first()
            if found is None:
                form.add_error("serial", _("No form with this number was issued by your office."))
            else:
                _keep(request, found, picture)
                return redirect("channels_form", found.serial)
    waiting = queries.waiting_forms(actor, offices_of(actor)).order_by("changed_at", "pk")[:50]
    context = {
        "form": form,
        "waiting": [
            {
                "title": row.serial,
                "url": reverse("channels_form", args=[row.serial]),
                "tags": [{"label": row.get_state_display(), "tone": "ochre"}],
                "meta": [row.batch.number, row.batch.booth],
            }
            for row in waiting
        ],
        "breadcrumb": crumbs((_("Type in forms"), "")),
    }
    return render(request, "channels/find.html", context, status=422 if form.errors else 200)


def _photographed(request: HttpRequest, form: forms.FindForm) -> tuple[str, bytes]:
    """Serial number and upright picture, or an error at the field."""
    limits.spend(request, limits.UPLOAD)
    try:
        clean = matters.clean_file(form.cleaned_data["picture"])
        if not clean.content_type.startswith("image/"):
            raise RefusedError(_("Choose a picture: JPEG, PNG or WebP."), "file.type", status=422)
    except RefusedError as refused:
        form.add_error("picture", str(refused))
        return "", b""
    sheet = reading.read(clean.data)
    return sheet.serial, sheet.data


def _keep(request: HttpRequest, found: Form, picture: bytes) -> None:
    if not picture:
        return
    try:
        paper.keep_picture(actor=actor_of(request), form=found, data=picture)
    except RefusedError as refused:  # entered or spoiled already: its picture stays as it was
        messages.warning(request, str(refused))


def _form(request: HttpRequest, serial: str) -> Form:
    found = get_object_or_404(Form.objects.select_related("batch__host"), serial=serial)
    policy.require("channels.batch.view", actor_of(request), found.batch)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@for_operators
def sheet(request: HttpRequest, serial: str) -> HttpResponse:
    """One form: type it, decide between two typings, mark it spoiled or bring it back."""
    found, actor = _form(request, serial), actor_of(request)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    typing = forms.SheetForm(request.POST if act == "enter" else None)
    typing.fit(targets.question_of(found.batch.target), targets.telling_of(found.batch.target))
    spoil = forms.SpoilForm(request.POST if act == "spoil" else None)
    status = 200
    if act == "enter" and typing.is_valid():
        try:
            moved, taken = paper.enter(actor=actor, form=found, words=typing.words())
        except RefusedError as refused:
            if refused.status == 409:
                raise
            typing.refuse(refused.code, str(refused))
        else:
            if taken is not None:
                keep(request.session, CHANNEL, taken)
                return redirect("channels_taken")
            if moved.state == FormState.DISPUTED:
                messages.warning(request, _("The two typings differ. A third person decides."))
            else:
                messages.success(request, _("This form is typed twice. It waits for a second person."))
            return redirect("channels_find")
    elif act == "spoil" and spoil.is_valid():
        paper.spoil(actor=actor, form=found, why=spoil.cleaned_data["why"])
        messages.success(request, _("The form is marked as spoiled."))
        return redirect("channels_find")
    elif act == "back":
        n = paper.give_back(actor=actor, batch=found.batch, first=found.place, last=found.place)
        if n:
            messages.success(request, _("The form is marked as unused."))
        return redirect("channels_find")
    elif act == "recall":
        paper.recall(actor=actor, form=found, reason=_("Marked by mistake"))
        messages.success(request, _("The form is out again."))
        return redirect("channels_form", found.serial)
    if typing.errors or spoil.errors:
        status = 422
    labels = {name: str(field.label) for name, field in typing.fields.items()}
    link = manifest.links([found.filed_as]).get(found.filed_as) if found.filed_as else None
    mine = found.typings.filter(by=actor.account).exists()
    context = {
        "sheet": found,
        "batch": found.batch,
        "title": titles().get(found.batch.target, found.batch.target),
        "form": typing,
        "spoil_form": spoil,
        "is_waiting": found.state in (FormState.OUT, FormState.TYPED, FormState.DISPUTED),
        "is_mine": mine,
        "differing": [
            row | {"label": labels.get(row["name"], labels["title"])} for row in paper.second_look(found)
        ]
        if not mine
        else [],
        "link": link,
        "picture_url": reverse("channels_picture", args=[found.serial]) if found.picture else "",
        "breadcrumb": crumbs((_("Type in forms"), reverse("channels_find")), (found.serial, "")),
    }
    return render(request, "channels/sheet.html", context, status=status)


@require_safe
@for_operators
def picture(request: HttpRequest, serial: str) -> FileResponse:
    """The picture of a form, for those who may type it in."""
    found = _form(request, serial)
    if not found.picture:
        raise Http404
    response = FileResponse(found.picture.open("rb"), content_type="image/jpeg")
    response["Content-Disposition"] = "inline"
    response["Cache-Control"] = "private, no-store"
    return response
