"""Cases that say the same: found when they come in, worked on as one, each answered by itself.

Nothing is merged away. Every case keeps number, receipt, clock and author; a job gives each member the office and the
answer of its lead, in a transaction of its own, and goes on where it was stopped.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.domain import together
from madang.commons.matters.enums import OWED
from madang.commons.matters.models import Answer, Matter
from madang.kernel import clock, policy
from madang.kernel.actors import Actor, system
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError
from madang.services.casework.domain import desk_rules
from madang.services.casework.logic import sameness
from madang.services.casework.models import Case, Cluster, ClusterKind, ClusterMember, Fingerprint

RULE = "casework.cluster"
BATCH = 200


def digest_of(case: Case) -> str:
    """What is equal for the same words about the same place."""
    category = case.category.code if case.category is not None else ""
    return sameness.digest(
        case.matter.title, case.matter.body, category=category, address=case.address, point=case.point
    )


@transaction.atomic(savepoint=False)
def take_in(case: Case) -> Cluster | None:
    """Look whether a new case says what others say that are open, and let it join them; its cluster, if any.

    From the second on where one person repeats herself; from as many people as the rule says where several do.
    """
    matter = case.matter
    mine = Fingerprint.objects.create(
        case=case, center_id=case.center_id, digest=digest_of(case), author_id=matter.author_id
    )
    cluster = (
        Cluster.objects.select_for_update()
        .filter(center=case.center_id, digest=mine.digest, is_open=True, lead__matter__state__in=OWED)
        .first()
    )
    if cluster is not None and (
        cluster.kind == ClusterKind.SAME
        or (mine.author_id is not None and cluster.lead.matter.author_id == mine.author_id)
    ):
        _join(cluster, [case])
        return cluster
    alike = Fingerprint.objects.filter(
        center=case.center_id, digest=mine.digest, case__matter__state__in=OWED
    )
    if not alike.exclude(pk=mine.pk).exists():  # nearly always
        return None
    at_least = int(desk_rules.terms(desk_rules.SAME_PURPORT).body["at_least"])
    if _people(alike) >= at_least:
        return _gather(case, alike, ClusterKind.SAME, cluster)
    if mine.author_id is None or cluster is not None:
        return cluster if cluster is None else None
    hers = alike.filter(author=mine.author_id)
    return _gather(case, hers, ClusterKind.REPEATED, None) if hers.count() > 1 else None


def _people(rows: QuerySet[Fingerprint]) -> int:
    """How many people: accounts once each, and whoever filed without one for as many as they are."""
    found = rows.order_by().aggregate(
        known=Count("author", distinct=True), unknown=Count("pk", filter=Q(author__isnull=True))
    )
    return int(found["known"]) + int(found["unknown"])


def _gather(case: Case, rows: QuerySet[Fingerprint], kind: str, cluster: Cluster | None) -> Cluster | None:
    """Put all of these into one cluster, the first that came in as its lead."""
    cases = list(
        Case.objects.filter(pk__in=rows.values("pk"))
        .select_related("matter")
        .order_by("matter__filed_at", "pk")
    )
    digest = digest_of(case)
    if cluster is None:
        lead = next((one for one in cases if not _is_taken(one)), None)
        if lead is None:
            return None
        try:
            with transaction.atomic():
                cluster = Cluster.objects.create(
                    center=case.center, lead=lead, kind=kind, digest=digest, at=clock.now()
                )
        except IntegrityError:  # somebody else's filing made it at the same moment
            cluster = Cluster.objects.filter(center=case.center, digest=digest, is_open=True).first()
            if cluster is None:
                return None
        _log(system(RULE), cluster, "made", len(cases))
    if cluster.kind != kind:
        Cluster.objects.filter(pk=cluster.pk).update(kind=kind)
        cluster.kind = kind
    _join(cluster, cases)
    return cluster


def _is_taken(case: Case) -> bool:
    """Whether it stands in a cluster already, as lead or as member."""
    return (
        Cluster.objects.filter(lead=case).exists()
        or ClusterMember.objects.filter(case=case, left_at__isnull=True).exists()
    )


def _join(cluster: Cluster, cases: Iterable[Case], by: Actor | None = None) -> int:
    """Add those that stand nowhere yet; how many."""
    fresh = [one for one in cases if one.pk != cluster.lead_id and not _is_taken(one)]
    ClusterMember.objects.bulk_create(
        [
            ClusterMember(cluster=cluster, case=one, joined_at=clock.now(), by=by.user if by else None)
            for one in fresh
        ],
        ignore_conflicts=True,
    )
    return len(fresh)


def _log(actor: Actor, cluster: Cluster, what: str, count: int, reason: str = "") -> None:
    audit.record(
        actor=actor,
        action="casework.cluster.change",
        target=cluster.reference,
        organisation=cluster.lead.matter.responsible,
        is_public=False,
        reason=reason,
        payload={"what": what, "cases": count},
    )


@transaction.atomic
def put_together(*, actor: Actor, lead: Case, cases: Iterable[Case], reason: str) -> Cluster:
    """Have cases of the same purport answered with one of them; all or none.

    Raises:
        RefusedError: 403 where one is not of her office; 409 one is answered, or stands in another cluster; 422 too
            few people by the rule, or without a reason.
    """
    chosen = [one for one in cases if one.pk != lead.pk]
    keys = sorted({lead.pk, *(one.pk for one in chosen)})
    locked = {one.pk: one for one in Matter.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    for matter in locked.values():
        policy.require("casework.matter.together", actor, matter)
    if not reason.strip():
        raise RefusedError(_("Give the reason in a sentence or two."), "flow.reason", status=422)
    if any(matter.state not in OWED for matter in locked.values()):
        raise RefusedError(
            _("One of these is answered or ended already. Look again."), "cluster.ended", status=409
        )
    known = Cluster.objects.filter(lead=lead).first()
    if any(_is_taken(one) for one in chosen) or (known is None and _is_taken(lead)):
        raise RefusedError(
            _("One of these is answered together with others already."), "cluster.taken", status=409
        )
    authors = {matter.author_id or -matter.pk for matter in locked.values()}
    if known is not None:
        authors |= {
            author or -pk for pk, author in known.members.values_list("case_id", "case__matter__author")
        }
    at_least = int(desk_rules.terms(desk_rules.SAME_PURPORT).body["at_least"])
    if 1 < len(authors) < at_least:
        raise RefusedError(
            _(
                "By the rule cases are answered together from %(least)s people on; these are %(have)s. "
                "Answer them one by one, with a template."
            )
            % {"least": at_least, "have": len(authors)},
            "cluster.few",
            status=422,
        )
    kind = ClusterKind.SAME if len(authors) > 1 else ClusterKind.REPEATED
    if known is None:
        known = Cluster.objects.create(
            center=lead.center, lead=lead, kind=kind, at=clock.now(), by=actor.user, reason=reason[:300]
        )
    elif not known.is_open:
        raise RefusedError(
            _("One of these is answered or ended already. Look again."), "cluster.ended", status=409
        )
    added = _join(known, chosen, actor)
    _log(actor, known, "put together", added, reason)
    return known


@transaction.atomic
def take_out(*, actor: Actor, member: ClusterMember, reason: str) -> ClusterMember:
    """A case is different after all: it is worked on by itself again, on its own date."""
    row = (
        ClusterMember.objects.select_for_update()
        .select_related("case__matter", "cluster__lead__matter")
        .get(pk=member.pk)
    )
    policy.require("casework.matter.together", actor, row.case.matter)
    if not reason.strip():
        raise RefusedError(_("Give the reason in a sentence or two."), "flow.reason", status=422)
    if row.left_at is not None or row.answered_at is not None:
        raise RefusedError(_("It is answered, or was taken out already."), "cluster.left", status=409)
    row.left_at, row.left_why = clock.now(), reason.strip()[:300]
    row.save(update_fields=["left_at", "left_why"])
    _log(actor, row.cluster, "taken out", 1, reason)
    return row


def waiting(cluster: Cluster) -> QuerySet[ClusterMember]:
    """Members that have not got their answer yet."""
    return cluster.members.filter(left_at__isnull=True, answered_at__isnull=True)


def settle(most: int = BATCH) -> int:
    """Give members what their leads have, office and answer; how many were moved. Safe to stop at any moment."""
    done = 0
    for cluster in Cluster.objects.filter(is_open=True).select_related(
        "lead__matter__responsible", "lead__matter__officer"
    ):
        if done >= most:
            break
        done += _settle(cluster, most - done)
    return done


def _settle(cluster: Cluster, most: int) -> int:
    lead = cluster.lead.matter
    if lead.state not in (*OWED, "answered"):
        _promote(cluster)
        return 1
    answer = (
        lead.answers.filter(state=Answer.State.PUBLISHED)
        .select_related(
            "office", "owner", "matter__responsible", "matter__officer", "drafted_by", "approved_by"
        )
        .order_by("-version")
        .first()
        if lead.state == "answered"
        else None
    )
    rows = waiting(cluster).select_related("case__matter")
    if answer is None:
        if lead.state != "assigned":
            return 0
        # An answer is not owed to who took her case back, and it does not stand in the way of the others.
        moving = rows.filter(case__matter__state__in=OWED).exclude(
            case__matter__state="assigned", case__matter__responsible=lead.responsible_id
        )
        return sum(_follow(member, lead) for member in moving[:most])
    done = sum(_answer(member, answer) for member in rows[:most])
    if not waiting(cluster).exists():
        Cluster.objects.filter(pk=cluster.pk).update(is_open=False)
    return done


@transaction.atomic
def _follow(member: ClusterMember, lead: Matter) -> int:
    together.follow(actor=system(RULE), matter=member.case.matter, lead=lead)
    return 1


@transaction.atomic
def _answer(member: ClusterMember, answer: Answer) -> int:
    row = ClusterMember.objects.select_for_update().get(pk=member.pk)
    if row.answered_at is not None or row.left_at is not None:
        return 0
    matter = Matter.objects.select_for_update().get(pk=member.case_id)
    if matter.state in OWED:
        together.answer_with(actor=system(RULE), matter=matter, answer=answer, reason=_words(answer, matter))
    row.answered_at = clock.now()
    row.save(update_fields=["answered_at"])
    return 1


def _words(answer: Answer, matter: Matter) -> str:
    """The answer with the number of this case where it names that of its lead: nobody reads another's number."""
    lead = answer.matter
    if not lead.number or lead.number not in answer.reason:
        return ""
    other = matter.number or ("your case" if matter.language == "en" else "보내 주신 민원")
    return answer.reason.replace(lead.number, other)


@transaction.atomic
def _promote(cluster: Cluster) -> None:
    """The lead ended without an answer, as its author wished: the oldest of the others leads now."""
    row = Cluster.objects.select_for_update().get(pk=cluster.pk)
    heir = (
        waiting(row)
        .filter(case__matter__state__in=OWED)
        .select_related("case")
        .order_by("case__matter__filed_at", "pk")
        .first()
    )
    if heir is None:
        Cluster.objects.filter(pk=row.pk).update(is_open=False)
        return
    heir.left_at, heir.left_why = clock.now(), "lead"
    heir.save(update_fields=["left_at", "left_why"])
    row.lead = heir.case
    row.save(update_fields=["lead"])
    _log(system(RULE), row, "another lead", 1)
