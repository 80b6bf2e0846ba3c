"""The sign-in page, with the made-up people of a demonstration below it.

Apart from `accounts`, which allauth reads while its own views are loaded.
"""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from madang.kernel.models import User
from madang.portal import demo_accounts


class SignIn(LoginView):
    """The sign-in page; in a demonstration the made-up people stand below with one button each."""

    template_name = "portal/login.html"

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**named)
        if settings.IS_DEMO:
            there = set(User.objects.filter(is_demo=True, is_active=True).values_list("email", flat=True))
            people = [account for account in demo_accounts.ACCOUNTS if account.email in there]
            context |= {"demo_accounts": people, "demo_password": demo_accounts.PASSWORD}
            context["demo_next"] = self.request.POST.get("next") or self.request.GET.get("next", "")
        return context


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
