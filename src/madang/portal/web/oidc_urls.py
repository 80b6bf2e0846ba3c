"""Addresses of the outside provider: one for all languages, because the provider has to know them by heart."""

from __future__ import annotations

from django.urls import path

from madang.portal.web import signin

urlpatterns = [
    path("account/oidc/<str:provider_id>/login/", signin.provider_login, name="openid_connect_login"),
    path(
        "account/oidc/<str:provider_id>/callback/", signin.provider_callback, name="openid_connect_callback"
    ),
]
