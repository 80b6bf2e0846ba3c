"""The outside identity provider (OpenID Connect): stricter than the library where it matters.

Code flow with PKCE, state and nonce; the signature of the identity token is always checked; an address counts
as verified only when the provider says so with a plain `true`; of what the provider tells, nothing is kept but
its number for the person and whether she is a resident; where the site asks for them, her district and her birth date.
"""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from requests import RequestException

from madang.kernel import places, sealing

SLUG = "oidc"
NONCES = "oidc.nonces"
MOST = 10


class TokenAdapter(OpenIDConnectOAuth2Adapter):
    """Reads the identity token with its signature, issuer, audience, time and nonce."""

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        claims: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        nonces = self.request.session.get(NONCES, [])
        if claims.get("nonce") not in nonces:
            raise OAuth2Error("the identity token was made for another sign-in")
        self.request.session[NONCES] = [nonce for nonce in nonces if nonce != claims["nonce"]]
        return claims

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **named: Any) -> Any:
        if not named["response"].get("id_token"):
            raise OAuth2Error("the provider sent no identity token")
        return super().complete_login(request, app, token, **named)


class Provider(OpenIDConnectProvider):
    """The provider named by OIDC_URL."""

    oauth2_adapter_class = TokenAdapter

    def redirect_from_request(self, request: HttpRequest) -> HttpResponse:
        """On to the provider; a provider that cannot be reached gives a calm page."""
        from allauth.socialaccount.helpers import render_authentication_error

        try:
            answer: HttpResponse = super().redirect_from_request(request)
        except (RequestException, KeyError) as error:
            answer = render_authentication_error(request, self, exception=error)
        return answer

    def get_auth_params_from_request(self, request: HttpRequest, action: Any) -> dict[str, Any]:
        """A fresh nonce; nothing from the address of the request reaches the provider."""
        nonce = secrets.token_urlsafe(24)
        request.session[NONCES] = [*request.session.get(NONCES, []), nonce][-MOST:]
        return {**self.get_auth_params(), "nonce": nonce}

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        scope: list[str] = self.get_scope()
        return scope

    def extract_uid(self, data: dict[str, Any]) -> str:
        """The number in the signed token; what was fetched beside it must speak of the same person."""
        number = str(data["id_token"]["sub"])
        if str((data.get("userinfo") or {}).get("sub", number)) != number:
            raise OAuth2Error("token and user info speak of two people")
        return number

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        told = _claims(data)
        if not told.get("email"):
            return []
        verified = told.get("email_verified") is True
        return [EmailAddress(email=told["email"], verified=verified, primary=True)]

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        told = _claims(data)
        return {"resident": is_resident(told), **facts(told)}


def _claims(data: dict[str, Any]) -> dict[str, Any]:
    """What the provider says; the signed token wins over what was fetched beside it."""
    return {**(data.get("userinfo") or {}), **(data.get("id_token") or {})}


def is_resident(claims: dict[str, Any]) -> bool:
    """Whether the claims hold what OIDC_RESIDENT names (`claim=value`; a claim that is a list may contain it)."""
    name, _equals, wanted = settings.OIDC_RESIDENT.partition("=")
    if not name or not wanted:
        return False
    told = claims.get(name)
    values = told if isinstance(told, list) else [told]
    return any(str(value).lower() == wanted.lower() for value in values if value is not None)


def facts(claims: dict[str, Any]) -> dict[str, str]:
    """District and sealed birth date, where a setting names their claims and the provider tells what can be read."""
    found = {}
    district = str(claims.get(settings.OIDC_DISTRICT) or "") if settings.OIDC_DISTRICT else ""
    if places.district(district) is not None:
        found["district"] = district
    try:
        born = date.fromisoformat(str(claims[settings.OIDC_BIRTHDATE])) if settings.OIDC_BIRTHDATE else None
    except (KeyError, ValueError):
        born = None
    if born is not None:
        found["born"] = sealing.seal(born.isoformat(), "person")
    return found


def born_of(told: dict[str, Any]) -> date | None:
    """The birth date in what was kept of the provider's word."""
    try:
        return date.fromisoformat(sealing.unseal(told["born"], "person"))
    except (KeyError, ValueError):
        return None


def is_set_up() -> bool:
    return bool(settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"])


provider_classes = [Provider]
