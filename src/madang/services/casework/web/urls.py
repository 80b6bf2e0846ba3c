"""Addresses of the complaint center."""

from __future__ import annotations

from django.urls import URLPattern, path

from madang.services.casework.web import board, case, category, figures, filed, filing

urlpatterns: list[URLPattern] = [
    path("cases/", board.board, name="cases"),
    path("cases/new/", filing.new, name="case_new"),
    path("cases/filed/", filed.filed, name="case_filed"),
    path("cases/figures/", figures.figures, name="case_figures"),
    path("cases/figures/<slug:code>.csv", figures.as_csv, name="case_figures_csv"),
    path("cases/<str:ref>/category/", category.category, name="case_category"),
    path("cases/<str:ref>/", case.case, name="case"),
]
