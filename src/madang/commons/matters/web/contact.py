"""The link in the one mail that asks whether an address is hers. Works without signing in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from madang.commons.matters.domain import contacts
from madang.commons.matters.web import shown


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask on GET, because mail programs open links by themselves; act on POST."""
    if request.method == "POST":
        if request.POST.get("answer") == "no":
            if contacts.refuse(token=token):
                messages.success(request, _("The address is erased. No more mail will come."))
        else:
            contacts.confirm(token=token)
        return redirect("contact_confirm", token)
    contact = contacts.by_token(token)
    matter = contact.matter if contact else None
    context = {
        "contact": contact,
        "page_url": shown.page_of(matter) if matter is not None and matter.is_public else "",
    }
    return render(request, "matters/confirm.html", context, status=200 if contact else 410)
