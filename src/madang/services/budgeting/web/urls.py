"""Addresses of budgeting."""

from __future__ import annotations

from django.urls import URLPattern, path

from madang.services.budgeting.web import history, pages, results, rounds, voting

urlpatterns: list[URLPattern] = [
    path("budget/", pages.elections, name="elections"),
    path("budget/count.pyz", pages.count_program, name="budget_program"),
    path("budget/history/", history.history, name="budget_history"),
    path("budget/rounds/<slug:slug>/", rounds.overview, name="budget_round"),
    path("budget/rounds/<slug:slug>/vote/", voting.vote, name="budget_vote"),
    path("budget/rounds/<slug:slug>/vote/<slug:code>/", voting.ballot, name="budget_ballot"),
    path("budget/rounds/<slug:slug>/receipt/", voting.find, name="budget_find"),
    path("budget/rounds/<slug:slug>/result/", results.result, name="budget_result"),
    path("budget/rounds/<slug:slug>/result/<slug:code>/seals.txt", results.seals, name="budget_seals"),
    path("desk/budget/<slug:slug>/decide/", results.decide, name="budget_decide"),
    path("budget/<slug:slug>/", pages.election, name="election"),
    path("budget/<slug:slug>/ballots.pb", pages.ballots, name="election_ballots"),
    path("budget/<slug:slug>/count.json", pages.count_json, name="election_count_json"),
    path("budget/<slug:slug>/count.csv", pages.count_csv, name="election_count_csv"),
    path("budget/<slug:slug>/<str:code>/", pages.item, name="election_item"),
]
