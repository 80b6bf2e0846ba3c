"""The versions of a text: append-only, one after the other, each with its author and reason."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.domain import handling
from madang.commons.matters.models import Matter
from madang.kernel import clock, policy, text
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.models import User
from madang.services.square.logic import texts
from madang.services.square.models import Amendment, Idea, TextVersion


def number_of(idea: Idea) -> int:
    """The number of the version that stands: 1 until the text is first changed."""
    return idea.versions.order_by("-number").values_list("number", flat=True).first() or 1


def text_of(idea: Idea, number: int) -> tuple[str, str]:
    """Title and body of a version.

    Raises:
        TextVersion.DoesNotExist: there is no such version.
    """
    row = idea.versions.filter(number=number).first()
    if row is not None:
        return row.title, row.body
    if number != 1:
        raise TextVersion.DoesNotExist(f"{idea} has no version {number}")
    return idea.matter.title, idea.matter.body


@transaction.atomic
def write(
    *,
    actor: Actor,
    idea: Idea,
    base: int,
    title: str,
    body: str,
    reason: str,
    amendment: Amendment | None = None,
    author: User | None = None,
) -> TextVersion:
    """Write the next version. Supports stay; whoever follows is told once where the change is substantial.

    Args:
        base: the version that the writer has read; another one meanwhile refuses the act.
        author: whose words they are, where somebody else enters them (an accepted amendment).

    Raises:
        RefusedError: 409 when the text was changed meanwhile, 422 when nothing changes.
    """
    # Under the matter's lock nobody else writes the next number.
    matter = Matter.objects.select_for_update(of=("self",)).select_related("author").get(pk=idea.pk)
    idea.matter = matter
    if amendment is None:  # whoever takes an amendment up was asked for it already
        policy.require("square.idea.write", actor, idea)
    now_stands = number_of(idea)
    if base != now_stands:
        raise RefusedError(
            _("The text was changed meanwhile. Look at the new version, then write yours into it."),
            "text.moved",
            status=409,
        )
    title, body = text.clean_line(title), text.clean(body)
    if (title, body) == (matter.title, matter.body):
        raise RefusedError(_("Nothing is different yet. Change the text first."), "text.same", status=422)
    if not text.clean(reason):
        raise RefusedError(_("Say in a sentence why the text changes."), "text.reason", status=422)
    changed = texts.changed(f"{matter.title}\n{matter.body}", f"{title}\n{body}")
    is_substantial = changed >= int(matter.rule.body.get("substantial_change", texts.SUBSTANTIAL))
    if now_stands == 1:
        TextVersion.objects.create(
            idea=idea,
            number=1,
            title=matter.title,
            body=matter.body,
            author=matter.author,
            at=matter.filed_at,
        )
    handling.reword(
        actor=actor,
        matter=matter,
        title=title,
        body=body,
        reason=text.clean(reason),
        tells=is_substantial,
        payload={
            "version": now_stands + 1,
            "changed_per_thousand": changed,
            **({"amendment": amendment.reference} if amendment is not None else {}),
        },
    )
    return TextVersion.objects.create(
        idea=idea,
        number=now_stands + 1,
        title=title,
        body=body,
        author=author or actor.user,
        at=clock.now(),
        reason=text.clean(reason),
        changed=changed,
        is_substantial=is_substantial,
        amendment=amendment,
    )
