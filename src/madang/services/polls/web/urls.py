"""Addresses of polls, for everyone and for the desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from madang.services.polls.web import answering, bringing, building, lists, receipts

urlpatterns: list[URLPattern] = [
    path("polls/", lists.polls, name="polls"),
    path("polls.ics", lists.calendar, name="polls_ics"),
    path("polls/receipt/", receipts.receipt, name="poll_receipt"),
    path("polls/<str:code>/", answering.poll, name="poll"),
    path("polls/<str:code>/embed/", answering.embed, name="poll_embed"),
    path("desk/polls/", building.polls_desk, name="polls_desk"),
    path("desk/polls/new/", building.new, name="poll_new"),
    path("desk/polls/bring-in/", bringing.bring_in, name="poll_bring_in"),
    path("desk/polls/<str:code>/", building.lead, name="poll_lead"),
    path("desk/polls/<str:code>/edit/", building.edit, name="poll_edit"),
    path("desk/polls/<str:code>/preview/", building.preview, name="poll_preview"),
    path("desk/polls/<str:code>/open/", building.open_, name="poll_open"),
    path("desk/polls/<str:code>/close/", building.close, name="poll_close"),
    path("desk/polls/<str:code>/act/", building.act, name="poll_act"),
]
