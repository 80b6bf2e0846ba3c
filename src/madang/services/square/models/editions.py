"""Versions of how a space works, from draft to published.

Residents never read this table: what is published is written into the space's own rows (`domain/publishing.py`), so
a draft is invisible because it stands somewhere else, not because somebody remembered to leave it out.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from madang.kernel.flow import Flow
from madang.kernel.saying import in_language
from madang.services.square import flows
from madang.services.square.enums import EditionState
from madang.services.square.logic import grid

PUBLIC = (EditionState.PUBLISHED, EditionState.SUPERSEDED)


class Edition(models.Model):
    """One version of a space: its whole grid as a document (`logic/grid.py`).

    A published document is never changed; `digest` is the SHA-256 of its canonical bytes and stands in the public log.
    """

    flow: ClassVar[Flow] = flows.EDITION

    slug = models.SlugField()
    number = models.PositiveIntegerField()
    host = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=EditionState.choices, default=EditionState.DRAFT)
    document = models.JSONField()
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=1000, blank=True, help_text="Why it was published or changed.")
    short_notice = models.CharField(
        max_length=1000, blank=True, help_text="Why it begins sooner than the period of notice."
    )

    class Meta:
        ordering = ["slug", "-number", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["slug"], condition=Q(state__in=["draft", "checked"]), name="edition_open_once"
            ),
            models.UniqueConstraint(
                fields=["slug", "number"], condition=~Q(state="discarded"), name="edition_number_once"
            ),
            models.UniqueConstraint(
                fields=["slug"], condition=Q(state="published"), name="edition_in_force_once"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "superseded"])
                | (Q(published_at__isnull=False) & ~Q(digest="")),
                name="edition_published_has_digest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slug} v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write it, but never another document under a published version.

        Raises:
            TypeError: the document of a published version would change.
        """
        fields = kwargs.get("update_fields")
        if self.pk is not None and (fields is None or "document" in fields):
            kept = type(self).objects.filter(pk=self.pk).values_list("state", "document").first()
            if kept is not None and kept[0] in PUBLIC and kept[1] != self.document:
                raise TypeError("a published version is frozen; make the next one")
        super().save(*args, **kwargs)

    @property
    def reference(self) -> str:
        return f"space:{self.slug}"

    @property
    def is_public(self) -> bool:
        return self.state in PUBLIC

    @property
    def is_open(self) -> bool:
        return self.state in (EditionState.DRAFT, EditionState.CHECKED)

    @property
    def grid(self) -> grid.Grid:
        return grid.read(self.document)

    @property
    def title(self) -> str:
        words = self.document.get("space", {})
        return in_language(str(words.get("title_ko", "")), str(words.get("title_en", "")))
