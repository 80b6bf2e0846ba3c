"""Ways in and devices: passkeys, the outside provider, where one is signed in."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from madang.kernel import devices
from madang.kernel.models import Device
from madang.kernel.web.acting import actor_of
from madang.portal import consenting, oidc

BROWSERS = (("Edg", "Edge"), ("Whale", "Whale"), ("SamsungBrowser", "Samsung Internet"), ("OPR", "Opera"),
            ("Firefox", "Firefox"), ("CriOS", "Chrome"), ("FxiOS", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))  # fmt: skip
SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
           ("Mac OS", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux"))  # fmt: skip


def device(agent: str) -> str:
    """The browser and system that a browser calls itself, as people call them."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return " · ".join(part for part in (browser, system) if part) or _("Unknown device")


def _devices(request: HttpRequest) -> list[dict[str, Any]]:
    user: Any = request.user
    here, rows = devices.here(request), devices.of(user)
    if not any(row.session == here for row in rows):
        devices.remember(request, user)  # signed in before there was such a list
        rows = devices.of(user)
    found = [
        {
            "pk": row.pk,
            "name": device(row.agent),
            "address": row.address,
            "since": row.created_at,
            "is_here": row.session == here,
        }
        for row in rows
    ]
    return sorted(found, key=lambda row: (not row["is_here"], -row["since"].timestamp()))


@login_required
@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Everything that opens this account, with what takes it away."""
    user: Any = request.user
    context = {
        "has_password": user.has_usable_password(),
        "keys": Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).order_by(
            "created_at"
        ),
        "devices": _devices(request),
        "connected": SocialAccount.objects.filter(user=user).order_by("date_joined"),
        "provider_name": settings.OIDC_NAME if oidc.is_set_up() else "",
        "provider_url": reverse("openid_connect_login", args=[oidc.SLUG]),
        "provider_label": settings.OIDC_NAME,
        "language": get_language() or "ko",
        "redirect_field": "",
        "breadcrumb": [{"label": _("My page"), "url": reverse("me")}, {"label": _("Sign-in and devices")}],
    }
    return render(request, "portal/security.html", context)


@require_POST
@login_required
def end_session(request: HttpRequest) -> HttpResponse:
    """Sign out one device, or all but this one."""
    user: Any = request.user
    here, mine = devices.here(request), Device.objects.filter(user=user)
    key = request.POST.get("session", "")
    if "others" in request.POST:
        for row in mine.exclude(session=here):
            devices.end(row)
        messages.success(request, _("All other devices are signed out."))
        return redirect("security")
    chosen = mine.filter(pk=int(key)).first() if key.isascii() and key.isdigit() and len(key) < 19 else None
    if chosen is None:
        messages.info(request, _("That device is signed out already."))
        return redirect("security")
    if chosen.session == here:
        chosen.delete()
        logout(request)
        return redirect("home")
    devices.end(chosen)
    messages.success(request, _("The device is signed out."))
    return redirect("security")


@require_POST
@login_required
def disconnect(request: HttpRequest) -> HttpResponse:
    """The provider opens this account no more; its consent and its word end with it."""
    consenting.withdraw(actor=actor_of(request), purpose="provider")
    messages.success(request, _("The account of the provider is disconnected."))
    return redirect("security")


@login_required
@require_safe
def moved(request: HttpRequest) -> HttpResponse:
    """The library's own lists lead to the one page that holds them all."""
    return redirect("security")
