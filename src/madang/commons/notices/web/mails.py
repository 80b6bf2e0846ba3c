"""Pages about mails: how they come, and how they stop; from the account or from a mail without signing in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from madang.commons.notices import queries
from madang.commons.notices.domain import following, preferring
from madang.commons.notices.models import Follow, Preference, Rhythm
from madang.kernel import manifest
from madang.kernel.errors import RefusedError
from madang.kernel.models import User
from madang.kernel.web import limits

NONE = "none"
HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]


class MailForm(forms.Form):
    """When mails come. Whoever has an account may also read everything on her page alone."""

    rhythm = forms.ChoiceField(
        label=gettext_lazy("When do you want e-mails?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose at once, daily or weekly.")},
    )
    is_quiet = forms.BooleanField(
        label=gettext_lazy("No e-mails at night"),
        required=False,
        help_text=gettext_lazy("What comes in these hours waits until they are over. Nothing is lost."),
    )
    quiet_from = forms.TypedChoiceField(label=gettext_lazy("From"), coerce=int, choices=HOURS)
    quiet_to = forms.TypedChoiceField(label=gettext_lazy("Until"), coerce=int, choices=HOURS)

    def __init__(self, *args: Any, wishes: Preference, **kwargs: Any) -> None:
        self.wishes = wishes
        wants_mail = wishes.user is None or wishes.user.mail_notices
        kwargs["initial"] = {
            "rhythm": wishes.rhythm if wants_mail else NONE,
            "is_quiet": wishes.is_quiet,
            "quiet_from": wishes.quiet_from,
            "quiet_to": wishes.quiet_to,
        }
        super().__init__(*args, **kwargs)
        when = {"hour": f"{settings.DIGEST_HOUR:02}:00", "day": WEEKDAYS[settings.DIGEST_WEEKDAY]}
        choices: list[tuple[str, str]] = [
            (Rhythm.INSTANT.value, str(Rhythm.INSTANT.label)),
            (Rhythm.DAILY.value, _("Once a day at %(hour)s, gathered into one") % when),
            (Rhythm.WEEKLY.value, _("Once a week, %(day)s at %(hour)s, gathered into one") % when),
        ]
        if wishes.user is not None:
            choices.append((NONE, _("Never; I read my notices on my page")))
        self.fields["rhythm"].choices = choices  # type: ignore[attr-defined]

    def save(self) -> None:
        """Write the wishes.

        Raises:
            RefusedError: as `preferring.wish()`.
        """
        kept = dict(self.cleaned_data)
        if kept["rhythm"] == NONE:
            kept |= {"rhythm": self.wishes.rhythm, "wants_mail": False}
        preferring.wish(user=self.wishes.user, address=self.wishes.address, **kept)


def _handle(request: HttpRequest, wishes: Preference, back: str, context: dict[str, Any]) -> HttpResponse:
    """Show the form, or take it in; what was chosen is kept when something is wrong."""
    form = MailForm(request.POST or None, wishes=wishes)
    if request.method == "POST" and form.is_valid():
        try:
            form.save()
        except RefusedError as refused:
            form.add_error("quiet_to", str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect(back)
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "notices/settings.html", {"form": form, **context}, status=status)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mail_settings(request: HttpRequest) -> HttpResponse:
    """When mails come, the private calendar and the way to web hooks: for whoever is signed in."""
    user = request.user
    assert isinstance(user, User)  # login_required, said for the type checker
    wishes = preferring.of(user=user)
    calendar = ""
    if wishes.calendar_token:
        calendar = settings.PUBLIC_URL + reverse("my_calendar", args=[wishes.calendar_token])
    return _handle(
        request,
        wishes,
        reverse("mail_settings"),
        {
            "is_own_page": True,
            "calendar_url": calendar,
            "breadcrumb": [
                {"label": _("Notices"), "url": reverse("notices")},
                {"label": _("E-mails and calendar")},
            ],
        },
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mail_settings_of(request: HttpRequest, token: str) -> HttpResponse:
    """The same from a mail, without signing in. It shows no address and no name: links are passed on."""
    row = queries.behind(token)
    if row is None:
        return render(request, "notices/stop.html", {"unknown": True}, status=404)
    wishes = row if isinstance(row, Preference) else preferring.of_follow(row)
    back = reverse("mail_settings_of", args=[token])
    return _handle(request, wishes, back, {"stop_url": reverse("notices_stop", args=[token])})


@never_cache
@csrf_exempt  # the token is the secret, and mail programs post here without a page of ours (RFC 8058)
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """The stop link of a mail. Opening it changes nothing, for mail scanners open links; the button does.

    From a mail about one thing it stops that thing, and everything with the other button; from a digest everything.
    """
    limits.spend(request, limits.STOP)
    row = queries.behind(token)
    if row is None:
        return render(request, "notices/stop.html", {"unknown": True}, status=404)
    everything = isinstance(row, Preference) or request.POST.get("what") == "everything"
    stopped = request.method == "POST"
    if stopped and everything:
        preferring.stop_everything(row)
    elif stopped:
        following.stop(token)
    link = manifest.links([row.reference]).get(row.reference) if isinstance(row, Follow) else None
    context = {
        "link": link,
        "stopped": stopped,
        "everything": everything,
        "has_account": row.user_id is not None,
        "token": token,
    }
    return render(request, "notices/stop.html", context)
