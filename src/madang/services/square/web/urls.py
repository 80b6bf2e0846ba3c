"""Addresses of the square."""

from __future__ import annotations

from django.urls import URLPattern, path

from madang.services.square.web import acting, filed, files, items, lists, moderation, published, writing

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
    path("moderation/", moderation.log, name="moderation_log"),
    path("desk/moderation/", moderation.queue, name="moderate"),
]
