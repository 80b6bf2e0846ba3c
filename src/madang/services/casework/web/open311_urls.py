"""Addresses of Open311: no language in the path, any case of the ending, with or without a slash behind it."""

from __future__ import annotations

from django.urls import URLPattern, re_path

from madang.services.casework.open311 import answering, bulk, views

END = r"(?:\.(?P<form>\w+))?/?$"
ID = r"[^/]+?"

urlpatterns: list[URLPattern] = [
    re_path(rf"^open311/(?:v2/)?discovery{END}", views.discovery, name="open311_discovery"),
    re_path(rf"^open311/v2/services{END}", views.services, name="open311_services"),
    re_path(rf"^open311/v2/services/(?P<code>{ID}){END}", views.definition, name="open311_definition"),
    re_path(r"^open311/v2/requests\.csv$", bulk.requests_csv, name="open311_bulk"),
    re_path(rf"^open311/v2/requests{END}", views.requests, name="open311_requests"),
    re_path(rf"^open311/v2/requests/(?P<number>{ID}){END}", views.request, name="open311_request"),
    re_path(rf"^open311/v2/request/(?P<number>{ID}){END}", views.bare_request),
    re_path(rf"^open311/v2/tokens/(?P<token>{ID}){END}", views.token, name="open311_token"),
    re_path(
        rf"^open311/v2/servicerequestupdates{END}", views.service_request_updates, name="open311_updates"
    ),
    re_path(r"^open311/v2/(?P<rest>.*)$", answering.unknown),
]
