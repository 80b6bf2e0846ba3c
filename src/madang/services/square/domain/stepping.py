"""An author steps back: what others support is not hers alone, so one of them may take it over."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.domain import handling
from madang.commons.matters.models import Matter
from madang.kernel import clock
from madang.kernel.actors import Actor, system
from madang.kernel.domain import audit
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.services.square.domain import counting
from madang.services.square.events import SteppedBack
from madang.services.square.models import CoAuthor, Idea, StepBack, Support

log = logging.getLogger("madang.square")
DAYS = 14


def keeps(actor: Actor, matter: Matter, reason: str) -> bool:
    """Whether an idea that its author gives up goes on for others; told to `matters` as it is asked there.

    Where others write it, the next of them is its author. Where others support it, they have the days of the rules
    to take it over. Otherwise it is withdrawn at once.
    """
    idea = Idea.objects.filter(pk=matter.pk).first()
    if idea is None or not matter.is_public:
        return False
    if idea.is_topic:
        raise RefusedError(
            _("A topic is not withdrawn: let your own idea go on by itself."), "topic.withdraw", status=409
        )
    if actor.user is not None and actor.user.pk != matter.author_id:
        mine = CoAuthor.objects.filter(idea=idea, user=actor.user, state="accepted").first()
        if mine is not None:
            move(mine, "leave", actor=actor, changes={"answered_at": clock.now()})
            return True
    next_one = (
        idea.coauthors.filter(state="accepted", user__is_active=True)
        .select_related("user")
        .order_by("at")
        .first()
    )
    if next_one is not None and next_one.user is not None:
        move(next_one, "lead", actor=system("next_author"), changes={"answered_at": clock.now()})
        said = reason or gettext("The first author has left; the next one goes on.")
        handling.hand_over(actor=system("next_author"), matter=matter, to=next_one.user, reason=said)
        return True
    if not Support.objects.filter(idea=idea, withdrawn_at__isnull=True).exists():
        return False
    return _step_back(actor, idea, matter, reason)


def _step_back(actor: Actor, idea: Idea, matter: Matter, reason: str) -> bool:
    if idea.step_backs.filter(state="open").exists():
        raise RefusedError(_("You have stepped back already."), "step_back.twice", status=409)
    now = clock.now()
    row = StepBack.objects.create(
        idea=idea,
        by=actor.user,
        at=now,
        until=now + timedelta(days=int(matter.rule.body.get("take_over_days", DAYS))),
        reason=reason,
    )
    audit.record(
        actor=actor,
        action="square.step_back.open",
        target=row.reference,
        is_public=row.is_public,
        reason=reason,
        payload={"matter": matter.number},
    )
    publish(SteppedBack(row.pk))
    return True


@transaction.atomic
def take_over(*, actor: Actor, step_back: StepBack) -> StepBack:
    """A supporter goes on with it as its author. Of two at once the first one does."""
    matter = Matter.objects.select_for_update().get(pk=step_back.idea_id)
    fresh = move(step_back, "take", actor=actor, changes={"taken_by": actor.user, "ended_at": clock.now()})
    reason = gettext("A supporter goes on with it, because its author has stepped back.")
    handling.hand_over(actor=system("take_over"), matter=matter, to=actor.account, reason=reason)
    # She counts as its author from now on.
    given = Support.objects.filter(idea=fresh.idea_id, supporter=actor.user, withdrawn_at__isnull=True)
    now = clock.now()
    given.update(withdrawn_at=now, changed_at=now, uncounted=counting.more(-1))
    return fresh


@transaction.atomic
def come_back(*, actor: Actor, step_back: StepBack) -> StepBack:
    """The author stays after all."""
    Matter.objects.select_for_update().get(pk=step_back.idea_id)
    return move(step_back, "come_back", actor=actor, changes={"ended_at": clock.now()})


def lapse() -> int:
    """Nobody took it over in time: it is withdrawn. Each is moved once."""
    over = StepBack.objects.filter(state="open", until__lte=clock.now()).select_related("idea__matter")
    moved = 0
    for row in over.order_by("until")[:200]:
        try:
            moved += _lapse(row)
        except RefusedError as refusal:  # taken over meanwhile; the rest goes on
            log.info("%s did not lapse: %s", row.reference, refusal.code)
    return moved


@transaction.atomic
def _lapse(row: StepBack) -> int:
    matter = Matter.objects.select_for_update().get(pk=row.idea_id)
    actor, now = system("step_back_silence"), clock.now()
    if matter.state not in matter.flow.step("withdraw").sources:
        move(row, "close", actor=actor, changes={"ended_at": now})  # answered or merged meanwhile
        return 1
    move(row, "lapse", actor=actor, changes={"ended_at": now})
    reason = row.reason or gettext("Its author stepped back and nobody took it over in time.")
    handling.withdraw(actor=actor, matter=matter, reason=reason)
    return 1
