"""What the square takes in by any means: an idea in a process, and support of a known person."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madang.commons.channels import api as channels
from madang.commons.matters import api as matters
from madang.kernel import policy
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.models import User
from madang.kernel.policy import Verdict
from madang.services.square import limits
from madang.services.square.domain import ideas, people
from madang.services.square.enums import Stance
from madang.services.square.models import Process, Support

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


def _unsupport(*, actor: Actor, number: str) -> bool:
    from madang.services.square import reading

    return ideas.unsupport(actor=actor, idea=reading.bare_idea(number))


def _comment(*, actor: Actor, number: str, body: str, stance: str) -> str:
    from madang.services.square import reading

    return ideas.comment(actor=actor, idea=reading.public_idea(number), body=body, stance=stance).reference


def _title(number: str) -> str:
    from madang.services.square import reading

    return reading.public_idea(number).matter.title


def _host(number: str) -> int:
    from madang.services.square import reading

    return reading.public_idea(number).matter.host_id


def _ways(*, actor: Actor, number: str) -> list[tuple[str, str]]:
    """An answer to the office that asks its author; else a comment, for which side one is asked."""
    from madang.services.square import reading

    idea = reading.public_idea(number)
    asked = matters.open_inquiry(idea.pk)
    if asked is not None and policy.can("matters.inquiry.answer", actor, asked):
        return [("answer", gettext("Your answer to what the office asks you"))]
    policy.require("square.comment.write", actor, idea)
    return [(code, str(label)) for code, label in Stance.choices]


def _add(*, actor: Actor, number: str, body: str, how: str) -> str:
    from madang.services.square import reading

    if how not in dict(_ways(actor=actor, number=number)):
        raise RefusedError(_("Choose what your words are."), "reply.how", status=422)
    if how != "answer":
        return _comment(actor=actor, number=number, body=body, stance=how)
    asked = matters.open_inquiry(reading.public_idea(number).pk)
    if asked is None:
        raise RefusedError(_("The office does not ask any more."), "inquiry.closed", status=409)
    return matters.answer_inquiry(actor=actor, inquiry=asked, words=body).reference


def _stands(user: User) -> bool:
    """Whether a support of hers is still counted somewhere: who she is must not be forgotten before."""
    mine = Support.objects.filter(supporter=user, withdrawn_at__isnull=True)
    return mine.filter(idea__matter__ended_at__isnull=True).exists()


def _join(*, one: User, into: User) -> None:
    people.join(one=one, into=into)


channels.register(
    channels.Intake(
        name=NAME,
        label=_("Idea"),
        places=_processes,
        verdict=_verdict,
        file=_file,
        support=_support,
        unsupport=_unsupport,
        comment=_comment,
        title_of=_title,
        host_of=_host,
        ways=_ways,
        add=_add,
        stands=_stands,
        join=_join,
        title_size=(limits.TITLE_MIN, limits.TITLE_MAX),
        body_size=(limits.BODY_MIN, limits.BODY_MAX),
    )
)
