"""What the square takes in by any means: an idea in a process, and support of a known person."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madang.commons.channels import api as channels
from madang.kernel import policy
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.policy import Verdict
from madang.services.square import limits
from madang.services.square.domain import ideas
from madang.services.square.models import Process

NAME = "square.idea"


def _processes() -> list[channels.Place]:
    rows = Process.objects.filter(space__is_archive=False).select_related("space")
    return [
        channels.Place(row.slug, row.title_ko, row.title_en, row.space.host_id, row.summary) for row in rows
    ]


def _process(slug: str) -> Process:
    found = Process.objects.filter(slug=slug, space__is_archive=False).select_related("space__host").first()
    if found is None:
        raise RefusedError(
            _("There is no such process. Choose one from the list."), "filing.process", status=422
        )
    return found


def _verdict(actor: Actor, place: str) -> Verdict:
    return policy.can("square.idea.file", actor, _process(place))


def _file(*, actor: Actor, place: str, words: channels.Words) -> channels.Taken:
    """The call that the form on the site makes, by another channel."""
    from madang.services.square.web.filed import next_steps  # its words need the addresses of the site

    idea, filed = ideas.file(
        actor=actor,
        process=_process(place),
        title=words.title,
        body=words.body,
        author_label="" if actor.is_signed_in else words.name,
        contact_email="" if actor.is_signed_in else words.email,
        uploads=words.uploads,
    )
    matter = filed.matter
    return channels.Taken(
        reference=matter.reference,
        number=matter.number or "",
        title=matter.title,
        url=reverse("item", args=[matter.number]) if matter.number else "",
        office=matter.responsible.name,
        filed_at=matter.filed_at,
        code=filed.code,
        next=tuple(next_steps(idea)),
    )


def _support(*, actor: Actor, number: str) -> bool:
    from madang.services.square import reading

    return ideas.support(actor=actor, idea=reading.bare_idea(number))


channels.register(
    channels.Intake(
        name=NAME,
        label=_("Idea"),
        places=_processes,
        verdict=_verdict,
        file=_file,
        support=_support,
        title_size=(limits.TITLE_MIN, limits.TITLE_MAX),
        body_size=(limits.BODY_MIN, limits.BODY_MAX),
    )
)
