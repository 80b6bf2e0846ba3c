"""My tokens: make one, see it once, see what they may do and when they were used, end them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from madang.kernel import clock
from madang.kernel.errors import RefusedError
from madang.kernel.web import limits
from madang.kernel.web.acting import actor_of
from madang.portal.api import tokens


class TokenForm(forms.Form):
    """What a new token is for, what it may do, and how long."""

    name = forms.CharField(
        label=gettext_lazy("What the token is for"),
        max_length=60,
        help_text=gettext_lazy("The program or the device, so that you know later which one to end."),
        error_messages={
            "required": gettext_lazy("Give the token a name, so that you know later what it was for."),
            "max_length": gettext_lazy("Use at most 60 characters."),
        },
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What the program may do"),
        choices=list(tokens.SCOPES.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Choose only what it needs. It can never do an official act."),
        error_messages={"required": gettext_lazy("Choose at least one thing that the token may do.")},
    )
    days = forms.TypedChoiceField(label=gettext_lazy("Valid for"), coerce=int)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["days"].choices = [  # type: ignore[attr-defined]
            (days, ngettext("%(n)s day", "%(n)s days", days) % {"n": days}) for days in tokens.DAYS
        ]


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own_tokens(request: HttpRequest) -> HttpResponse:
    """The list with its form. A new token stands on the page that answers the form, and never again."""
    form, plain, status = TokenForm(request.POST or None, initial={"days": tokens.DAYS[1]}), "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            limits.spend(request, limits.MAKE_TOKEN)
            try:
                _made, plain = tokens.make(actor=actor_of(request), **form.cleaned_data)
            except RefusedError as refused:
                field = refused.code.removeprefix("token.")
                form.add_error(field if field in form.fields else None, str(refused))
            else:
                form, status = TokenForm(initial={"days": tokens.DAYS[1]}), 201
    context = {
        "form": form,
        "plain": plain,
        "rows": [_row(token) for token in tokens.of(actor_of(request).account)[:50]],
        "breadcrumb": [{"label": _("My page"), "url": reverse("me")}, {"label": _("Tokens for programs")}],
    }
    return render(request, "portal/tokens.html", context, status=status)


def _row(token: Any) -> dict[str, Any]:
    if token.revoked_at is not None:
        state = {"label": _("Revoked"), "tone": "", "icon": "lock"}
    elif token.is_valid(clock.now()):
        state = {"label": _("Valid"), "tone": "jade", "icon": "check"}
    else:
        state = {"label": _("Run out"), "tone": "ochre", "icon": "clock"}
    return {
        "token": token,
        "state": state,
        "scopes": [str(tokens.SCOPES[scope]) for scope in token.scopes if scope in tokens.SCOPES],
        "can_end": token.is_valid(clock.now()),
    }


@require_POST
@login_required
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """End one token at once."""
    if not tokens.revoke(actor=actor_of(request), key=pk):
        raise Http404
    messages.success(request, _("The token is revoked. It opens nothing any more."))
    return HttpResponseRedirect(reverse("tokens"))
