"""Addresses of conversations."""

from __future__ import annotations

from django.urls import URLPattern, path

from madang.commons.opinions.web import desk, hall, lists, maps, results, taking, writing

urlpatterns: list[URLPattern] = [
    path("opinions/", lists.conversations, name="opinions"),
    path("o/<str:code>/", lists.short, name="opinion_short"),
    path("opinions/<str:code>/", taking.take, name="opinion"),
    path("opinions/<str:code>/answer/", taking.answer, name="opinion_answer"),
    path("opinions/<str:code>/mine/", taking.mine, name="opinion_mine"),
    path("opinions/<str:code>/mine/withdraw/", taking.withdraw, name="opinion_withdraw"),
    path("opinions/<str:code>/write/", writing.write, name="opinion_write"),
    path("opinions/<str:code>/write/<int:place>/", writing.reword, name="opinion_reword"),
    path("opinions/<str:code>/map/", maps.map_, name="opinion_map"),
    path("opinions/<str:code>/statements/", maps.statements, name="opinion_statements"),
    path("opinions/<str:code>/results/", results.results, name="opinion_results"),
    path("opinions/<str:code>/results.zip", results.files, name="opinion_files"),
    path("opinions/<str:code>/results.json", results.engine_json, name="opinion_json"),
    path("opinions/<str:code>/record/", results.record, name="opinion_record"),
    path("opinions/<str:code>/log/", results.log, name="opinion_log"),
    path("opinions/<str:code>/hall/", hall.hall, name="opinion_hall"),
    path("desk/opinions/", desk.mine, name="opinions_desk"),
    path("desk/opinions/new/", desk.new, name="opinion_new"),
    path("desk/opinions/<str:code>/", desk.lead, name="opinion_lead"),
    path("desk/opinions/<str:code>/close/", desk.close, name="opinion_close"),
]
