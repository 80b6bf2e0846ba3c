"""What moderation has to decide about: words against a person, an appeal, and the same text three times."""

from __future__ import annotations

from collections.abc import Iterable

from madang.kernel import actors
from madang.kernel.actors import Actor
from madang.kernel.models import User
from madang.services.square.domain import appeals, ideas, moderation
from madang.services.square.models import Idea


def _as(name: str) -> Actor:
    return actors.person(User.objects.get(email=f"{name}@haedam.example"))


def quarrel(idea: Idea, copiers: Iterable[Actor]) -> None:
    """One comment is taken down and its author appeals; others write one text, each for herself."""
    harsh = ideas.comment(
        actor=_as("neighbour"),
        idea=idea,
        body="이런 걸 제안하는 사람은 생각이 있는지 모르겠습니다.",
        stance="against",
    )
    harsh = moderation.hide_comment(
        actor=_as("moderator"),
        comment=harsh,
        reason_code="insult",
        reason="제안이 아니라 제안한 사람을 말합니다.",
    )
    appeals.appeal(
        actor=_as("neighbour"),
        subject=harsh,
        words="거친 말이었지만 사람을 욕하려던 것은 아니었습니다. 다시 보여 주시면 고쳐 쓰겠습니다.",
    )
    for copier in copiers:
        ideas.comment(
            actor=copier,
            idea=idea,
            stance="against",
            body="경사로보다 엘리베이터를 먼저 놓아야 합니다. 예산을 나눠 쓰지 말고 한 곳에 모아 주세요.",
        )
