"""A matter and its official answers as the search index holds them."""

from __future__ import annotations

from madang.commons.matters.models import Answer, Matter
from madang.commons.search import api as search
from madang.kernel import text


def search_entry(matter: Matter) -> search.Entry:
    return search.Entry(
        reference=matter.reference,
        kind=matter.kind,
        title=matter.title,
        body=matter.body,
        language=matter.language,
        state=matter.state,
        office=matter.responsible.code,
        happened_at=matter.filed_at,
    )


def answer_entries(matter: Matter) -> list[search.Entry]:
    """The published answers, each found by its own words under the title of what it answers."""
    published = matter.answers.filter(state=Answer.State.PUBLISHED).select_related("office")
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
        )
        for answer in published
    ]
