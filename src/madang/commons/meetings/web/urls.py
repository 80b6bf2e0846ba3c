"""Addresses of the hall: what everybody sees, what people who come see, what those who run it see, and the desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from madang.commons.meetings.web import desk, desk_parts, hall, minutes, public, registering, room

urlpatterns: list[URLPattern] = [
    path("meetings/", public.meetings, name="meetings"),
    path("meetings.ics", public.feed, name="meetings_ics"),
    path("meetings/registration/", registering.open_registration, name="hall_open"),
    path("meetings/confirm/<str:token>/", registering.confirm, name="hall_confirm"),
    path("meetings/helpers/", hall.open_pass, name="hall_pass"),
    path("meetings/<str:number>/", public.meeting, name="meeting"),
    path("meetings/<str:number>/calendar.ics", public.meeting_ics, name="meeting_ics"),
    path("meetings/<str:number>/minutes/", minutes.meeting_minutes, name="meeting_minutes"),
    path(
        "meetings/<str:number>/minutes.csv", minutes.minutes_file, {"kind": "csv"}, name="meeting_minutes_csv"
    ),
    path(
        "meetings/<str:number>/minutes.json",
        minutes.minutes_file,
        {"kind": "json"},
        name="meeting_minutes_json",
    ),
    path("meetings/<str:number>/register/", registering.register, name="hall_register"),
    path("meetings/<str:number>/mine/", registering.mine, name="hall_mine"),
    path("meetings/<str:number>/mine/file/", registering.mine_file, name="hall_mine_file"),
    path("meetings/<str:number>/mine/cancel/", registering.cancel, name="hall_cancel"),
    path("meetings/<str:number>/ticket/<str:ticket>/", registering.ticket, name="hall_ticket"),
    path("meetings/<str:number>/room/", room.hall_room, name="hall_room"),
    path("meetings/<str:number>/room/ask/", room.ask, name="hall_ask"),
    path("meetings/<str:number>/room/speak/", room.speak, name="hall_speak"),
    path("meetings/<str:number>/room/join/", room.join, name="hall_join"),
    path("meetings/<str:number>/room/<int:place>/support/", room.support, name="hall_support"),
    path("meetings/<str:number>/live/", room.hall_live, name="hall_live"),
    path("meetings/<str:number>/hall/", hall.run, name="hall_run"),
    path("meetings/<str:number>/hall/door/", hall.door, name="hall_door"),
    path("meetings/<str:number>/hall/door/read/", hall.read, name="hall_read"),
    path("meetings/<str:number>/hall/tables/<int:place>/", hall.table, name="hall_table"),
    path("meetings/<str:number>/hall/act/", hall.act, name="hall_act"),
    path("meetings/<str:number>/hall/send/", hall.send, name="hall_send"),
    path("meetings/<str:number>/hall/begin/", hall.begin, name="hall_begin"),
    path("meetings/<str:number>/hall/steer/", hall.steer, name="hall_steer"),
    path("meetings/<str:number>/hall/worker.js", hall.worker, name="hall_worker"),
    path("desk/meetings/", desk.desk_meetings, name="desk_meetings"),
    path("desk/meetings/new/", desk.desk_meeting_new, name="desk_meeting_new"),
    path("desk/meetings/<str:number>/", desk.desk_meeting, name="desk_meeting"),
    path("desk/meetings/<str:number>/edit/", desk.desk_meeting_edit, name="desk_meeting_edit"),
    path("desk/meetings/<str:number>/move/", desk.desk_meeting_move, name="desk_meeting_move"),
    path("desk/meetings/<str:number>/cancel/", desk.desk_meeting_cancel, name="desk_meeting_cancel"),
    path("desk/meetings/<str:number>/act/", desk.desk_meeting_act, name="desk_meeting_act"),
    path("desk/meetings/<str:number>/agenda/", desk_parts.desk_agenda, name="desk_agenda"),
    path("desk/meetings/<str:number>/agenda/<int:pk>/", desk_parts.desk_agenda_item, name="desk_agenda_item"),
    path("desk/meetings/<str:number>/people/", desk_parts.desk_registrations, name="desk_registrations"),
    path("desk/meetings/<str:number>/helpers/", desk_parts.desk_tables, name="desk_tables"),
    path("desk/meetings/<str:number>/pack/", desk_parts.desk_pack, name="desk_pack"),
    path("desk/meetings/<str:number>/minutes/", minutes.desk_minutes, name="desk_minutes"),
    path("desk/meetings/<str:number>/minutes/<int:pk>/", minutes.desk_paragraph, name="desk_paragraph"),
]
