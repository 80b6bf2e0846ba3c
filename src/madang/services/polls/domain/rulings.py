"""Where two coders differ, an analyst decides and says why. Every ruling stays; the latest one counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError
from madang.kernel.models import Mandate, Role, User
from madang.services.polls.models import Codebook, Coding, Objection, Poll, Ruling, Task


class Given(NamedTuple):
    """One coder's reading."""

    coder: User
    code: str
    more: list[str]


class Difference(NamedTuple):
    """An answer that coders coded differently and nobody has decided."""

    response: int
    given: tuple[Given, ...]


def analysts_of(poll: Poll) -> list[User]:
    now = clock.now()
    rows = Mandate.objects.filter(
        post__organisation=poll.host_id, post__role=Role.ANALYST, valid_from__lte=now
    ).exclude(valid_to__lte=now)
    return list(User.objects.filter(pk__in=rows.values("user"), is_active=True))


def differences(*, actor: Actor, codebook: Codebook) -> list[Difference]:
    """The queue. What the analyst still has to code herself is not in it: she stays blind until she has."""
    policy.require("polls.coding.rule", actor, codebook.poll)
    own = Task.objects.filter(codebook=codebook, coder=actor.user, coding__isnull=True).values("response")
    ruled = Ruling.objects.filter(codebook=codebook).values("response")
    rows = (
        Coding.objects.filter(
            task__codebook=codebook, task__is_double=True, task__response__is_withdrawn=False
        )
        .exclude(task__response__in=own)
        .exclude(task__response__in=ruled)
        .select_related("task__coder")
        .order_by("task__response", "task__coder")
    )
    found: dict[int, list[Given]] = defaultdict(list)
    for row in rows:
        found[row.task.response_id].append(Given(row.task.coder, row.code, row.more))
    return [
        Difference(response, tuple(given))
        for response, given in found.items()
        if len({one.code for one in given}) > 1
    ]


def has_coded(user: User, codebook: Codebook, response: int) -> bool:
    return Coding.objects.filter(task__codebook=codebook, task__response=response, task__coder=user).exists()


def may_rule(actor: Actor, codebook: Codebook, response: int) -> policy.Verdict:
    """Nobody decides over her own coding while another analyst could."""
    verdict = policy.can("polls.coding.rule", actor, codebook.poll)
    if not verdict or actor.user is None or not has_coded(actor.user, codebook, response):
        return verdict
    coded = set(
        Coding.objects.filter(task__codebook=codebook, task__response=response).values_list(
            "task__coder", flat=True
        )
    )
    if any(one.pk not in coded for one in analysts_of(codebook.poll)):
        return policy.no(
            _("You coded this answer yourself. Another analyst of your office decides it."), "ruling.own"
        )
    return verdict


@transaction.atomic
def rule(
    *,
    actor: Actor,
    codebook: Codebook,
    response: int,
    code: str,
    reason: str,
    more: Sequence[str] = (),
    turn: int | None = None,
    objection: Objection | None = None,
) -> Ruling:
    """Decide the code of an answer. `turn` is the one that was shown as the next; another decision meanwhile refuses.

    Raises:
        RefusedError: 403 where she coded it and another analyst could decide; 409 where it was decided meanwhile;
            422 without a reason or for an unknown code.
    """
    book = Codebook.objects.select_for_update(of=("self",)).select_related("poll").get(pk=codebook.pk)
    verdict = may_rule(actor, book, response)
    if not verdict:
        raise RefusedError(verdict.reason, verdict.code)
    known = {one["key"] for one in book.body["codes"]}
    others = list(dict.fromkeys(one for one in more if one != code))
    if code not in known or not known.issuperset(others):
        raise RefusedError(_("Choose a code from the list."), "coding.unknown", status=422)
    if not reason.strip():
        raise RefusedError(_("Give a reason in a sentence; coders learn from it."), "flow.reason", status=422)
    last = Ruling.objects.filter(codebook=book, response=response).order_by("-turn").first()
    following = last.turn + 1 if last else 1
    if turn is not None and turn != following:
        raise RefusedError(
            _(
                "Somebody has decided this meanwhile; the decision stands above. What you chose and wrote is still here: send it "
                "once more to decide anew."
            ),
            "ruling.turn",
            status=409,
        )
    if not Task.objects.filter(codebook=book, response=response, coding__isnull=False).exists():
        raise RefusedError(_("Nobody has coded this answer yet."), "ruling.uncoded", status=409)
    made = Ruling.objects.create(
        codebook=book,
        response_id=response,
        turn=following,
        code=code,
        more=others,
        reason=reason.strip(),
        by=actor.account,
        at=clock.now(),
        objection=objection,
    )
    # Which answer it was is nobody's business but the office's: the log says that a ruling was made.
    audit.record(
        actor=actor,
        action="polls.coding.rule",
        target=book.reference,
        payload={
            "response": str(response),
            "code": code,
            "turn": following,
            "objection": objection is not None,
        },
        is_public=False,
    )
    return made
