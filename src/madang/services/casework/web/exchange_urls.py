"""Pages about other systems: what developers read, the outbox, and the import of old cases."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from madang.services.casework.web import developers, old, outbox

urlpatterns: list[URLPattern] = [
    path("open311/", developers.developers, name="open311"),
    path("desk/outbox/", outbox.outbox, name="desk_outbox"),
    path("desk/outbox/server/", outbox.peer, name="desk_peer_new"),
    path("desk/outbox/server/<int:pk>/", outbox.peer, name="desk_peer"),
    path("desk/outbox/server/<int:pk>/services/", outbox.match, name="desk_peer_match"),
    path("desk/old-cases/", old.tables, name="desk_old"),
    path("desk/old-cases/<int:pk>/", old.table, name="desk_old_table"),
    path("desk/old-cases/<int:pk>/begin/", old.begin, name="desk_old_begin"),
    path("desk/old-cases/<int:pk>/left-out.csv", old.bad_csv, name="desk_old_bad"),
    re_path(
        r"^desk/outbox/(?P<pk>\d{1,18})/(?P<verb>again|drop|ask)/$", outbox.forward_act, name="desk_forward"
    ),
]
