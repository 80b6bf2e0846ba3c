"""Pages about other systems: what developers read, the outbox, and the import of old cases."""

from __future__ import annotations

from django.urls import URLPattern, path

from madang.services.casework.web import developers

urlpatterns: list[URLPattern] = [
    path("open311/", developers.developers, name="open311"),
]
