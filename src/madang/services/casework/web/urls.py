"""Addresses of the complaint center."""

from __future__ import annotations

from django.urls import URLPattern, path

from madang.services.casework.web import (
    after,
    board,
    case,
    category,
    center,
    center_about,
    desk,
    figures,
    filed,
    filing,
    offline,
    paper,
    report_urls,
)

urlpatterns: list[URLPattern] = [
    path("cases/", board.board, name="cases"),
    path("cases/new/", filing.new, name="case_new"),
    path("cases/filed/", filed.filed, name="case_filed"),
    path("cases/offline/", offline.page, name="case_offline"),
    path("cases/worker.js", offline.worker, name="case_worker"),
    path("cases/ready/", offline.ready, name="case_ready"),
    path("cases/kept/", offline.take, name="case_take"),
    path("cases/paper/", paper.page, name="case_paper"),
    path("cases/figures/", figures.figures, name="case_figures"),
    path("cases/figures/<slug:code>.csv", figures.as_csv, name="case_figures_csv"),
    *report_urls.urlpatterns,
    path("cases/<str:ref>/category/", category.category, name="case_category"),
    path("cases/<str:ref>/", case.case, name="case"),
    path("cases/<str:ref>/join/", after.join, name="case_join"),
    path("cases/<str:ref>/rate/", after.rate, name="case_rate"),
    path("cases/<str:ref>/not-fixed/", after.not_fixed, name="case_not_fixed"),
    path("desk/center/", center.center, name="desk_center_first"),
    path("desk/center/new/", center_about.set_up, name="desk_center_new"),
    path("desk/center/about/", center_about.about, name="desk_center_about"),
    path("desk/center/<slug:table>/", center.center, name="desk_center"),
    path("desk/center/<slug:table>.csv", center.center_csv, name="desk_center_csv"),
    path("desk/cases/<int:pk>/", desk.desk_case, name="desk_case"),
    path("desk/cases/<int:pk>/photos/", desk.photos, name="desk_case_photos"),
    path("desk/cases/<int:pk>/<str:verb>/", desk.act, name="desk_case_act"),
]
