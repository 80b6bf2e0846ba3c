"""Addresses of budgeting."""

from __future__ import annotations

from django.urls import URLPattern, path

from madang.services.budgeting.web import history, pages, progress, progress_desk, rounds

urlpatterns: list[URLPattern] = [
    path("budget/", pages.elections, name="elections"),
    path("budget/count.pyz", pages.count_program, name="budget_program"),
    path("budget/history/", history.history, name="budget_history"),
    path("budget/rounds/<slug:slug>/", rounds.overview, name="budget_round"),
    path("budget/rounds/<slug:slug>/progress/", progress.overview, name="budget_progress"),
    path(
        "budget/rounds/<slug:slug>/progress/projects.csv",
        progress.projects_csv,
        name="budget_progress_projects",
    ),
    path(
        "budget/rounds/<slug:slug>/progress/figures.csv",
        progress.figures_csv,
        name="budget_progress_figures",
    ),
    path(
        "budget/rounds/<slug:slug>/projects/<str:code>/progress/",
        progress.project,
        name="budget_project_progress",
    ),
    path(
        "budget/rounds/<slug:slug>/projects/<str:code>/files/<int:file>/",
        progress.file,
        name="budget_stage_file",
    ),
    path("desk/budget/<slug:slug>/progress/", progress_desk.overview, name="desk_budget_progress"),
    path("desk/budget/<slug:slug>/progress/<str:code>/", progress_desk.report, name="desk_budget_report"),
    path("budget/<slug:slug>/", pages.election, name="election"),
    path("budget/<slug:slug>/ballots.pb", pages.ballots, name="election_ballots"),
    path("budget/<slug:slug>/count.json", pages.count_json, name="election_count_json"),
    path("budget/<slug:slug>/count.csv", pages.count_csv, name="election_count_csv"),
    path("budget/<slug:slug>/<str:code>/", pages.item, name="election_item"),
]
