from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """When a background process was last alive, so that /healthz can tell.

    Rows named `job:…` and `worker:…` are leases (`kernel.leases`); their `detail` says whose.
    """

    name = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()
    detail = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.name} {self.at:%H:%M:%S}"
