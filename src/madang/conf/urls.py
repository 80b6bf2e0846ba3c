"""Every address of the site. Korean pages have no prefix, English ones live under /en/."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from madang.conf.operations import metrics
from madang.portal.web import health


def _of(module: str) -> list[URLPattern | URLResolver]:
    """The addresses of an app, none when it is switched off."""
    owner = module.rpartition(".web")[0] or module.rpartition(".")[0]
    if not any(config.name == owner for config in apps.get_app_configs()) or find_spec(module) is None:
        return []
    found: list[URLPattern | URLResolver] = import_module(module).urlpatterns
    return found


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    *_of("madang.portal.web.api_urls"),
    *_of("madang.commons.ledger.files_urls"),
    *_of("madang.portal.web.oidc_urls"),
    *_of("madang.services.casework.web.open311_urls"),
    *i18n_patterns(
        *_of("madang.portal.web.urls"),
        *_of("madang.commons.ledger.urls"),
        *_of("madang.commons.channels.web.urls"),
        *_of("madang.commons.matters.web.urls"),
        *_of("madang.commons.meetings.web.urls"),
        *_of("madang.commons.notices.urls"),
        *_of("madang.commons.opinions.web.urls"),
        *_of("madang.commons.panels.urls"),
        *_of("madang.services.square.web.urls"),
        *_of("madang.services.hackathons.web.urls"),
        *_of("madang.services.budgeting.web.urls"),
        *_of("madang.services.casework.web.exchange_urls"),
        *_of("madang.services.casework.web.desk_urls"),
        *_of("madang.services.casework.web.urls"),
        *_of("madang.services.polls.web.report_urls"),
        *_of("madang.services.polls.web.coding_urls"),
        *_of("madang.services.polls.web.urls"),
        path("account/", include("allauth.account.urls")),
        path("account/keys/", include("allauth.mfa.urls")),
        path("account/provider/", include("allauth.socialaccount.urls")),
        prefix_default_language=False,
    ),
]

handler400 = "madang.kernel.web.errors.bad_request"
handler404 = "madang.kernel.web.errors.not_found"
handler500 = "madang.kernel.web.errors.server_error"
