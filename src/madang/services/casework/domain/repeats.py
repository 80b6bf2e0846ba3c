"""The same case of the same person again and again (Civil Petitions Treatment Act art. 23): counted, weighed, reviewed.

A case is closed as a repeat only where the law's count is reached with answers that can be read, and where everything
it wants weighed is written down; somebody else approves it, and its author may have a board look at it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.domain import answers, together
from madang.commons.matters.enums import Disposition
from madang.commons.matters.models import Answer, Matter
from madang.commons.notices import api as notices
from madang.kernel import clock, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.services.casework.domain import desk_rules
from madang.services.casework.domain.notes import original_of
from madang.services.casework.logic import sameness
from madang.services.casework.models import Repeat, RepeatEarlier, Review

FACTORS = ("nature", "likeness", "same_answer", "no_cause")
FACTOR_LEAST = 20
_NAMES_RULE = re.compile(
    r"제?\s?23\s?조|반복\s?민원|repeat(?:ed)? petition|art(?:icle|\.)\s?23", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier answered case of the same person: how alike in percent, and the answer that stands."""

    matter: Matter
    answer: Answer
    alike: int
    is_enough: bool


@dataclass(frozen=True, slots=True)
class Stand:
    """Where the count stands: `count` filings with this one and `notices` of outcomes, of those that are needed."""

    count: int
    notices: int
    needs_count: int
    needs_notices: int

    @property
    def is_reached(self) -> bool:
        return self.count >= self.needs_count and self.notices >= self.needs_notices


def earlier_of(matter: Matter) -> list[Earlier]:
    """Cases that the same account filed before and that were answered, the oldest first; at most fifty."""
    if matter.author_id is None:
        return []
    least = int(desk_rules.terms(desk_rules.REPEAT).body["alike"])
    last = Answer.objects.filter(matter=OuterRef("pk"), state=Answer.State.PUBLISHED).order_by("-version")
    rows = list(
        Matter.objects.filter(author=matter.author_id, case__isnull=False, filed_at__lt=matter.filed_at)
        .exclude(pk=matter.pk)
        .annotate(last_answer=Subquery(last.values("pk")[:1]))
        .filter(last_answer__isnull=False)
        .select_related("original")
        .order_by("filed_at", "pk")[:50]
    )
    found = Answer.objects.select_related("office", "matter").in_bulk([row.last_answer for row in rows])
    here = "\n".join(original_of(matter))
    made = []
    for row in rows:
        kept = getattr(row, "original", None)
        there = f"{kept.title}\n{kept.body}" if kept else f"{row.title}\n{row.body}"
        alike = sameness.alike(here, there)
        made.append(Earlier(row, found[row.last_answer], alike, alike >= least))
    return made


def stand(earlier: list[Earlier]) -> Stand:
    """The count with these earlier ones: each that is alike enough is a filing, and its answer a notice."""
    body = desk_rules.terms(desk_rules.REPEAT).body
    counted = [one for one in earlier if one.is_enough]
    return Stand(len(counted) + 1, len(counted), int(body["times"]), int(body["notices"]))


