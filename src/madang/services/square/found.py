"""What the square adds to the search: field, value, place and support of ideas, and the comments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from madang.commons.matters.enums import Disclosure, State
from madang.commons.search import api as search
from madang.kernel.manifest import Link
from madang.services.square.enums import CommentState
from madang.services.square.models import Amendment, Candidate, Comment, Idea, PlanningVote, Space, Support


def details(keys: Sequence[int]) -> Mapping[int, Mapping[str, Any]]:
    """Properties of ideas by the keys of their matters; other matters are absent."""
    return {
        idea.pk: _properties(idea) | {"support": idea.support_total + idea.imported_likes}
        for idea in Idea.objects.filter(pk__in=keys).select_related("category")
    }


def _properties(idea: Idea) -> dict[str, Any]:
    return {
        "category": idea.category.slug[:40] if idea.category else "",
        "value": str(idea.category.value) if idea.category and idea.category.value else "",
        "district": idea.district,
    }


def _is_found(comment: Comment) -> bool:
    """Shown, below an idea that everybody sees; a merged idea is found as the one it went into."""
    matter = comment.idea.matter
    return (
        comment.state == CommentState.SHOWN
        and matter.disclosure == Disclosure.PUBLIC
        and matter.state != State.MERGED
    )


def _entry(comment: Comment) -> search.Entry:
    """A comment under the title of its idea; it leads to its own line on the idea's page."""
    matter = comment.idea.matter
    return search.Entry(
        reference=comment.reference,
        kind="comment",
        title=matter.title,
        body=comment.body,
        language=comment.language,
        state=matter.state,
        office=matter.responsible.code,
        happened_at=comment.at,
        **_properties(comment.idea),
    )


WHOLE = ("idea__matter__responsible", "idea__category")


def put_in_index(comments: Iterable[Comment]) -> None:
    """Comments as they are now: found, or taken out."""
    shown = []
    for comment in comments:
        if _is_found(comment):
            shown.append(_entry(comment))
        else:
            search.remove(comment.reference)
    search.index_many(shown)


def comments_of(matter_id: int) -> list[Comment]:
    return list(Comment.objects.filter(idea=matter_id).select_related(*WHOLE).order_by("pk"))


def is_comments_stale(matter_id: int) -> bool:
    """Whether the index holds other properties of a matter's comments than it should.

    All comments of a matter are written together whenever one of these changes, so the first one tells for all.
    """
    shown = Comment.objects.filter(idea=matter_id, state=CommentState.SHOWN)
    first = shown.select_related(*WHOLE).order_by("pk").first()
    if first is None:
        return False
    wanted = _entry(first) if _is_found(first) else None
    return search.entry_of(first.reference) != wanted


def entries(after: int, limit: int) -> tuple[list[search.Entry], int | None]:
    """The next comments, for rebuilding the index."""
    page = list(Comment.objects.filter(pk__gt=after).select_related(*WHOLE).order_by("pk")[:limit])
    return [_entry(comment) for comment in page if _is_found(comment)], page[-1].pk if page else None


def resolve(references: Iterable[str]) -> dict[str, Link]:
    """Public comments lead to their line on the page of their idea."""
    keys = [key for reference in references if (key := reference.removeprefix("comment:")).isdecimal()]
    found = Comment.objects.filter(
        pk__in=keys, state=CommentState.SHOWN, idea__matter__disclosure=Disclosure.PUBLIC
    ).select_related("idea__matter")
    return {
        comment.reference: Link(
            comment.idea.matter.title,
            f"{reverse('item', args=[comment.idea.matter.number])}#comment-{comment.pk}",
        )
        for comment in found
    }


def resolve_amendments(references: Iterable[str]) -> dict[str, Link]:
    """Public amendments lead to their page."""
    wanted: dict[tuple[str, int], str] = {}
    for reference in references:
        matter, _colon, number = reference.removeprefix("amendment:").rpartition(":")
        if number.isdecimal() and len(number) < 9:
            wanted[matter, int(number)] = reference
    rows = Amendment.objects.filter(
        idea__matter__number__in={matter for matter, _number in wanted},
        idea__matter__disclosure=Disclosure.PUBLIC,
        hide_reason="",
    ).select_related("idea__matter")
    return {
        wanted[key]: Link(
            row.idea.matter.title, reverse("amendment", args=[row.idea.matter.number, row.number])
        )
        for row in rows
        if (key := (row.idea.matter.number or "", row.number)) in wanted
    }


def tell_support(since: datetime) -> int:
    """Tell the index the totals of ideas whose support changed; returns how many it did not know yet."""
    touched = Support.objects.filter(changed_at__gte=since).values("idea")
    ideas = Idea.objects.filter(pk__in=touched).select_related("matter")
    totals = {idea.matter.reference: idea.support_total + idea.imported_likes for idea in ideas}
    return search.set_support(totals) if totals else 0


def resolve_spaces(references: Iterable[str]) -> dict[str, Link]:
    """Spaces lead to their page; a draft is none yet."""
    slugs = [reference.removeprefix("space:") for reference in references]
    return {
        space.reference: Link(space.title, reverse("space", args=[space.slug]))
        for space in Space.objects.filter(slug__in=slugs)
    }


def resolve_candidates(references: Iterable[str]) -> dict[str, Link]:
    """Public candidates of planning groups lead to their page."""
    wanted: dict[tuple[str, int], str] = {}
    for reference in references:
        slug, _colon, number = reference.removeprefix("candidate:").rpartition(":")
        if number.isdecimal() and len(number) < 9:
            wanted[slug, int(number)] = reference
    rows = Candidate.objects.filter(
        space__slug__in={slug for slug, _number in wanted},
        number__in={number for _slug, number in wanted},
        idea__matter__disclosure=Disclosure.PUBLIC,
    ).select_related("space", "idea__matter")
    return {
        wanted[key]: Link(row.idea.matter.title, reverse("candidate", args=key))
        for row in rows
        if (key := (row.space.slug, row.number)) in wanted
    }


def resolve_votes(references: Iterable[str]) -> dict[str, Link]:
    """Votes in planning groups lead to their line on the page of their candidate, while their words are up."""
    keys = [key for reference in references if (key := reference.removeprefix("vote:")).isdecimal()]
    rows = PlanningVote.objects.filter(
        pk__in=keys, state=CommentState.SHOWN, seat__candidate__idea__matter__disclosure=Disclosure.PUBLIC
    ).select_related("seat__candidate__space", "seat__candidate__idea__matter")
    return {
        row.reference: Link(
            row.seat.candidate.idea.matter.title,
            reverse("candidate", args=[row.seat.candidate.space.slug, row.seat.candidate.number])
            + f"#vote-{row.pk}",
        )
        for row in rows
    }
