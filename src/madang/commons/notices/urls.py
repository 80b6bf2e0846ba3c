from __future__ import annotations

from django.urls import path

from madang.commons.notices import web

urlpatterns = [
    path("my/notices/", web.notices, name="notices"),
    path("follow/", web.follow, name="follow"),
    path("stop/<str:token>/", web.stop, name="notices_stop"),
    path("outbox/", web.outbox, name="outbox"),
]