@transaction.atomic
def find(
    *,
    actor: Actor,
    matter: Matter,
    earlier: list[int],
    nature: str,
    likeness: str,
    same_answer: str,
    no_cause: str,
) -> Answer:
    """Find that a case repeats earlier ones, and hand a closing answer to the approver; both or neither.

    Args:
        earlier: keys of the earlier matters it is compared with.
        nature, likeness, same_answer: what art. 23 (3) wants weighed: what the case is; how its content is like and
            related to the earlier ones; why no other answer is possible.
        no_cause: why there is no just cause to file it again.

    Raises:
        RefusedError: 403; 409 it is not with the office, or a draft is under way; 422 filed without an account, an
            earlier one that is not hers or not alike enough, too small a count, or something not weighed.
    """
    fresh = Matter.objects.select_for_update().select_related("responsible").get(pk=matter.pk)
    policy.require("casework.matter.find_repeat", actor, fresh)
    if fresh.state != "assigned":
        raise RefusedError(_("This is not with your office any more."), "repeat.state", status=409)
    if fresh.author_id is None:
        raise RefusedError(
            _(
                "It was filed without an account, so nobody knows whether the same person filed it. Answer it."
            ),
            "repeat.nameless",
            status=422,
        )
    known = {one.matter.pk: one for one in earlier_of(fresh)}
    chosen = [known[pk] for pk in dict.fromkeys(earlier) if pk in known]
    if len(chosen) != len(set(earlier)) or any(not one.is_enough for one in chosen):
        raise RefusedError(
            _("Choose only answered cases of the same person that are alike enough; the list shows which."),
            "repeat.earlier",
            status=422,
        )
    stands = stand(chosen)
    if not stands.is_reached:
        raise RefusedError(
            _(
                "The rule is not met: filed %(count)s of %(times)s times, outcome told %(told)s of %(notices)s "
                "times. Answer it."
            )
            % {
                "count": stands.count,
                "times": stands.needs_count,
                "told": stands.notices,
                "notices": stands.needs_notices,
            },
            "repeat.count",
            status=422,
        )
    weighed = {"nature": nature, "likeness": likeness, "same_answer": same_answer, "no_cause": no_cause}
    for name, value in weighed.items():
        if len(value.strip()) < FACTOR_LEAST:
            raise RefusedError(
                _("Write down each of the four, at least 20 characters."), f"repeat.{name}", status=422
            )
    if fresh.answers.exclude(state=Answer.State.PUBLISHED).exclude(state=Answer.State.DRAFT).exists():
        raise RefusedError(
            _("A draft is with the approver. Wait until it comes back."), "repeat.draft", status=409
        )
    Repeat.objects.filter(matter=fresh).delete()
    found = Repeat.objects.create(
        matter=fresh,
        count=stands.count,
        notices=stands.notices,
        rule_body=dict(desk_rules.terms(desk_rules.REPEAT).body),
        at=clock.now(),
        by=actor.account,
        **{name: value.strip() for name, value in weighed.items()},
    )
    RepeatEarlier.objects.bulk_create(
        [RepeatEarlier(repeat=found, matter=one.matter, answer=one.answer, alike=one.alike) for one in chosen]
    )
    audit.record(
        actor=actor,
        action="casework.matter.find_repeat",
        target=fresh.reference,
        organisation=fresh.responsible,
        is_public=fresh.is_public,
        payload={"count": stands.count, "notices": stands.notices, "alike": [one.alike for one in chosen]},
    )
    draft = answers.save(
        actor=actor,
        matter=fresh,
        disposition=Disposition.NOT_ADMISSIBLE,
        reason=_closing(fresh, found, chosen),
    )
    return answers.submit(actor=actor, answer=draft)


def _closing(matter: Matter, found: Repeat, chosen: list[Earlier]) -> str:
    """What its author reads: the count, the answers she had, what was weighed, and the board."""
    is_english = matter.language == "en"
    lines = []
    for one in chosen:
        day = clock.seoul(one.answer.published_at or found.at).strftime("%Y-%m-%d")
        name = one.matter.number or one.matter.title
        lines.append(
            f"- {name}: answered on {day}, {one.alike} % alike" if is_english
            else f"- {name}: {day} 답변, 유사도 {one.alike}%"
        )  # fmt: skip
    weighed = (
        ("Nature of the case", "Likeness to the earlier ones", "Why no other answer is possible", "No just cause")
        if is_english
        else ("민원의 성격", "종전 민원과의 유사성·관련성", "같은 답변을 할 수밖에 없는 사정", "정당한 사유가 없다고 본 이유")
    )  # fmt: skip
    words = (found.nature, found.likeness, found.same_answer, found.no_cause)
    parts = [f"{name}: {said}" for name, said in zip(weighed, words, strict=True)]
    if is_english:
        first = (
            f"This case was filed {found.count} times with the same content, and its outcome was told "
            f"{found.notices} times. It is closed under article 23 of the Civil Petitions Treatment Act."
        )
        last = "If you think that is wrong, ask the review board on the page of this case."
    else:
        first = (
            f"같은 내용의 민원이 {found.count}번 접수되었고 처리 결과를 {found.notices}번 알려 드렸습니다. "
            "「민원 처리에 관한 법률」 제23조에 따라 종결합니다."
        )
        last = "동의하지 않으시면 이 민원의 화면에서 심의를 요청할 수 있습니다."
    return "\n\n".join([first, "\n".join(lines), "\n".join(parts), last])


