"""A city opens its complaint center with one form, and changes what is said of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.validators import RegexValidator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madang.commons.matters.web.form_parts import OfficeField
from madang.kernel import policy
from madang.kernel import queries as kernel
from madang.kernel.actors import Actor
from madang.kernel.models import Role
from madang.kernel.web import refusing
from madang.kernel.web.acting import actor_of, for_officials
from madang.kernel.web.fields import Words
from madang.services.casework.domain import centers
from madang.services.casework.models import Center

NAMES = {
    "categories": gettext_lazy("Categories"),
    "fields": gettext_lazy("Questions of categories"),
    "routes": gettext_lazy("Routes: who does what"),
    "types": gettext_lazy("Types and their periods"),
}
"""The tables of a center, in the order in which a city enters them."""
NEEDED = {"required": gettext_lazy("Fill this in.")}


def tabs(active: str) -> list[dict[str, Any]]:
    """The pages of a center, for its administrator."""
    tables = [
        {"label": label, "url": reverse("desk_center", args=[code]), "active": code == active}
        for code, label in NAMES.items()
    ]
    about = {"label": _("The center"), "url": reverse("desk_center_about"), "active": active == "about"}
    return [*tables, about]


class AboutForm(forms.Form):
    """What is said of a center."""

    title_ko = Words(most=80, label=gettext_lazy("Name in Korean"), error_messages=NEEDED)
    title_en = Words(most=120, label=gettext_lazy("Name in English"), error_messages=NEEDED)
    phone = Words(
        most=20,
        required=False,
        label=gettext_lazy("Telephone"),
        help_text=gettext_lazy(
            "For whoever would rather speak. It stands on the printed form and where there is no connection."
        ),
    )


class SetUpForm(AboutForm):
    """What a new center needs beside its name."""

    host = OfficeField(
        label=gettext_lazy("Office at whose desk new cases land"),
        help_text=gettext_lazy(
            "What no route sends elsewhere stays there. Somebody in triage has to work there."
        ),
    )
    code = forms.CharField(
        max_length=60,
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("Small Latin letters, digits and hyphens. It stands in addresses and stays."),
        validators=[
            RegexValidator(
                r"^[a-z0-9][a-z0-9.-]*$",
                gettext_lazy("Use small Latin letters, digits and hyphens, like culture-arts."),
            )
        ],
        error_messages=NEEDED,
    )
    field_order = ("host", "title_ko", "title_en", "code", "phone")

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        offices = actor.offices(Role.ADMIN)
        hosts = self.fields["host"]
        assert isinstance(hosts, forms.ModelChoiceField)
        mine = Q(pk__in=offices) | Q(parent__in=offices)
        hosts.queryset = kernel.offices().filter(mine).order_by("name_ko")


class AmendForm(AboutForm):
    """The same of a center that stands."""

    is_open = forms.BooleanField(
        required=False,
        label=gettext_lazy("It takes cases in"),
        help_text=gettext_lazy("Without it the form is closed and says so; cases that are here go on."),
    )


@for_officials(Role.ADMIN)
def set_up(request: HttpRequest) -> HttpResponse:
    """The first step: without a center there is nothing to enter."""
    if Center.objects.exists():
        return redirect("desk_center_first")
    form = SetUpForm(request.POST or None, actor=actor_of(request))
    if form.is_valid():
        with refusing.on_form(form):
            centers.set_up(actor=actor_of(request), **form.cleaned_data)
            messages.success(
                request, _("The center is open. Enter its categories, questions and routes next.")
            )
            return redirect("desk_center", table="categories")
    context = {
        "title": _("Open the complaint center"),
        "lead": _(
            "One desk for everything that residents report. You can change all of it later except the code."
        ),
        "form": form,
        "act": _("Open the center"),
        "is_new": True,
        "breadcrumb": [
            {"label": _("Desk"), "url": reverse("desk")},
            {"label": _("Complaint center"), "url": ""},
        ],
    }
    return render(request, "casework/center_about.html", context, status=refusing.status_of(form))


@for_officials(Role.ADMIN)
def about(request: HttpRequest) -> HttpResponse:
    """Name, telephone, and whether it takes cases in."""
    center = Center.objects.select_related("host").first()
    if center is None:
        return redirect("desk_center_new")
    policy.require("casework.center.enter", actor_of(request), center)
    known = {name: getattr(center, name) for name in AmendForm.base_fields}
    form = AmendForm(request.POST or None, initial=known)
    if form.is_valid():
        with refusing.on_form(form):
            centers.amend(actor=actor_of(request), center=center, **form.cleaned_data)
            messages.success(request, _("Saved. It stands in the public log."))
            return redirect("desk_center_about")
    context = {
        "title": center.title,
        "lead": _(
            "What your city takes in, what it asks, who does it and by when. Every change stands in the public log."
        ),
        "form": form,
        "act": _("Save"),
        "tabs": tabs("about"),
        "breadcrumb": [{"label": _("Desk"), "url": reverse("desk")}, {"label": center.title, "url": ""}],
    }
    return render(request, "casework/center_about.html", context, status=refusing.status_of(form))
