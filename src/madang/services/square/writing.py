"""Acting in the square by public numbers and slugs, for callers that hold no rows."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.commons.matters import api as matters
from madang.commons.matters.enums import Disclosure, Origin
from madang.kernel import text
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.services.square import dto, reading
from madang.services.square.domain import ideas
from madang.services.square.enums import Stance
from madang.services.square.models import Category, Comment, Process


def file_idea(
    *,
    actor: Actor,
    process: str,
    title: str,
    body: str,
    category: str = "",
    place: str = "",
    origin: str = Origin.INDIVIDUAL,
    group_name: str = "",
    author_label: str = "",
    contact_email: str = "",
) -> dto.FiledIdea:
    """File an idea and get the receipt. `process` and `category` are slugs; the words are cleaned here.

    Raises:
        RefusedError: 422 with code `filing.<field>` for what does not exist or is missing, 403 by the policy.
    """
    where = Process.objects.filter(slug=process).select_related("space__host").first()
    if where is None:
        raise RefusedError(
            _("There is no such process. Choose one from the list."), "filing.process", status=422
        )
    kind = Category.objects.filter(process=where, slug=category).first() if category else None
    if category and kind is None:
        raise RefusedError(_("This process has no such category."), "filing.category", status=422)
    if origin not in (Origin.INDIVIDUAL, Origin.ORGANISED):
        raise RefusedError(
            _("Say whether you write for yourself or for a group."), "filing.origin", status=422
        )
    group = text.clean_line(group_name) if origin == Origin.ORGANISED else ""
    if origin == Origin.ORGANISED and not group:
        raise RefusedError(_("Give the name of the group you write for."), "filing.group_name", status=422)
    idea, filed = ideas.file(
        actor=actor,
        process=where,
        title=text.clean_line(title),
        body=text.clean(body),
        category=kind,
        place=text.clean_line(place),
        origin=origin,
        group_name=group,
        author_label=text.clean_line(author_label) if not actor.is_signed_in else "",
        contact_email=contact_email,
    )
    receipt = matters.receipt(filed.matter, code=filed.code)
    return dto.FiledIdea(
        number=filed.matter.number or "",
        code=filed.code,
        receipt=receipt.text_if_possible if receipt is not None else "",
        filed_at=filed.matter.filed_at,
        threshold=idea.threshold,
        discussion_ends_at=idea.discussion_ends_at,
    )


def set_support(*, actor: Actor, number: str, supported: bool) -> dto.SupportState:
    """Support an idea or take it back; saying the same twice changes nothing."""
    row = reading.bare_idea(number)
    act = ideas.support if supported else ideas.unsupport
    changed = act(actor=actor, idea=row)
    return dto.SupportState(
        number=row.matter.number or "",
        supported=supported,
        changed=changed,
        supports=row.support_total,
        threshold=row.threshold,
    )


def write_comment(*, actor: Actor, number: str, body: str, stance: str, parent: str = "") -> dto.CommentRow:
    """Say something about an idea; `parent` is the reference of the comment that is answered."""
    row = reading.public_idea(number)
    if stance not in Stance.values:
        raise RefusedError(_("Choose for, against or question."), "comment.stance", status=422)
    answered = _comment(row.pk, parent) if parent else None
    return reading.comment(ideas.comment(actor=actor, idea=row, body=body, stance=stance, parent=answered))


def _comment(idea_id: int, reference: str) -> Comment:
    key = reference.removeprefix("comment:")
    found = None
    if key.isascii() and key.isdecimal() and len(key) < 19:
        found = (
            Comment.objects.filter(
                pk=int(key), idea=idea_id, idea__matter__disclosure=Disclosure.PUBLIC, state="shown"
            )
            .select_related("parent")
            .first()
        )
    if found is None:
        raise RefusedError(_("The comment you answer is not there any more."), "comment.parent", status=422)
    return found
