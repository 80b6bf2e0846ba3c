"""Addresses of the API: no language in the path, but for the page that describes it."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, path, re_path

from madang.portal.api import problems
from madang.portal.api.app import build
from madang.portal.api.docs import docs
from madang.portal.api.door import door

api = build()


def _through_the_door() -> tuple[list[URLPattern], str, str]:
    patterns, app_name, namespace = api.urls
    made = [
        # ninja's root only names where the API begins; nothing is there.
        path(
            str(pattern.pattern),
            door(problems.unknown_address if pattern.name == "api-root" else pattern.callback),
            name=pattern.name,
        )
        for pattern in patterns
        if isinstance(pattern, URLPattern)
    ]
    return made, app_name, namespace


urlpatterns: list[URLPattern | URLResolver] = [
    *i18n_patterns(path("api/v1/docs", docs, name="api_docs"), prefix_default_language=False),
    path("api/v1/", _through_the_door()),
    re_path(r"^api/(?P<rest>.*)$", door(problems.unknown_address)),
]
