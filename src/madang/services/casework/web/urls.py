"""Addresses of the complaint center."""

from __future__ import annotations

from django.urls import URLPattern, path

from madang.services.casework.web import board, case, filed, filing, offline, paper

urlpatterns: list[URLPattern] = [
    path("cases/", board.board, name="cases"),
    path("cases/new/", filing.new, name="case_new"),
    path("cases/filed/", filed.filed, name="case_filed"),
    path("cases/offline/", offline.page, name="case_offline"),
    path("cases/worker.js", offline.worker, name="case_worker"),
    path("cases/ready/", offline.ready, name="case_ready"),
    path("cases/kept/", offline.take, name="case_take"),
    path("cases/paper/", paper.page, name="case_paper"),
    path("cases/<str:ref>/", case.case, name="case"),
]
