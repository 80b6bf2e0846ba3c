"""Where rounds are found: entries of the search, and their dates in calendars."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from madang.commons.notices import api as notices
from madang.commons.search import api as search
from madang.kernel import text
from madang.kernel.actors import Actor
from madang.services.budgeting import queries
from madang.services.budgeting.models import Round


def _entry(row: Round) -> search.Entry:
    pots = " ".join(f"{pot.title_ko} {pot.title_en}" for pot in row.pots.all())
    pieces = (row.title_en, row.about_ko, row.about_en, pots)
    return search.Entry(
        reference=row.reference,
        kind="budget",
        title=row.title_ko,
        body="\n".join(piece for piece in pieces if piece),
        language=text.language_of(f"{row.title_ko} {row.about_ko}"),
        state=row.state,
        office=row.host.code,
        happened_at=row.intake_from,
    )


def put_in_index(row: Round) -> None:
    """A round as it is now; a draft is not found."""
    if row.is_public:
        search.index_many([_entry(row)])


def entries(after: int, limit: int) -> tuple[list[search.Entry], int | None]:
    """The next rounds, for rebuilding the index."""
    rows = Round.objects.filter(pk__gt=after).select_related("host").prefetch_related("pots")
    page = list(rows.order_by("pk")[:limit])
    return [_entry(row) for row in page if row.is_public], page[-1].pk if page else None


def items(rows: Iterable[Round]) -> list[notices.CalendarItem]:
    """What happens in each round, and when."""
    found = []
    for row in rows:
        title = {"title": row.title}
        for name, start, end, summary in (
            ("intake", row.intake_from, row.intake_until, _("Proposals: %(title)s") % title),
            ("vote", row.votes_from, row.votes_until, _("Vote: %(title)s") % title),
            ("result", row.results_on, None, _("Result promised: %(title)s") % title),
            ("settlement", row.settles_on, None, _("Account promised: %(title)s") % title),
        ):
            found.append(
                notices.CalendarItem(
                    name=f"round-{row.slug}-{name}",
                    start=start,
                    end=end,
                    summary=summary,
                    description=row.host.name,
                    url=settings.PUBLIC_URL + reverse("budget_round", args=[row.slug]),
                    is_cancelled=row.state == Round.State.CALLED_OFF,
                    facts=f"{row.title_ko}|{row.title_en}",
                )
            )
    return found


def dates(references: Collection[str], actor: Actor) -> list[notices.CalendarItem]:
    """The rounds that somebody follows, for her private calendar."""
    slugs = [reference.removeprefix("round:") for reference in references]
    return items(queries.rounds().filter(slug__in=slugs))
