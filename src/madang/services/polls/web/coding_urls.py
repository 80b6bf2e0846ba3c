"""Addresses of codebooks, coding, agreement and objections."""

from __future__ import annotations

from django.urls import URLPattern, path

from madang.services.polls.web import (
    agreement,
    codebook_public,
    codebooks,
    coded,
    coding,
    objections,
    receipts,
    screen,
)

receipts.add_block(coded.block)

urlpatterns: list[URLPattern] = [
    path("polls/receipt/objection/", coded.object_, name="poll_receipt_object"),
    path("polls/<str:code>/codebook/", codebook_public.public, name="poll_codebook"),
    path("polls/<str:code>/codebook/<int:version>/file/", codebook_public.file, name="poll_codebook_file"),
    path("desk/coding/", coding.mine, name="desk_coding_all"),
    path("desk/coding/<str:code>/", coding.overview, name="desk_coding"),
    path("desk/coding/<str:code>/act/", coding.act, name="desk_coding_act"),
    path("desk/coding/<str:code>/code/", screen.screen, name="desk_code"),
    path("desk/coding/<str:code>/agreement/", agreement.figures, name="desk_agreement"),
    path("desk/coding/<str:code>/rulings/", agreement.queue, name="desk_rulings"),
    path("desk/coding/<str:code>/rulings/<int:response>/", agreement.decide, name="desk_ruling"),
    path("desk/coding/<str:code>/objections/", objections.waiting, name="desk_objections"),
    path("desk/coding/<str:code>/objections/<int:pk>/", objections.one, name="desk_objection"),
    path("desk/coding/<str:code>/codebooks/", codebooks.versions, name="desk_codebooks"),
    path("desk/coding/<str:code>/codebooks/<int:version>/", codebooks.version, name="desk_codebook"),
    path("desk/coding/<str:code>/codebooks/<int:version>/fix/", codebooks.fix, name="desk_codebook_fix"),
    path(
        "desk/coding/<str:code>/codebooks/<int:version>/changes/",
        codebooks.changes,
        name="desk_codebook_changes",
    ),
    path(
        "desk/coding/<str:code>/codebooks/<int:version>/codes/<str:key>/",
        codebooks.entry,
        {"part": "codes"},
        name="desk_codebook_code",
    ),
    path(
        "desk/coding/<str:code>/codebooks/<int:version>/groups/<str:key>/",
        codebooks.entry,
        {"part": "groups"},
        name="desk_codebook_group",
    ),
]
