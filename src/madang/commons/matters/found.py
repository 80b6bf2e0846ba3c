"""A matter and its official answers as the search index holds them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from madang.commons.matters.enums import Disclosure, State
from madang.commons.matters.models import Answer, Matter
from madang.commons.search import api as search
from madang.kernel import text

# What a service knows of its matters, by their keys: category, value, district, support (see `search.Entry`).
Details = Callable[[Sequence[int]], Mapping[int, Mapping[str, Any]]]
_details: list[Details] = []


def describe_by(details: Details) -> None:
    """Register what a service adds to the entries of its matters."""
    _details.append(details)


def details_of(matters: Sequence[Matter]) -> dict[int, dict[str, Any]]:
    """What the services add, by the matters' keys."""
    keys = [matter.pk for matter in matters]
    found: dict[int, dict[str, Any]] = {key: {} for key in keys}
    for details in _details:
        for key, more in details(keys).items():
            found[key].update(more)
    return found


def search_entries(matters: Sequence[Matter]) -> list[search.Entry]:
    """One entry for each matter, in their order."""
    details = details_of(matters)
    return [_entry(matter, details[matter.pk]) for matter in matters]


def _entry(matter: Matter, details: Mapping[str, Any]) -> search.Entry:
    return search.Entry(
        reference=matter.reference,
        kind=matter.kind,
        title=matter.title,
        body=matter.body,
        language=matter.language,
        state=matter.state,
        office=matter.responsible.code,
        happened_at=matter.filed_at,
        **details,
    )


def answer_entries(matter: Matter) -> list[search.Entry]:
    """The published answers, each found by its own words under the title of what it answers."""
    published = list(matter.answers.filter(state=Answer.State.PUBLISHED).select_related("office"))
    details = details_of([matter])[matter.pk] if published else {}
    return [
        search.Entry(
            reference=answer.reference,
            kind="answer",
            title=matter.title,
            body=f"{answer.reason}\n\n{answer.next_step}".strip(),
            language=text.language_of(answer.reason),
            state=matter.state,
            office=answer.office.code,
            happened_at=answer.published_at or matter.filed_at,
            **{name: value for name, value in details.items() if name != "support"},
        )
        for answer in published
    ]


def put_in_index(matter_id: int) -> None:
    """A matter and its official answers are found together, or not at all."""
    matter = Matter.objects.select_related("responsible").get(pk=matter_id)
    answers = answer_entries(matter)
    if matter.disclosure != Disclosure.PUBLIC or matter.state == State.MERGED:
        for reference in [matter.reference, *(answer.reference for answer in answers)]:
            search.remove(reference)
        return
    search.index_many([*search_entries([matter]), *answers])


def put_new_in_index(matter: Matter, **details: Any) -> None:
    """A matter that was filed just now: nobody has answered it, and its service says itself what it knows of it."""
    if matter.disclosure == Disclosure.PUBLIC:
        search.index_many([_entry(matter, details)])


def entries(after: int, limit: int) -> tuple[list[search.Entry], int | None]:
    """The next public matters, for rebuilding the index; merged ones are found as the one they went into."""
    public = Matter.objects.filter(disclosure=Disclosure.PUBLIC, pk__gt=after).exclude(state=State.MERGED)
    page = list(public.select_related("responsible").order_by("pk")[:limit])
    answered = (State.ANSWERED, State.ASSIGNED)  # an objection reopens what has an answer
    found = search_entries(page)
    for matter in page:
        if matter.state in answered:
            found += answer_entries(matter)
    return found, page[-1].pk if page else None
