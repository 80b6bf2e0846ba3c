"""Addresses of panels, for everyone and for the desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from madang.commons.panels.web import ceremony, desk, lots, public, register, sittings

urlpatterns: list[URLPattern] = [
    path("panels/", public.panels, name="panels"),
    path("panels/verify_lot.py", public.program, name="panel_program"),
    path("panels/invitation/", ceremony.invitation, name="panel_invitation"),
    path("panels/invitation/<str:token>/", ceremony.invited, name="panel_invited"),
    path("panels/<slug:slug>/", public.panel, name="panel"),
    path("panels/<slug:slug>/sittings/", public.sittings, name="panel_sittings"),
    path("panels/<slug:slug>/<int:number>/check/", public.check, name="panel_check"),
    path("panels/<slug:slug>/<int:number>/check.html", public.check_file, name="panel_check_file"),
    path("panels/<slug:slug>/<int:number>/lot.json", public.bundle_file, name="panel_bundle"),
    path("panels/<slug:slug>/<int:number>/dice/", ceremony.throw, name="panel_dice"),
    path("desk/panels/", desk.desk_panels, name="desk_panels"),
    path("desk/panels/<slug:slug>/", desk.desk_panel, name="desk_panel"),
    path("desk/panels/<slug:slug>/about/", desk.desk_about, name="desk_panel_about"),
    path("desk/panels/<slug:slug>/register/", register.desk_register, name="desk_panel_register"),
    path("desk/panels/<slug:slug>/columns/", register.desk_columns, name="desk_panel_columns"),
    path("desk/panels/<slug:slug>/plan/", register.desk_plan, name="desk_panel_plan"),
    path("desk/panels/<slug:slug>/prepare/", lots.desk_prepare, name="desk_panel_prepare"),
    path("desk/panels/<slug:slug>/making/", desk.desk_making, name="desk_panel_making"),
    path("desk/panels/<slug:slug>/freeze/", lots.desk_freeze, name="desk_panel_freeze"),
    path("desk/panels/<slug:slug>/open/", lots.desk_open, name="desk_panel_open"),
    path("desk/panels/<slug:slug>/void/", lots.desk_void, name="desk_panel_void"),
    path("desk/panels/<slug:slug>/close/", lots.desk_close, name="desk_panel_close"),
    path("desk/panels/<slug:slug>/sittings/", sittings.desk_sittings, name="desk_panel_sittings"),
    path("desk/panels/<slug:slug>/sittings/<int:number>/", sittings.desk_sitting, name="desk_panel_sitting"),
    path("desk/panels/<slug:slug>/seats/<int:pk>/", lots.desk_seat, name="desk_panel_seat"),
]
