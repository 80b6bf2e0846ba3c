"""Drafting, approving and publishing a synthesis; what is adopted in it becomes promises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.events import MatterChanged
from madang.commons.matters.models import Effect, Matter
from madang.kernel import clock, manifest, policy, text
from madang.kernel.actors import Actor
from madang.kernel.domain.traces import draw
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish as publish_fact
from madang.kernel.models import Organisation, Trace
from madang.services.square.logic import missing
from madang.services.square.models import (
    Amendment,
    Cluster,
    Comment,
    Idea,
    PopulationGroup,
    Support,
    Synthesis,
)

REASON_MIN = 10


def in_work(idea: Idea) -> Synthesis | None:
    return idea.syntheses.filter(state__in=["draft", "submitted"]).first()


def _draft(actor: Actor, idea: Idea) -> Synthesis:
    """The draft under the matter's lock; the first one to write makes it, from the version that stands."""
    matter = Matter.objects.select_for_update(of=("self",)).select_related("responsible").get(pk=idea.pk)
    policy.require("square.synthesis.write", actor, idea)
    row = in_work(idea)
    if row is not None and row.state != "draft":
        raise RefusedError(
            _("The draft is with the approver. Wait until it comes back."), "synthesis.submitted", status=409
        )
    if row is None:
        last = idea.syntheses.order_by("-number").first()
        row = Synthesis.objects.create(
            idea=idea,
            number=last.number + 1 if last else 1,
            summary=last.summary if last else "",
            groups_source=last.groups_source if last else "",
            office=matter.responsible,
            made_at=clock.now(),
        )
        if last is not None:
            _copy(last, row)
    row.writers.add(actor.account)
    return row


def _copy(last: Synthesis, row: Synthesis) -> None:
    """The next version begins with what was said; replies are given anew, except where one is promised already."""
    for cluster in last.clusters.all():
        cluster.pk, cluster.synthesis = None, row
        cluster.effect = None
        cluster.save(force_insert=True)
    PopulationGroup.objects.bulk_create(
        PopulationGroup(
            synthesis=row,
            dimension=group.dimension,
            label=group.label,
            population=group.population,
            participants=group.participants,
        )
        for group in last.groups.all()
    )


@transaction.atomic
def save(*, actor: Actor, idea: Idea, summary: str) -> Synthesis:
    """Keep the summary of the draft. A draft is the office's own: no act for the log."""
    row = _draft(actor, idea)
    row.summary = text.clean(summary)
    row.save(update_fields=["summary"])
    return row


@transaction.atomic
def save_groups(*, actor: Actor, idea: Idea, data: bytes, source: str) -> int:
    """Take the table of who lives here and who took part; it replaces the one before.

    Raises:
        missing.TableError: the table cannot be read; nothing is changed.
    """
    rows = missing.read(data)
    row = _draft(actor, idea)
    row.groups.all().delete()
    PopulationGroup.objects.bulk_create(
        PopulationGroup(synthesis=row, dimension=dimension, label=label, population=lives, participants=came)
        for dimension, label, lives, came in rows
    )
    row.groups_source = text.clean_line(source)[:300]
    row.save(update_fields=["groups_source"])
    return len(rows)


@transaction.atomic
def save_cluster(
    *,
    actor: Actor,
    idea: Idea,
    order: int | None,
    title: str,
    said: str,
    references: Iterable[str],
    reply: str = "",
    reason: str = "",
    promise: str = "",
    owner: Organisation | None = None,
    promised_on: date | None = None,
) -> Cluster:
    """Write one thing that was said, with its sources and the reply; `order` None adds one.

    Raises:
        RefusedError: 422 where a source is not public or unknown.
    """
    row = _draft(actor, idea)
    wanted = list(dict.fromkeys(references))
    if set(wanted) - set(manifest.links(wanted)):
        raise RefusedError(
            _("This source is not public or unknown. Check it: one on a line."),
            "synthesis.source",
            status=422,
        )
    fields: dict[str, Any] = {
        "title": text.clean_line(title),
        "said": text.clean(said),
        "references": wanted,
        "reply": reply,
        "reason": text.clean(reason),
        "promise": text.clean(promise),
        "owner": owner,
        "promised_on": promised_on,
    }
    if order is None:
        last = row.clusters.order_by("-order").first()
        return Cluster.objects.create(synthesis=row, order=last.order + 1 if last else 1, **fields)
    cluster = row.clusters.select_for_update().get(order=order)
    for name, value in fields.items():
        setattr(cluster, name, value)
    cluster.save()
    return cluster


def people_of(references: Iterable[str]) -> set[int]:
    """Who stands behind these sources: authors and supporters of ideas, authors of comments and amendments."""
    found: set[int] = set()
    numbers = [each.removeprefix("matter:") for each in references if each.startswith("matter:")]
    ideas = Idea.objects.filter(matter__number__in=numbers)
    found |= set(ideas.filter(matter__author__isnull=False).values_list("matter__author", flat=True))
    stand = Support.objects.filter(idea__in=ideas.values("pk"), withdrawn_at__isnull=True)
    found |= set(stand.values_list("supporter", flat=True))
    keys = [each.removeprefix("comment:") for each in references if each.startswith("comment:")]
    found |= set(Comment.objects.filter(pk__in=keys, state="shown").values_list("author", flat=True))
    for each in references:
        if each.startswith("amendment:"):
            number, _colon, place = each.removeprefix("amendment:").rpartition(":")
            found |= set(
                Amendment.objects.filter(idea__matter__number=number, number=place).values_list(
                    "by", flat=True
                )
            )
    return found


