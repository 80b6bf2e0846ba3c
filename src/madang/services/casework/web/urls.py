"""Addresses of the complaint center."""

from __future__ import annotations

from django.urls import URLPattern, path

from madang.services.casework.web import board, case, filed, filing, report_urls

urlpatterns: list[URLPattern] = [
    path("cases/", board.board, name="cases"),
    path("cases/new/", filing.new, name="case_new"),
    path("cases/filed/", filed.filed, name="case_filed"),
    *report_urls.urlpatterns,
    path("cases/<str:ref>/", case.case, name="case"),
]
