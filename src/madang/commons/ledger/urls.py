"""The page; in both languages."""

from __future__ import annotations

from django.urls import path

from madang.commons.ledger import offline, web

urlpatterns = [
    path("ledger/", web.page, name="ledger"),
    path("ledger/verify.html", offline.page, name="ledger_offline"),
]
