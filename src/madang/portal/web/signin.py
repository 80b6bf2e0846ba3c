"""The sign-in page, with the made-up people of a demonstration below it.

Apart from `accounts`, which allauth reads while its own views are loaded.
"""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView, SignupByPasskeyView, SignupView
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from madang.kernel.models import User
from madang.portal import demo_accounts, oidc

LANGUAGE = "oidc.language"


def _other_ways(request: HttpRequest) -> dict[str, Any]:
    """The outside provider, where one is set up, and where to go afterwards."""
    return {
        "provider_name": settings.OIDC_NAME if oidc.is_set_up() else "",
        "provider_url": reverse("openid_connect_login", args=[oidc.SLUG]),
        "language": get_language() or "ko",
    }


class SignIn(LoginView):
    """The sign-in page; in a demonstration the made-up people stand below with one button each."""

    template_name = "portal/login.html"

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**named)
        context |= _other_ways(self.request)
        if settings.IS_DEMO:
            there = set(User.objects.filter(is_demo=True, is_active=True).values_list("email", flat=True))
            people = [account for account in demo_accounts.ACCOUNTS if account.email in there]
            context |= {"demo_accounts": people, "demo_password": demo_accounts.PASSWORD}
            context["demo_next"] = self.request.POST.get("next") or self.request.GET.get("next", "")
        return context


class SignUp(SignupView):
    """An account with e-mail address and password; the other ways stand below."""

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**named)
        return context | _other_ways(self.request)


class SignUpByPasskey(SignupByPasskeyView):
    """An account with e-mail address and passkey."""


@never_cache
@require_POST
def provider_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """On to the outside provider.

    By a page that moves on by itself instead of a redirect: the content security policy lets no form end on
    another site, and browsers count redirects of a form as part of it.
    """
    language = "en" if request.POST.get("language") == "en" else "ko"
    request.session[LANGUAGE] = language
    with translation.override(language):
        try:
            answer = OAuth2LoginView.adapter_view(oidc.TokenAdapter(request, provider_id))(request)
        except SocialApp.DoesNotExist as error:
            raise Http404 from error
        if isinstance(answer, HttpResponseRedirect) and not answer.url.startswith("/"):
            answer = render(
                request, "portal/to_provider.html", {"to": answer.url, "name": settings.OIDC_NAME}
            )
        return answer


@never_cache
@require_safe
def provider_callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the outside provider, in the language in which she left."""
    with translation.override(request.session.get(LANGUAGE, "ko")):
        try:
            answer: HttpResponse = OAuth2CallbackView.adapter_view(oidc.TokenAdapter(request, provider_id))(
                request
            )
        except SocialApp.DoesNotExist as error:
            raise Http404 from error
        return answer


@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the made-up people. Exists only in a demonstration, and only for them."""
    email = request.POST.get("email", "")
    if not settings.IS_DEMO or email not in {account.email for account in demo_accounts.ACCOUNTS}:
        raise Http404
    user = get_object_or_404(User, email=email, is_demo=True, is_active=True)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    wanted = request.POST.get("next", "")
    inside = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return HttpResponseRedirect(wanted if inside else reverse("me"))
