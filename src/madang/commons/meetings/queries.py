"""Reading the hall."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import reduce
from operator import or_

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from madang.commons.meetings.enums import HELD, TO_COME, Asked, Attending, Place, State, Turn
from madang.commons.meetings.models import (
    About,
    AgendaItem,
    HallPass,
    Meeting,
    Minutes,
    Paragraph,
    Question,
    Registration,
    Speaker,
)
from madang.kernel import clock, ids
from madang.kernel.actors import Actor
from madang.kernel.models import Role

SEATED_HERE = Q(registrations__state=Place.SEATED, registrations__attending=Attending.ON_SITE)
SEATED_ONLINE = Q(registrations__state=Place.SEATED, registrations__attending=Attending.ONLINE)
NOT_HELD = (*TO_COME, State.CANCELLED)


def counted(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """Meetings with how many come, take part online, wait and came. Numbers are public, people never."""
    return meetings.annotate(
        coming=Count("registrations", SEATED_HERE, distinct=True),
        online=Count("registrations", SEATED_ONLINE, distinct=True),
        waiting=Count("registrations", Q(registrations__state=Place.WAITING), distinct=True),
        came=Count("registrations__check_in", distinct=True),
    ).select_related("host")


def upcoming() -> QuerySet[Meeting]:
    """What is under way, and what is planned, open or called off and not over by the clock; soonest first."""
    coming = Q(state__in=NOT_HELD, ends_at__gt=clock.now())
    return Meeting.objects.filter(Q(state=State.RUNNING) | coming).order_by("starts_at", "pk")


def past() -> QuerySet[Meeting]:
    """What was held; and what was called off, or never said to have begun, and is over by the clock; latest first."""
    gone = Q(state__in=NOT_HELD, ends_at__lte=clock.now())
    return Meeting.objects.filter(Q(state__in=HELD) | gone).order_by("-starts_at", "-pk")


def by_number(typed: str) -> Meeting | None:
    """The meeting behind a number as typed, with its counts."""
    written = ids.read_number(typed)
    return counted(Meeting.objects.filter(number=written)).first() if written else None


def about(references: Iterable[str]) -> QuerySet[Meeting]:
    """Meetings that are about one of these things, or have it on the agenda or in published minutes."""
    wanted = list(references)
    said = Paragraph.objects.filter(
        minutes__meeting=OuterRef("pk"), minutes__state="published", reference__in=wanted
    )
    listed = AgendaItem.objects.filter(meeting=OuterRef("pk"), removed_at=None, reference__in=wanted)
    named = About.objects.filter(meeting=OuterRef("pk"), reference__in=wanted)
    return Meeting.objects.filter(Exists(named) | Exists(listed) | Exists(said))


def things(among: Collection[str] | None = None) -> frozenset[str]:
    """References that meetings are about or have on the agenda or in published minutes; all, or those among these."""
    rows = (
        About.objects.all(),
        AgendaItem.objects.filter(removed_at=None).exclude(reference=""),
        Paragraph.objects.filter(minutes__state="published").exclude(reference=""),
    )
    found: set[str] = set()
    for some in rows:
        seen = some if among is None else some.filter(reference__in=among)
        found |= set(seen.order_by().values_list("reference", flat=True).distinct())
    return frozenset(found)


def agenda(meeting: Meeting) -> list[AgendaItem]:
    return list(meeting.agenda.filter(removed_at=None))


def references_of(meeting: Meeting) -> list[str]:
    """Everything a meeting is about, on its agenda and in its published minutes; each once, in that order."""
    said = Paragraph.objects.filter(minutes__meeting=meeting, minutes__state="published")
    found = [
        *meeting.about.values_list("reference", flat=True),
        *meeting.agenda.filter(removed_at=None).values_list("reference", flat=True),
        *said.values_list("reference", flat=True),
    ]
    return [one for one in dict.fromkeys(found) if one]


def minutes_of(meeting: Meeting) -> Minutes | None:
    """The published minutes that stand."""
    return meeting.minutes.filter(state="published").select_related("approved_by").last()


def on_desk(actor: Actor) -> QuerySet[Meeting]:
    """Meetings of the offices where the actor holds a mandate."""
    offices = actor.offices(Role.OFFICER, Role.TRIAGE, Role.MODERATOR, Role.APPROVER)
    return counted(Meeting.objects.filter(host__in=offices)).order_by("-starts_at", "-pk")


def passes_of(actor: Actor, meeting_id: int) -> list[HallPass]:
    """The passes opened in this session that are valid for this meeting now."""
    keys = [
        key for held in actor.held if held.startswith("pass:") and (key := held.partition(":")[2]).isdecimal()
    ]
    if not keys:
        return []
    rows = HallPass.objects.filter(pk__in=keys, meeting=meeting_id, revoked_at=None, until__gt=clock.now())
    return list(rows)


def by_code(typed: str) -> Registration | None:
    """The registration that a code opens."""
    code = ids.read_code(typed)
    if code is None:
        return None
    return Registration.objects.filter(code_hash=ids.code_hash(code)).select_related("meeting__host").first()


def own(actor: Actor, meeting: Meeting) -> Registration | None:
    """The actor's live registration for a meeting: by account, else by a code opened in this session."""
    rows = meeting.registrations.exclude(state=Place.CANCELLED).select_related("meeting")
    if actor.user is not None:
        mine = rows.filter(person=actor.user).first()
        if mine is not None:
            return mine
    return rows.filter(held_by(actor)).first()


def held_by(actor: Actor) -> Q:
    """Registrations that were opened with their code in this session."""
    begin = "registration:~"
    hashes = [one.removeprefix(begin) for one in actor.held if one.startswith(begin)]
    return reduce(or_, (Q(code_hash__startswith=one) for one in hashes), Q(pk__in=()))


def position(registration: Registration) -> int:
    """Place on the waiting list, from 1."""
    return (
        Registration.objects.filter(
            meeting=registration.meeting_id, state=Place.WAITING, turn__lt=registration.turn
        ).count()
        + 1
    )


def questions(meeting: Meeting) -> QuerySet[Question]:
    """Questions the public sees, ranked: most supporters first, then the one that was asked earlier."""
    return (
        meeting.questions.filter(state__in=[Asked.OPEN, Asked.ANSWERED])
        .annotate(support=Count("supports"))
        .order_by("-state", "-support", "place")
    )


def speakers(meeting: Meeting) -> list[Speaker]:
    """Who speaks, who waits and who has spoken, in the order of asking."""
    return list(meeting.speakers.exclude(state=Turn.LEFT).select_related("item", "registration"))
