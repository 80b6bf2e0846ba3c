"""What moderation decides about: an idea, a comment, a member's reason in a planning group. One way to ask of each."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.enums import Disclosure
from madang.commons.matters.models import Matter
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit
from madang.services.square.enums import CommentState, HideReason
from madang.services.square.models import (
    Amendment,
    Appeal,
    Candidate,
    Challenge,
    Comment,
    Flag,
    Idea,
    PlanningVote,
)

Subject = Comment | Idea | PlanningVote
KINDS: dict[str, type[Subject]] = {"idea": Idea, "comment": Comment, "vote": PlanningVote}
MATTER = {"idea": "matter", "comment": "idea__matter", "vote": "seat__candidate__idea__matter"}
"""Where the matter of each kind is found."""
MORE = {"vote": ("seat__candidate__space", "seat__user")}


def require_reason(reason_code: str) -> None:
    """Nothing is taken down for another than the published reasons.

    Raises:
        RefusedError: 422, this is none of them.
    """
    if reason_code not in HideReason.values:
        raise RefusedError(_("Choose one of the published reasons."), "moderation.reason", status=422)


def require_up(row: Amendment | Candidate | Challenge, reason_code: str) -> None:
    """What has only words to take down is taken down once. Call it where nobody else moves the row.

    Raises:
        RefusedError: 409, it is down already; 422, this is none of the published reasons.
    """
    require_reason(reason_code)
    if type(row)._default_manager.exclude(hide_reason="").filter(pk=row.pk).exists():
        raise RefusedError(_("It is taken down already."), "moderation.down", status=409)


def kind_of(subject: Subject) -> str:
    return next(name for name, model in KINDS.items() if isinstance(subject, model))


def rows(kind: str) -> QuerySet[Any]:
    """All of a kind, with what is asked of them here."""
    return KINDS[kind]._default_manager.select_related(f"{MATTER[kind]}__host", *MORE.get(kind, ()))


def named(subject: Subject) -> dict[str, Subject]:
    """The one field of a flag or an appeal that names this, with this."""
    return {kind_of(subject): subject}


def of(row: Flag | Appeal) -> Subject:
    """What a flag or an appeal is about."""
    found = row.comment or row.idea or row.vote
    assert found is not None  # the database keeps this
    return found


def matter_of(subject: Subject) -> Matter:
    if isinstance(subject, Comment):
        return subject.idea.matter
    return subject.matter if isinstance(subject, Idea) else subject.seat.candidate.idea.matter


def author_of(subject: Subject) -> int | None:
    if isinstance(subject, Comment):
        return subject.author_id
    return subject.matter.author_id if isinstance(subject, Idea) else subject.seat.user_id


def words_of(subject: Subject) -> str:
    if isinstance(subject, Comment):
        return subject.body
    return f"{subject.matter.title}\n\n{subject.matter.body}" if isinstance(subject, Idea) else subject.reason


def reference_of(subject: Subject) -> str:
    """The target of acts on it: an idea is known by its matter."""
    return subject.matter.reference if isinstance(subject, Idea) else subject.reference


def is_down(subject: Subject) -> bool:
    if isinstance(subject, Idea):
        return subject.matter.disclosure == Disclosure.HIDDEN
    return subject.state == CommentState.HIDDEN


def taking_down(subject: Subject) -> Audit | None:
    """The act that took a thing down, while it is down; None otherwise."""
    if not is_down(subject):
        return None
    action = "matters.matter.hide" if isinstance(subject, Idea) else f"{subject.flow.name}.hide"
    acts = Audit.objects.filter(action=action, target=reference_of(subject))
    return acts.order_by("-at", "-pk").first()