def lacks(answer: Answer) -> list[str | Promise]:
    """A closing as a repeat needs its finding, and a count that still holds."""
    if answer.disposition != Disposition.NOT_ADMISSIBLE:
        return []
    found = Repeat.objects.filter(matter=answer.matter_id).first()
    if found is None:
        if getattr(answer.matter, "case", None) is not None and _NAMES_RULE.search(answer.reason):
            return [
                _(
                    "To close a case as a repeat, use its own form: it counts, and asks what has to be weighed."
                )
            ]
        return []
    rows = found.earlier.filter(answer__state=Answer.State.PUBLISHED, matter__author=answer.matter.author_id)
    if rows.count() != found.notices or not answer.matter.author_id:
        return [_("The count of earlier cases does not hold any more. Look at the repeat form again.")]
    return []


def closed_as_repeat(matter: Matter) -> Repeat | None:
    """The finding by which a case is closed now."""
    if matter.state != "answered" or matter.disposition != Disposition.NOT_ADMISSIBLE:
        return None
    return Repeat.objects.filter(matter=matter).select_related("review").first()


def review_until(matter: Matter) -> datetime | None:
    """The last moment at which its author may ask the board; None where there is nothing to ask about."""
    found = closed_as_repeat(matter)
    if found is None or matter.ended_at is None:
        return None
    days = int(found.rule_body.get("review_days", desk_rules.terms(desk_rules.REPEAT).body["review_days"]))
    return matter.ended_at + timedelta(days=days)


@transaction.atomic
def ask_review(*, actor: Actor, matter: Matter) -> Review:
    """Its author asks the board, with one click and without a reason; a second time gives the first.

    Raises:
        RefusedError: 403 not its author; 409 it is not closed as a repeat; 422 the time is over.
    """
    fresh = Matter.objects.select_for_update().get(pk=matter.pk)
    policy.require("casework.repeat.review", actor, fresh)
    found, until = closed_as_repeat(fresh), review_until(fresh)
    if found is None or until is None:
        raise RefusedError(_("This case is not closed as a repeat."), "review.none", status=409)
    made = Review.objects.filter(repeat=found).first()
    if made is not None:
        return made
    if clock.now() > until:
        raise RefusedError(_("The time to ask the board is over."), "review.over", status=422)
    made = Review.objects.create(repeat=found, asked_at=clock.now(), asked_by=actor.user)
    audit.record(
        actor=actor,
        action="casework.repeat.review",
        target=fresh.reference,
        organisation=fresh.host,
        is_public=fresh.is_public,
    )
    return made


@transaction.atomic
def decide(*, actor: Actor, review: Review, is_upheld: bool, reason: str) -> Review:
    """The board decides: the office answers again with a new clock, or the case stays closed."""
    Matter.objects.select_for_update().get(pk=review.repeat_id)
    fresh = move(
        review,
        "uphold" if is_upheld else "refuse",
        actor=actor,
        reason=reason,
        changes={"decision": reason, "decided_at": clock.now(), "decided_by": actor.user},
    )
    if is_upheld:
        together.reconsider(actor=actor, matter=fresh.repeat.matter, reason=reason)
    else:
        # A case that is opened again tells its author by itself.
        matter = fresh.repeat.matter
        notices.tell(
            reference=matter.reference,
            kind="casework.review_refused",
            title=matter.title,
            not_user=actor.user,
        )
    return fresh
