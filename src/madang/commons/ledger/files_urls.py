"""The log's files; they have one address whatever the language."""

from __future__ import annotations

from django.urls import path

from madang.commons.ledger import web

urlpatterns = [
    path("ledger/checkpoint", web.checkpoint, name="ledger_checkpoint"),
    path("ledger/witnessed", web.witnessed, name="ledger_witnessed"),
    path("ledger/policy", web.policy, name="ledger_policy"),
    path("ledger/witness.py", web.witness_program, name="ledger_witness_program"),
    path("ledger/key", web.key, name="ledger_key"),
    path("ledger/tile/<path:path>", web.tile, name="ledger_tile"),
]
