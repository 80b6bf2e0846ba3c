"""Who the site knows me to be: my level, being verified as a resident, my consents."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from madang.kernel import places
from madang.kernel.domain import assurance, consents, registry
from madang.kernel.errors import RefusedError, TooManyError
from madang.kernel.levels import Level
from madang.kernel.models import Consent
from madang.kernel.web import limits
from madang.kernel.web.acting import actor_of
from madang.portal import consenting, oidc


class ResidentForm(forms.Form):
    """What the registry is asked for."""

    name = forms.CharField(
        label=gettext_lazy("Name in the registry"),
        max_length=80,
        error_messages={"required": gettext_lazy("Write your name as it stands in the registry.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    birth_date = forms.CharField(
        label=gettext_lazy("Birth date"),
        max_length=20,
        help_text=gettext_lazy("Such as 1990-01-31."),
        error_messages={"required": gettext_lazy("Write your birth date, such as 1990-01-31.")},
        widget=forms.TextInput(attrs={"autocomplete": "bday", "inputmode": "numeric"}),
    )
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        help_text=gettext_lazy("The code from the letter or card that your office gave you."),
        error_messages={"required": gettext_lazy("Write the code that your office gave you.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    agree = forms.BooleanField(
        label=gettext_lazy("I agree that these three are compared with the registry."),
        help_text=gettext_lazy(
            "Name, birth date and code are hashed, looked for in the registry and forgotten. Kept are the result and, for votes that ask for them, your birth date and your district; the birth date is sealed."
        ),
        error_messages={"required": gettext_lazy("Without your consent nothing can be compared.")},
    )


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else ""


@login_required
@never_cache
def residence(request: HttpRequest) -> HttpResponse:
    """My level with its source and its end; the ways to be verified."""
    actor = actor_of(request)
    form, status = ResidentForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                limits.spend(request, limits.REGISTRY)
                registry.verify(actor=actor, **{name: form.cleaned_data[name] for name in registry.COLUMNS})
            except TooManyError:
                form.add_error(None, _("Too many tries from this connection. Try again in an hour."))
                status = 429
            except RefusedError as refused:
                form.add_error(None, str(refused))
                status = refused.status
            else:
                consents.give(user=actor.account, purpose="registry")
                messages.success(request, _("You are a verified resident now."))
                return redirect(_back(request) or reverse("residence"))
    proofs = list(assurance.valid(actor.account))
    facts = assurance.facts_of(actor.account)
    area = places.district(facts.district)
    lacks = [
        *([] if area else [_("your district")]),
        *([] if facts.born else [_("your birth date")]),
    ]
    context = {
        "form": form,
        "proofs": proofs,
        "level": Level.RESIDENT.label if proofs else Level.CONTACT.label,
        "is_resident": bool(proofs),
        "area": area.label if area else "",
        "lacks": lacks,
        "has_registry": registry.current() is not None,
        "tries_left": registry.tries_left(actor.account),
        "provider_name": settings.OIDC_NAME if oidc.is_set_up() and settings.OIDC_RESIDENT else "",
        "provider_url": reverse("openid_connect_login", args=[oidc.SLUG]),
        "language": get_language() or "ko",
        "back": _back(request),
        "breadcrumb": [{"label": _("My page"), "url": reverse("me")}, {"label": _("Verified resident")}],
    }
    return render(request, "portal/residence.html", context, status=status)


def _consents(user: Any) -> list[dict[str, Any]]:
    rows: dict[str, list[Consent]] = {}
    for row in Consent.objects.filter(user=user).order_by("-given_at", "-pk"):
        rows.setdefault(row.purpose, []).append(row)
    found = []
    for purpose in consents.PURPOSES.values():
        history = rows.get(purpose.code, [])
        is_given = (
            user.mail_notices if purpose.code == "mail" else any(not row.withdrawn_at for row in history)
        )
        if is_given or history or purpose.code == "mail":
            found.append(
                {
                    "purpose": purpose,
                    "is_given": is_given,
                    "history": history,
                    "since": user.date_joined if is_given and not history else None,
                }
            )
    return found


@login_required
@never_cache
def my_consents(request: HttpRequest) -> HttpResponse:
    """What I agreed to, when, in which version, and the way back."""
    if request.method == "POST":
        actor = actor_of(request)
        if "give" in request.POST:
            consenting.give(actor=actor, purpose=request.POST["give"])
            messages.success(request, _("Your consent is noted."))
        else:
            consenting.withdraw(actor=actor, purpose=request.POST.get("withdraw", ""))
            messages.success(request, _("Your consent is withdrawn."))
        return redirect("consents")
    user: Any = request.user
    context = {
        "consents": _consents(user),
        "breadcrumb": [{"label": _("My page"), "url": reverse("me")}, {"label": _("Consents")}],
    }
    return render(request, "portal/consents.html", context)
