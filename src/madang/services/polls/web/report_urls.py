"""Addresses of reports, for everyone and for the desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from madang.services.polls.web import editions, publishing, reports

urlpatterns: list[URLPattern] = [
    path("polls/<str:code>/report/", reports.report, name="poll_report"),
    path("polls/<str:code>/report/<int:edition>/", reports.report, name="poll_report_of"),
    path("polls/<str:code>/report/<int:edition>/words/", reports.words, name="poll_words"),
    path("polls/<str:code>/report/<int:edition>/codebook/", reports.codebook, name="poll_report_codebook"),
    path("polls/<str:code>/report/<int:edition>/report.pdf", reports.pdf, name="poll_report_pdf"),
    path("polls/<str:code>/report/<int:edition>/bundle.zip", reports.bundle, name="poll_report_bundle"),
    path("polls/<str:code>/report/<int:edition>/<slug:name>.csv", reports.table, name="poll_report_csv"),
    path("desk/polls/<str:code>/report/", publishing.desk, name="poll_report_desk"),
    path("desk/polls/<str:code>/report/progress/", publishing.progress, name="poll_report_progress"),
    path(
        "desk/polls/<str:code>/report/publishing/<int:number>/", editions.publication, name="poll_publication"
    ),
    path(
        "desk/polls/<str:code>/report/publishing/<int:number>/progress/",
        editions.progress,
        name="poll_publication_progress",
    ),
    path("desk/polls/<str:code>/report/preview/", publishing.preview, name="poll_report_preview"),
]
