"""Addresses of hackathons, for everyone and for the desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from madang.services.hackathons.web import desk, jury, public, teams

urlpatterns: list[URLPattern] = [
    path("hackathons/", public.hackathons, name="hackathons"),
    path("hackathons/<slug:slug>/", public.hackathon, name="hackathon"),
    path("hackathons/<slug:slug>/hackathon.json", public.as_json, name="hackathon_json"),
    path("hackathons/<slug:slug>/results/", public.results, name="hackathon_results"),
    path("hackathons/<slug:slug>/vote/", public.vote, name="hackathon_vote"),
    path("hackathons/<slug:slug>/mentors/", teams.mentors, name="hackathon_mentors"),
    path("hackathons/<slug:slug>/jury/", jury.jury, name="hackathon_jury"),
    path("hackathons/<slug:slug>/jury/<int:pk>/", jury.score, name="hackathon_score"),
    path("hackathons/<slug:slug>/jury/hand-in/", jury.hand_in, name="hackathon_jury_hand_in"),
    path("hackathons/<slug:slug>/teams/new/", teams.new, name="hackathon_team_new"),
    path("hackathons/<slug:slug>/teams/<int:pk>/", teams.team, name="hackathon_team"),
    path("hackathons/<slug:slug>/teams/<int:pk>/act/", teams.act, name="hackathon_team_act"),
    path("hackathons/<slug:slug>/teams/<int:pk>/submission/", teams.submission, name="hackathon_submission"),
    path("hackathons/<slug:slug>/teams/<int:pk>/files/<int:file>/", teams.file, name="hackathon_file"),
    path("desk/hackathons/", desk.hackathons, name="desk_hackathons"),
    path("desk/hackathons/follow-ups/<int:pk>/", desk.followup, name="desk_hackathon_followup"),
    path("desk/hackathons/<slug:slug>/", desk.hackathon, name="desk_hackathon"),
    path("desk/hackathons/<slug:slug>/act/", desk.act, name="desk_hackathon_act"),
]
