"""Addresses of the square."""

from __future__ import annotations

from django.urls import URLPattern, path

from madang.services.square.web import (
    acting,
    backtested,
    building,
    filed,
    files,
    items,
    lists,
    moderation,
    published,
    publishing,
    spaces,
    writing,
)

urlpatterns: list[URLPattern] = [
    path("ideas/", lists.ideas, name="ideas"),
    path("ideas/feed/", published.feed, name="ideas_feed"),
    path("ideas/phases.ics", published.phases, name="phases_ics"),
    path("ideas/new/", writing.write, name="write"),
    path("ideas/new/<slug:slug>/", writing.write_in, name="write_in"),
    path("ideas/similar/", writing.similar, name="similar"),
    path("ideas/filed/", filed.filed, name="filed"),
    path("ideas/filed/receipt/", filed.filed_file, name="filed_file"),
    path("ideas/<str:number>/", items.item, name="item"),
    path("ideas/<str:number>/feed/", published.item_feed, name="item_feed"),
    path("ideas/<str:number>/history/", items.history, name="item_history"),
    path("ideas/<str:number>/clock/", items.counted, name="item_clock"),
    path("ideas/<str:number>/support/", acting.support, name="support"),
    path("ideas/<str:number>/support/undo/", acting.unsupport, name="unsupport"),
    path("ideas/<str:number>/comments/", acting.comment, name="comment"),
    path("ideas/<str:number>/comments/<int:pk>/", acting.comment_form, name="comment_form"),
    path("ideas/<str:number>/flag/", acting.flag, name="flag"),
    path("ideas/<str:number>/withdraw/", acting.withdraw, name="withdraw"),
    path("ideas/<str:number>/objection/", acting.object_to, name="object"),
    path("files/<int:pk>/", files.file, name="file"),
    path("spaces/", spaces.spaces, name="spaces"),
    path("spaces/<slug:slug>/", spaces.space, name="space"),
    path("spaces/<slug:slug>/versions/", spaces.versions, name="space_versions"),
    path("spaces/<slug:slug>/versions/<int:number>/", spaces.version, name="space_version"),
    path("spaces/<slug:slug>/versions/<int:number>.json", spaces.version_file, name="space_version_file"),
    path("desk/spaces/", building.spaces, name="building"),
    path("desk/spaces/new/", building.new, name="building_new"),
    path("desk/spaces/<slug:slug>/", building.space, name="building_space"),
    path("desk/spaces/<slug:slug>/words/", building.part, {"kind": "space"}, name="building_words"),
    path(
        "desk/spaces/<slug:slug>/phases/<slug:key>/", building.part, {"kind": "phases"}, name="building_phase"
    ),
    path(
        "desk/spaces/<slug:slug>/processes/<slug:process>/",
        building.part,
        {"kind": "processes"},
        name="building_process",
    ),
    path(
        "desk/spaces/<slug:slug>/processes/<slug:process>/fields/<str:category>/",
        building.part,
        {"kind": "categories"},
        name="building_category",
    ),
    path(
        "desk/spaces/<slug:slug>/processes/<slug:process>/cells/<slug:key>/",
        building.part,
        {"kind": "cells"},
        name="building_cell",
    ),
    path("desk/spaces/<slug:slug>/amend/", building.amend, name="building_amend"),
    path("desk/spaces/<slug:slug>/preview/", publishing.preview, name="building_preview"),
    path("desk/spaces/<slug:slug>/publish/", publishing.publish, name="building_publish"),
    path("desk/spaces/<slug:slug>/back-test/", backtested.page, name="building_backtest"),
    path("desk/spaces/<slug:slug>/back-test.csv", backtested.page_csv, name="building_backtest_csv"),
    path("desk/spaces/<slug:slug>/<slug:name>/", publishing.step, name="building_step"),
    path("moderation/", moderation.log, name="moderation_log"),
    path("desk/moderation/", moderation.queue, name="moderate"),
]
