"""Addresses of budgeting."""

from __future__ import annotations

from django.urls import URLPattern, path

from madang.services.budgeting.web import (
    desk_rounds,
    history,
    pages,
    projects,
    proposals,
    propose,
    rehearsing,
    results,
    round_editing,
    rounds,
    screening,
    voting,
)

urlpatterns: list[URLPattern] = [
    path("budget/", pages.elections, name="elections"),
    path("budget/count.pyz", pages.count_program, name="budget_program"),
    path("budget/history/", history.history, name="budget_history"),
    path("budget/rounds/<slug:slug>/", rounds.overview, name="budget_round"),
    path("budget/rounds/<slug:slug>/round.json", rounds.announced_json, name="budget_round_json"),
    path("budget/rounds/<slug:slug>/calendar.ics", rounds.calendar, name="budget_round_ics"),
    path("desk/budget/", desk_rounds.desk, name="desk_rounds"),
    path("desk/budget/new/", round_editing.new, name="desk_round_new"),
    path("desk/budget/<slug:slug>/", desk_rounds.overview, name="desk_round"),
    path("desk/budget/<slug:slug>/edit/", round_editing.edit, name="desk_round_edit"),
    path("desk/budget/<slug:slug>/announce/", desk_rounds.announce, name="desk_round_announce"),
    path("desk/budget/<slug:slug>/call-off/", desk_rounds.call_off, name="desk_round_call_off"),
    path("desk/budget/<slug:slug>/rehearsal/", rehearsing.rehearsal, name="desk_round_rehearsal"),
    path("desk/budget/<slug:slug>/trial/", rehearsing.trial, name="desk_round_trial"),
    path("budget/rounds/<slug:slug>/propose/", propose.propose, name="budget_propose"),
    path("budget/rounds/<slug:slug>/propose/similar/", propose.similar, name="budget_similar"),
    path("budget/rounds/<slug:slug>/proposals/", proposals.proposals, name="budget_proposals"),
    path("budget/rounds/<slug:slug>/proposals.csv", proposals.proposals_csv, name="budget_proposals_csv"),
    path("budget/rounds/<slug:slug>/proposals/<str:number>/", proposals.proposal, name="budget_proposal"),
    path("budget/rounds/<slug:slug>/projects/", projects.projects, name="budget_projects"),
    path("budget/rounds/<slug:slug>/projects/<str:code>/", projects.project, name="budget_project"),
    path("desk/budget/<slug:slug>/proposals/", screening.proposals, name="desk_proposals"),
    path("desk/budget/<slug:slug>/proposals/<str:number>/", screening.proposal, name="desk_proposal"),
    path("desk/budget/<slug:slug>/projects/<str:code>/", screening.project, name="desk_budget_project"),
    path("desk/budget/<slug:slug>/ballot/", screening.ballot, name="desk_ballot"),
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
