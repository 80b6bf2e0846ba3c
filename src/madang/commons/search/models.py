from __future__ import annotations

from django.db import models


class Document(models.Model):
    """One thing that can be found, as its app described it last.

    The inverted index is a second table, `search_fts`, whose `rowid` is this row's key: an FTS5 table on
    SQLite, a tsvector with a GIN index on PostgreSQL. Only `domain` writes either of them, always both.
    """

    reference = models.CharField(max_length=80, unique=True)
    number = models.CharField(
        max_length=24, blank=True, db_index=True, help_text="Public number, if it has one"
    )
    kind = models.CharField(max_length=24)
    title = models.TextField()
    body = models.TextField(blank=True)
    language = models.CharField(max_length=2)
    state = models.CharField(max_length=24, blank=True)
    office_code = models.CharField(max_length=50, blank=True)
    category = models.CharField(max_length=40, blank=True)
    happened_at = models.DateTimeField()
    is_public = models.BooleanField(default=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["-happened_at", "-id"], name="search_newest", condition=models.Q(is_public=True)
            ),
            models.Index(
                fields=["kind", "-happened_at"], name="search_kind", condition=models.Q(is_public=True)
            ),
        ]

    def __str__(self) -> str:
        return self.reference
