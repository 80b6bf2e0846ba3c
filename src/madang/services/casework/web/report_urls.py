"""Addresses of reports of waste and of requests to change rules. They come before that of a case."""

from __future__ import annotations

from django.urls import URLPattern, path

from madang.services.casework.web import report_filing, report_registers, report_steps

urlpatterns: list[URLPattern] = [
    path("cases/waste/", report_registers.waste, name="waste"),
    path("cases/waste.csv", report_registers.waste_csv, name="waste_csv"),
    path("cases/waste/new/", report_filing.new_waste, name="waste_new"),
    path("cases/waste/<str:ref>/", report_steps.waste_page, name="waste_report"),
    path("cases/regulation/", report_registers.regulation, name="regulation"),
    path("cases/regulation.csv", report_registers.regulation_csv, name="regulation_csv"),
    path("cases/regulation/new/", report_filing.new_regulation, name="regulation_new"),
    path("cases/regulation/<str:ref>/", report_steps.regulation_page, name="regulation_request"),
]
