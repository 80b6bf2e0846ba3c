"""Where polls are found: entries of the search, and their last moment in calendars."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from madang.commons.notices import api as notices
from madang.commons.search import api as search
from madang.kernel import text
from madang.kernel.actors import Actor
from madang.services.polls import queries
from madang.services.polls.enums import PollState
from madang.services.polls.models import Poll


def _entry(poll: Poll) -> search.Entry:
    asked = poll.questions.values_list("label_ko", "label_en")
    pieces = [poll.title_en, poll.intro_ko, poll.intro_en, *(" ".join(pair) for pair in asked)]
    return search.Entry(
        reference=poll.reference,
        kind="poll",
        title=poll.title_ko,
        body="\n".join(piece for piece in pieces if piece),
        language=text.language_of(f"{poll.title_ko} {poll.intro_ko}"),
        state=poll.state,
        office=poll.host.code,
        happened_at=poll.opens_at or poll.created_at,
    )


def put_in_index(poll: Poll) -> None:
    """A poll as it is now: found, or taken out."""
    if poll.is_public:
        search.index_many([_entry(poll)])
    else:
        search.remove(poll.reference)


def entries(after: int, limit: int) -> tuple[list[search.Entry], int | None]:
    """The next polls, for rebuilding the index."""
    page = list(Poll.objects.filter(pk__gt=after).select_related("host").order_by("pk")[:limit])
    return [_entry(poll) for poll in page if poll.is_public], page[-1].pk if page else None


def items(polls: Iterable[Poll]) -> list[notices.CalendarItem]:
    """The last moment of each poll that has one."""
    return [
        notices.CalendarItem(
            name=f"poll-{poll.code}",
            start=poll.closes_at,
            summary=_("Closes: %(title)s") % {"title": poll.title},
            description=poll.host.name,
            url=settings.PUBLIC_URL + reverse("poll", args=[poll.code]),
            is_cancelled=poll.state == PollState.CALLED_OFF,
            facts=f"{poll.title_ko}|{poll.title_en}",
        )
        for poll in polls
        if poll.closes_at is not None
    ]


def dates(references: Collection[str], actor: Actor) -> list[notices.CalendarItem]:
    """The polls that somebody follows, for her private calendar."""
    codes = [reference.removeprefix("poll:") for reference in references]
    return items(queries.public().filter(code__in=codes))
