"""What the search finds of the hall: meetings, with their agenda and published minutes."""

from __future__ import annotations

from madang.commons.meetings.models import Meeting, Paragraph
from madang.commons.search import api as search
from madang.kernel import text


def _entry(meeting: Meeting) -> search.Entry:
    agenda = meeting.agenda.filter(removed_at=None).values_list("title", "note")
    said = Paragraph.objects.filter(minutes__meeting=meeting, minutes__state="published")
    korean = [
        meeting.summary_ko,
        meeting.place,
        *(" ".join(pair) for pair in agenda),
        *said.values_list("text", flat=True),
    ]
    languages = [korean, [meeting.title_en if meeting.title_ko else "", meeting.summary_en]]
    body = search.APART.join("\n".join(piece for piece in pieces if piece) for pieces in languages)
    return search.Entry(
        reference=meeting.reference,
        kind="meeting",
        title=meeting.title_ko or meeting.title_en,
        body=body.strip(),
        language=text.language_of(f"{meeting.title_ko} {meeting.summary_ko}"),
        state=meeting.state,
        office=meeting.host.code,
        district=meeting.district,
        happened_at=meeting.made_at,
    )


def put_in_index(meeting: Meeting) -> None:
    search.index_many([_entry(meeting)])


def entries(after: int, limit: int) -> tuple[list[search.Entry], int | None]:
    """The next meetings, for rebuilding the index."""
    page = list(Meeting.objects.filter(pk__gt=after).select_related("host").order_by("pk")[:limit])
    return [_entry(meeting) for meeting in page], page[-1].pk if page else None
