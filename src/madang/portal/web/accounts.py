"""How people sign up and in: e-mail with password or code, and a name shown to others."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from madang.kernel import text
from madang.kernel.models import User
from madang.kernel.web import addresses


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
        user.language = "en" if (get_language() or "ko").startswith("en") else "ko"
        user.save(update_fields=["name", "language"])


class Adapter(DefaultAccountAdapter):
    """No username; the account is the e-mail address. Mails are Madang's own, in the person's language."""

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        return

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that limits on signing in count by: the same as for all other limits."""
        found = addresses.client_address(request)
        return str(found) if found is not None else super().get_client_ip(request)

    def render_mail(
        self, template_prefix: str, email: Any, context: dict[str, Any], headers: Any = None
    ) -> Any:
        """The mail from `portal/mail/…`, in the language of the account where one is known."""
        user = context.get("user") or User.objects.filter(email__iexact=str(email)).only("language").first()
        language = getattr(user, "language", None) or get_language() or "ko"
        own = template_prefix.replace("account/email/", "portal/mail/")
        with translation.override(language):
            return super().render_mail(own, email, context, headers)

    def format_email_subject(self, subject: str) -> str:
        """The subject as the template says it; the sender's name tells which site it is."""
        return subject


def display(user: User) -> str:
    return user.shown_name
