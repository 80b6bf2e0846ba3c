"""The forms of passkeys. Apart from `accounts`, which is read while these are still being made."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm, SignupWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

from madang.kernel import text


def _name_field() -> forms.CharField:
    return forms.CharField(
        label=_("Name of this passkey"),
        max_length=60,
        help_text=_("So that you know it again, such as the name of the device."),
        error_messages={
            "required": _("Give it a name, such as the name of the device."),
            "max_length": _("Use at most 60 characters."),
        },
    )


def _clean(name: str) -> str:
    cleaned = text.clean_line(name)
    if not cleaned:
        raise forms.ValidationError(_("Give it a name, such as the name of the device."))
    return cleaned


class _AlwaysPasskey:
    """Every key must be able to stand alone: it lives on the device and asks for finger, face or PIN."""

    cleaned_data: dict[str, Any]

    def clean(self) -> Any:
        self.cleaned_data["passwordless"] = True
        return super().clean()  # type: ignore[misc]


class AddKeyForm(_AlwaysPasskey, AddWebAuthnForm):
    """A passkey for somebody who is signed in."""

    passwordless = None
    name = _name_field()

    def clean_name(self) -> str:
        return _clean(self.cleaned_data["name"])


class FirstKeyForm(_AlwaysPasskey, SignupWebAuthnForm):
    """The passkey that a new account begins with."""

    name = _name_field()

    def clean_name(self) -> str:
        return _clean(self.cleaned_data["name"])


class EditKeyForm(EditWebAuthnForm):
    """Another name for a passkey."""

    name = _name_field()

    def clean_name(self) -> str:
        return _clean(self.cleaned_data["name"])
