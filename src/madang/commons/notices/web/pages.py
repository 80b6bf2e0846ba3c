"""Pages: my notices, the button that follows, and the demo's mail outbox."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from madang.commons.notices import outbox as letters
from madang.commons.notices import queries
from madang.commons.notices.domain import following, telling
from madang.kernel import text
from madang.kernel.web import limits

PAGE = 30


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """My notices; a POST marks all of them as read."""
    user = request.user
    assert user.is_authenticated  # login_required, said for the type checker
    if request.method == "POST":
        telling.mark_read(user)
        return redirect("notices")
    page = Paginator(queries.notices_of(user), PAGE).get_page(request.GET.get("page"))
    told = queries.inbox(user, limit=PAGE, offset=(page.number - 1) * PAGE)
    context = {"page": page, "told": told, "unread_here": queries.unread_count(user)}
    return render(request, "notices/inbox.html", context)


@require_POST
def follow(request: HttpRequest) -> HttpResponse:
    """Follow a public thing, or stop following it; then back to where the button was."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    user = request.user
    if not user.is_authenticated:
        return redirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back})}")
    limits.spend(request, limits.FOLLOW)
    reference = text.clean_line(request.POST.get("reference", ""))[:80]
    if queries.is_following(user, reference):
        following.unfollow(reference=reference, user=user)
        messages.success(request, _("You no longer follow this."))
    elif telling.is_public(reference):
        following.follow(reference=reference, user=user, why="follower")
        messages.success(request, _("You follow this now. We tell you when something happens."))
    else:
        raise Http404
    return redirect(back)


@never_cache
@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """Mails that the demo wrote to a folder instead of sending; not there outside the demo."""
    if not settings.IS_DEMO:
        raise Http404
    context = {"letters": letters.latest(), "states": queries.delivery_counts()}
    return render(request, "notices/outbox.html", context)
