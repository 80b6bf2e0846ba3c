"""Topics: several ideas worked on as one. Every idea keeps its page, its author and its supporters.

A topic is an idea of its own (`is_topic`), filed by a facilitator for the authors of what it gathers. Who stands
behind it is counted anew from its rows: supporters of the topic and of its ideas and their authors, each once.
When its threshold is met, its ideas are merged into it for good; when it ends before, they are discussed again
with the time they had left.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madang.commons.matters import api as matters
from madang.commons.matters.domain import handling
from madang.commons.matters.enums import Kind, State
from madang.commons.matters.models import Matter
from madang.kernel import clock, policy, text
from madang.kernel.actors import Actor, system
from madang.kernel.domain import audit
from madang.kernel.domain.traces import draw
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.kernel.models import Trace
from madang.kernel.queries import rule_in_force
from madang.services.square import queries
from madang.services.square.events import IdeaFiled
from madang.services.square.models import CoAuthor, Idea, Space, Support

log = logging.getLogger("madang.square")


def voices(topic: int) -> int:
    """How many people stand behind a topic now: supporters of it and of its ideas, and their authors, each once."""
    stand = Support.objects.filter(withdrawn_at__isnull=True)
    own = stand.filter(idea=topic).order_by().values_list("supporter_id")
    others = stand.filter(idea__topic=topic).order_by().values_list("supporter_id")
    authors = Idea.objects.filter(topic=topic, matter__author__isnull=False).order_by()
    return own.union(others, authors.values_list("matter__author_id")).count()


def sizes(topics: Iterable[int]) -> dict[int, int]:
    """How many ideas each of these topics holds."""
    rows = Idea.objects.filter(topic__in=list(topics)).order_by().values("topic").annotate(n=Count("pk"))
    return {row["topic"]: row["n"] for row in rows if row["topic"] is not None}


def recount(topics: Collection[int]) -> int:
    """Bring the totals of these topics up to date, each under its lock; returns how many changed."""
    changed = 0
    for pk in sorted(topics):
        with transaction.atomic():
            row = Idea.objects.select_for_update(no_key=True, of=("self",)).get(pk=pk)
            total = voices(pk)
            if total != row.support_total:
                Idea.objects.filter(pk=pk).update(support_total=total)
                changed += 1
    return changed


def touched_by(ideas: Collection[int]) -> set[int]:
    """The topics whose total depends on these ideas."""
    rows = Idea.objects.filter(pk__in=ideas).values_list("pk", "is_topic", "topic_id")
    return {topic or pk for pk, is_topic, topic in rows if is_topic or topic}


def gathered_references(matter: Matter) -> list[str]:
    """Whoever follows an idea of a topic hears of the topic."""
    rows = Idea.objects.filter(topic=matter.pk).values_list("matter__number", flat=True)
    return [f"matter:{number}" for number in rows]


def _lock(*keys: int) -> None:
    """Lock matters, then ideas, in one order, whoever gathers what."""
    wanted = sorted(set(keys))
    list(Matter.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
    list(Idea.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk"))


def _join(actor: Actor, idea: Idea, topic: Idea, reason: str) -> None:
    now = clock.now()
    fresh = Idea.objects.select_related("matter", "process__space").get(pk=idea.pk)
    if fresh.is_topic or fresh.topic_id or fresh.matter.state != State.OPEN or not fresh.matter.is_public:
        raise RefusedError(
            _("Only public ideas in discussion that are in no topic yet can be gathered."),
            "topic.state",
            status=422,
        )
    if fresh.process_id != topic.process_id or fresh.matter.kind != Kind.IDEA:
        raise RefusedError(_("A topic gathers ideas of one process."), "topic.process", status=422)
    handling.mature(actor=actor, matter=fresh.matter, reason=reason, topic=topic.matter.reference)
    Idea.objects.filter(pk=fresh.pk).update(topic=topic, gathered_at=now)
    if fresh.threshold and (not topic.threshold or fresh.threshold < topic.threshold):
        # Nobody needs more supporters in a topic than alone.
        topic.threshold = fresh.threshold
        topic.save(update_fields=["threshold"])
    draw(
        actor=actor,
        kind=Trace.Kind.BECOMES,
        source=fresh.matter.reference,
        target=topic.matter.reference,
        evidence=reason,
    )
    writers = list(fresh.coauthors.filter(state="accepted").values_list("user_id", flat=True))
    for author in {key for key in (fresh.matter.author_id, *writers) if key is not None}:
        CoAuthor.objects.get_or_create(
            idea=topic,
            user_id=author,
            state="accepted",
            defaults={"via": fresh, "at": now, "answered_at": now},
        )


@transaction.atomic
def gather(
    *, actor: Actor, ideas: Sequence[Idea], title: str, body: str, reason: str
) -> tuple[Idea, matters.Filed]:
    """Make a topic of at least two ideas, with a reason. All their authors are its authors.

    Raises:
        RefusedError: 422 for fewer than two, for ideas of several processes, or for one that has moved on.
    """
    if len({idea.pk for idea in ideas}) < 2:
        raise RefusedError(_("A topic needs at least two ideas."), "topic.few", status=422)
    process = ideas[0].process
    policy.require("square.topic.gather", actor, process)
    if not text.clean(reason):
        raise RefusedError(_("Give a reason in a sentence; it is published."), "flow.reason", status=422)
    _lock(*(idea.pk for idea in ideas))
    cell = queries.cell_now(process)
    if cell is None:
        raise RefusedError(_("This phase does not allow it."), "phase.closed")
    rule = rule_in_force(process.rule_code)
    filed = matters.file(
        actor=actor,
        kind=Kind.IDEA,
        title=text.clean_line(title),
        body=text.clean(body),
        rule=rule,
        host=process.space.host,
        state=State.MATURING,
        is_own=False,
    )
    days = rule.body.get("maturing_days") or rule.body.get("discussion_days")
    topic = Idea.objects.create(
        matter=filed.matter,
        process=process,
        phase=cell.phase,
        edition_id=Space.objects.values_list("edition", flat=True).get(pk=process.space_id),
        category=ideas[0].category,
        threshold=int(rule.body["threshold"]),
        discussion_ends_at=filed.matter.filed_at + timedelta(days=days) if days else None,
        is_topic=True,
    )
    audit.record(
        actor=actor,
        action="square.topic.gather",
        target=filed.matter.reference,
        reason=reason,
        organisation=process.space.host,
        payload={"ideas": [idea.matter.number for idea in ideas]},
    )
    for idea in sorted(ideas, key=lambda row: row.pk):
        _join(actor, idea, topic, reason)
    recount([topic.pk])
    publish(IdeaFiled(topic.pk))
    return topic, filed


@transaction.atomic
def add(*, actor: Actor, topic: Idea, idea: Idea, reason: str) -> None:
    """Take one more idea into a topic."""
    policy.require("square.topic.gather", actor, topic.process)
    _lock(topic.pk, idea.pk)
    fresh = Idea.objects.select_related("matter", "process").get(pk=topic.pk)
    if not fresh.is_topic or fresh.matter.state != State.MATURING:
        raise RefusedError(_("This topic gathers nothing any more."), "topic.ended", status=409)
    _join(actor, idea, fresh, reason)
    audit.record(
        actor=actor,
        action="square.topic.add",
        target=fresh.matter.reference,
        reason=reason,
        payload={"idea": idea.matter.number},
    )
    recount([fresh.pk])


def _release(actor: Actor, topic: Idea, idea: Idea, reason: str) -> None:
    fresh = Idea.objects.select_related("matter").get(pk=idea.pk)
    if fresh.topic_id != topic.pk or fresh.matter.state != State.MATURING:
        raise RefusedError(_("This idea is not in the topic any more."), "topic.not_in", status=409)
    handling.let_go(actor=actor, matter=fresh.matter, reason=reason, topic=topic.matter.reference)
    ends = fresh.discussion_ends_at
    if ends is not None and fresh.gathered_at is not None:
        ends += clock.now() - fresh.gathered_at  # it has the time left that it had when it was gathered
    Idea.objects.filter(pk=fresh.pk).update(topic=None, gathered_at=None, discussion_ends_at=ends)
    draw(
        actor=actor,
        kind=Trace.Kind.RELATES,
        source=topic.matter.reference,
        target=fresh.matter.reference,
        evidence=reason,
    )
    _forget_authors(topic)


def _forget_authors(topic: Idea) -> None:
    """Authors of ideas that have left a topic are not its authors any more; who wrote in it stays in the versions."""
    left = Idea.objects.filter(topic=topic).select_related("matter").prefetch_related("coauthors")
    still = {idea.matter.author_id for idea in left}
    still |= {row.user_id for idea in left for row in idea.coauthors.all() if row.state == "accepted"}
    gone = CoAuthor.objects.filter(idea=topic, state="accepted", via__isnull=False).exclude(
        user__in=[key for key in still if key]
    )
    gone.update(state="ended", answered_at=clock.now())


@transaction.atomic
def release(*, actor: Actor, topic: Idea, idea: Idea, reason: str) -> None:
    """Let one idea go on by itself again. The last one ends the topic."""
    policy.require("square.topic.gather", actor, topic.process)
    if not text.clean(reason):
        raise RefusedError(_("Give a reason in a sentence; it is published."), "flow.reason", status=422)
    _lock(topic.pk, idea.pk)
    _release(actor, topic, idea, reason)
    audit.record(
        actor=actor,
        action="square.topic.release",
        target=topic.matter.reference,
        reason=reason,
        payload={"idea": idea.matter.number},
    )
    recount([topic.pk])
    if not Idea.objects.filter(topic=topic).exists():
        handling.close(
            actor=system("topic"), matter=topic.matter, reason_code="topic_dissolved", reason=reason
        )


@transaction.atomic
def leave_if_gone(matter_id: int) -> None:
    """What was merged elsewhere, withdrawn or re-typed is not part of its topic any more; its people neither."""
    idea = Idea.objects.select_related("matter").filter(pk=matter_id, topic__isnull=False).first()
    if idea is None or idea.topic is None or idea.matter.state == State.MATURING:
        return
    if idea.matter.merged_into_id == idea.topic_id:
        return
    topic = idea.topic
    Idea.objects.filter(pk=idea.pk).update(topic=None, gathered_at=None)
    _forget_authors(topic)
    recount([topic.pk])


def finish(topic: Idea) -> None:
    """The topic is owed an answer: its ideas go on in it, for good. Inside the caller's transaction and lock."""
    said = gettext("The topic has reached its threshold and goes on for all its ideas.")
    for idea in Idea.objects.filter(topic=topic, matter__state=State.MATURING).select_related("matter"):
        handling.merge(actor=system("threshold"), matter=idea.matter, into=topic.matter, reason=said)


def lock_whole(topic: int) -> None:
    """Lock a topic with everything it gathers, for acts that move them together."""
    _lock(topic, *Idea.objects.filter(topic=topic).values_list("pk", flat=True))


@transaction.atomic
def end(topic: Idea, *, reason: str) -> None:
    """The topic ends without reaching its threshold: its ideas are discussed again."""
    lock_whole(topic.pk)
    handling.close(
        actor=system("discussion_period"), matter=topic.matter, reason_code="below_threshold", reason=reason
    )
    said = gettext("The topic ended without reaching its threshold.")
    for idea in Idea.objects.filter(topic=topic, matter__state=State.MATURING).select_related("matter"):
        _release(system("discussion_period"), topic, idea, said)
