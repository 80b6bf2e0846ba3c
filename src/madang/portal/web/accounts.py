"""How people sign up and in: e-mail with password or code, passkeys, an outside provider; a name shown to others."""

from __future__ import annotations

import logging
import smtplib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django import forms
from django.core.mail import get_connection
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from madang.kernel import text
from madang.kernel.errors import RefusedError
from madang.kernel.models import User
from madang.kernel.saying import tongue
from madang.kernel.web import addresses

log = logging.getLogger("madang.web")
MAIL_SECONDS = 5
"""How long a page waits for a silent mail server; the worker has more time."""
MFA_STAGE = "allauth.mfa.stages.AuthenticateStage"


class SignupForm(forms.Form):
    """The extra question at sign-up. allauth adds e-mail and password."""

    name = forms.CharField(
        label=_("Name shown to others"),
        max_length=40,
        help_text=_("A nickname is fine. Your e-mail address is never shown."),
        error_messages={
            "required": _("Write the name that others see. A nickname is fine."),
            "max_length": _("Use at most 40 characters."),
        },
    )

    def clean_name(self) -> str:
        name = text.clean_line(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("Write the name that others see. A nickname is fine."))
        return name

    def signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.language = tongue()
        user.save(update_fields=["name", "language"])


class Adapter(DefaultAccountAdapter):
    """No username; the account is the e-mail address. Mails are Madang's own, in the person's language."""

    # The library's own sentences do not say what to do next.
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "E-mail address or password is not right. Check both, or sign in with a code by e-mail."
        ),
        "enter_current_password": _("Type the password that you use now."),
        "incorrect_code": _("This code is not right. Type the one from the newest mail."),
        "incorrect_password": _("This password is not right. Type it again."),
        "invalid_or_expired_key": _("This link is too old or was used already. Ask for a new one."),
        "rate_limited": _("That was a lot at once. Wait a little and go on."),
        "same_as_current": _("This is what it is already. Type a new one."),
        "too_many_login_attempts": _("Too many wrong tries. Wait five minutes, then try again."),
        "unverified_primary_email": _("Confirm your e-mail address first."),
    }

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        return

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that limits on signing in count by: the same as for all other limits."""
        found = addresses.client_address(request)
        return str(found) if found is not None else super().get_client_ip(request)

    def get_login_stages(self) -> list[str]:
        """A passkey is a way in, not a second step after another one: losing it must lock nobody out."""
        return [stage for stage in super().get_login_stages() if stage != MFA_STAGE]

    def render_mail(
        self, template_prefix: str, email: Any, context: dict[str, Any], headers: Any = None
    ) -> Any:
        """The mail from `portal/mail/…`, in the language of the account where one is known."""
        user = context.get("user") or User.objects.filter(email__iexact=str(email)).only("language").first()
        language = getattr(user, "language", None) or get_language() or "ko"
        own = f"portal/mail/{template_prefix.rpartition('/')[2]}"
        with translation.override(language):
            mail = super().render_mail(own, email, context, headers)
        mail.connection = get_connection(timeout=MAIL_SECONDS)
        return mail

    def send_mail(self, template_prefix: str, email: Any, context: dict[str, Any]) -> None:
        """Send it now: she waits for it on the next page.

        Raises:
            RefusedError: 503, the mail server takes nothing. The same whether the address has an account or not.
        """
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, smtplib.SMTPException) as error:
            log.error("no mail of an account leaves: %s", type(error).__name__)
            raise RefusedError(
                _(
                    "No e-mail leaves this site just now, so it could not be sent. Try again in some minutes. With a "
                    "password or a passkey you can sign in meanwhile."
                ),
                "mail.away",
                status=503,
            ) from error

    def send_notification_mail(self, template_prefix: str, user: Any, *args: Any, **named: Any) -> None:
        """Tell her what was changed about her account. It was changed: a mail server that is away takes nothing back."""
        try:
            super().send_notification_mail(template_prefix, user, *args, **named)
        except RefusedError:
            log.warning("nobody was told by mail of %s", template_prefix)

    def format_email_subject(self, subject: str) -> str:
        """The subject as the template says it; the sender's name tells which site it is."""
        return subject


class KeyAdapter(DefaultMFAAdapter):
    """Passkeys: their names, and what a browser shows beside them."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _(
            "This passkey was not accepted. It may have been deleted here, or the page was open for too long. Try again."
        ),
        "unverified_email": _("Confirm your e-mail address first; then add a passkey."),
    }

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002 - the library names it
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return now_("Passkey %(number)s") % {"number": count + 1}

    def _get_site_name(self) -> str:
        return now_("Madang")


class ProviderAdapter(DefaultSocialAccountAdapter):
    """Accounts that come from the outside provider."""

    error_messages = {
        **DefaultSocialAccountAdapter.error_messages,
        "connected_other": _(
            "This account of the provider belongs to another account here. Sign in with it, or disconnect it there first."
        ),
    }

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        user = super().populate_user(request, sociallogin, data)
        user.name = text.clean_line(data.get("name") or "")[:40]
        return user

    def get_signup_form_initial_data(self, sociallogin: Any) -> dict[str, Any]:
        return {**super().get_signup_form_initial_data(sociallogin), "name": sociallogin.user.name}

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        return reverse("security")


def display(user: User) -> str:
    return user.shown_name
