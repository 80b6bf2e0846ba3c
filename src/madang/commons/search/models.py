from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.lookups import In


class Document(models.Model):
    """One thing that can be found, as its app described it last.

    The inverted index is a second table, `search_fts`, whose `rowid` is the day and this row's key (see
    `logic.wanted.place`): an FTS5 table on SQLite, a tsvector with a GIN index on PostgreSQL. Only `domain` writes either of them, always both, and
    only public rows have an entry there: what is not public is in no list, no count and no statistic.
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
    value = models.CharField(max_length=4, blank=True, help_text="Number of a social value of the plan")
    district = models.CharField(max_length=10, blank=True, help_text="Administrative district code")
    support = models.PositiveIntegerField(default=0, help_text="How many stand behind it")
    happened_at = models.DateTimeField()
    is_public = models.BooleanField(default=True)
    cut = models.PositiveSmallIntegerField(
        default=0, help_text="Version of the rules its tokens were cut by; 0: not in the inverted index"
    )
    title_digest = models.BigIntegerField(default=0, help_text="Of the words of the title")
    digest = models.BigIntegerField(
        default=0, help_text="Of the words of title and body: the same text at once"
    )
    seen = models.PositiveIntegerField(default=0, help_text="Number of the rebuild that met it last")

    class Meta:
        indexes = [
            models.Index(fields=["-happened_at", "-id"], name="search_newest", condition=Q(is_public=True)),
            models.Index(
                fields=["-support", "-happened_at", "-id"], name="search_support", condition=Q(is_public=True)
            ),
            models.Index(fields=["title_digest", "id"], name="search_title", condition=Q(is_public=True)),
            models.Index(fields=["digest", "id"], name="search_same", condition=Q(is_public=True)),
            models.Index(fields=["cut"], name="search_uncut", condition=Q(is_public=True)),
        ]

    def __str__(self) -> str:
        return self.reference


@Document._meta.get_field("id").register_lookup
class Among(In):
    """`in` for hundreds of keys: PostgreSQL gets them as one value, not as a statement that is parsed anew each time."""

    lookup_name = "among"

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        left, params = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s)", [*params, list(self.rhs)]


class Rarity(models.Model):
    """In how many public documents a common token occurs; the empty token counts them all.

    Counted now and then by the worker: looking up how common a token is must not read every place it is in.
    """

    token = models.CharField(max_length=80, primary_key=True)
    documents = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.token}: {self.documents}"


class Companion(models.Model):
    """Two words that stand together in titles far more often than chance would have it."""

    word = models.CharField(max_length=40)
    other = models.CharField(max_length=40)
    strength = models.FloatField(help_text="Normalised pointwise mutual information, 0 to 1")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["word", "other"], name="search_companion_once")]

    def __str__(self) -> str:
        return f"{self.word} · {self.other}"


class Rebuild(models.Model):
    """One filling of the index anew and how far it came, so that it goes on where it was stopped."""

    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    kind = models.CharField(max_length=24, blank=True, help_text="Source it is at")
    after = models.BigIntegerField(default=0, help_text="Last key read from that source")
    done = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"rebuild {self.pk}"