def counted(references: Iterable[str]) -> dict[str, dict[str, int]]:
    """Contributions by kind, and filed ideas by origin and by channel."""
    wanted = set(references)
    kinds = Counter(each.partition(":")[0] for each in wanted)
    numbers = [each.removeprefix("matter:") for each in wanted if each.startswith("matter:")]
    filed = Matter.objects.filter(number__in=numbers).values_list("origin", "channel")
    return {
        "kind": dict(kinds),
        "origin": dict(Counter(origin for origin, _channel in filed)),
        "channel": dict(Counter(channel for _origin, channel in filed)),
    }


def problems(row: Synthesis) -> list[Any]:
    """What it still lacks before it can be approved."""
    found: list[Any] = []
    if not row.summary:
        found.append(_("Write the summary."))
    clusters = list(row.clusters.all())
    if not clusters:
        found.append(_("Write down at least one thing that was said."))
    for cluster in clusters:
        name = {"title": cluster.title}
        if not cluster.references:
            found.append(_("“%(title)s” names no source.") % name)
        if not cluster.reply or len(cluster.reason) < REASON_MIN:
            found.append(_("“%(title)s” has no reply with a reason yet.") % name)
        elif cluster.reply != "rejected" and (
            not cluster.promise or cluster.owner_id is None or cluster.promised_on is None
        ):
            found.append(
                _("“%(title)s” is adopted: say what will be done, by which office and by which day.") % name
            )
        elif cluster.reply != "rejected" and cluster.promised_on and cluster.promised_on < clock.today():
            found.append(_("The day promised for “%(title)s” has passed.") % name)
    return found


def _require_whole(row: Synthesis) -> None:
    lacking = problems(row)
    if lacking:
        raise RefusedError(" ".join(str(each) for each in lacking), "synthesis.incomplete", status=422)


@transaction.atomic
def submit(*, actor: Actor, synthesis: Synthesis) -> Synthesis:
    """Hand it to the approver. Every part needs its reply, the losing side's too."""
    Matter.objects.select_for_update().get(pk=synthesis.idea_id)
    fresh = move(synthesis, "submit", actor=actor, changes={"return_note": ""})
    _require_whole(fresh)
    return fresh


@transaction.atomic
def give_back(*, actor: Actor, synthesis: Synthesis, reason: str) -> Synthesis:
    """The approver returns it with a reason."""
    Matter.objects.select_for_update().get(pk=synthesis.idea_id)
    return move(
        synthesis, "give_back", actor=actor, reason=reason, changes={"return_note": text.clean(reason)}
    )


@transaction.atomic
def publish(*, actor: Actor, synthesis: Synthesis) -> Synthesis:
    """Approve and publish: counts are taken now and stay, what is adopted becomes promises that are followed."""
    matter = Matter.objects.select_for_update().get(pk=synthesis.idea_id)
    _require_whole(synthesis)
    stands = Synthesis.objects.filter(idea=synthesis.idea_id, state="published").first()
    if stands is not None:
        move(stands, "supersede", actor=actor)
    clusters = list(synthesis.clusters.select_related("owner"))
    everything = [reference for cluster in clusters for reference in cluster.references]
    fresh = move(
        synthesis,
        "publish",
        actor=actor,
        organisation=synthesis.office,
        payload={"clusters": [[cluster.title, cluster.reply] for cluster in clusters]},
        changes={
            "approved_by": actor.user,
            "published_at": clock.now(),
            "people": len(people_of(everything)),
            "counts": counted(everything),
        },
    )
    for cluster in clusters:
        cluster.people = len(people_of(cluster.references))
        if cluster.reply != "rejected" and cluster.owner is not None:
            cluster.effect = _promise(actor, matter, fresh, cluster, cluster.owner)
        cluster.save(update_fields=["people", "effect"])
    publish_fact(MatterChanged(matter.pk, "synthesised", actor.user.pk if actor.user else None))
    return fresh


def _promise(
    actor: Actor, matter: Matter, synthesis: Synthesis, cluster: Cluster, owner: Organisation
) -> Effect:
    """The promise of a cluster; one that an earlier version made already is not made twice."""
    earlier = Cluster.objects.filter(
        synthesis__idea=synthesis.idea_id,
        effect__isnull=False,
        promise=cluster.promise,
        owner=cluster.owner,
        promised_on=cluster.promised_on,
    ).first()
    if earlier is not None and earlier.effect is not None:
        return earlier.effect
    effect = Effect.objects.create(
        matter=matter, owner=owner, what=cluster.promise, promised_on=cluster.promised_on
    )
    draw(
        actor=actor,
        kind=Trace.Kind.BECOMES,
        source=synthesis.reference,
        target=effect.reference,
        evidence=cluster.title,
    )
    return effect
