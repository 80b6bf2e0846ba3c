"""What the complaint center takes in by any means: a case, by phone, paper, mail, text message or kiosk.

Whoever writes by these means is shown no categories and no map: the type is proposed from the words, the desk of the host
sorts it. It is private, as cases are.
"""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madang.commons.channels import api as channels
from madang.commons.matters import api as matters
from madang.kernel import policy
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.policy import Verdict
from madang.services.casework import limits, queries
from madang.services.casework.domain import filing
from madang.services.casework.logic import typing
from madang.services.casework.models import Case, Center

NAME = "casework.case"
BEFORE = "case-"
TELLING = channels.Telling(
    kind=_("A case"),
    title=_("What is it about?"),
    title_hint=_("In a few words."),
    body=_("What happened, and what do you need?"),
    body_hint=_(
        "With the place: an address, a street with a landmark. Only the offices that work on it read this."
    ),
)


def _places() -> list[channels.Place]:
    return [
        channels.Place(f"{BEFORE}{one.code}", one.title_ko, one.title_en, one.host_id, telling=TELLING)
        for one in Center.objects.filter(is_open=True)
    ]


def _center(key: str) -> Center:
    found = Center.objects.filter(code=key.removeprefix(BEFORE)).select_related("host").first()
    if found is None or not key.startswith(BEFORE):
        raise RefusedError(
            _("There is no such complaint center. Choose one from the list."), "case.center", status=422
        )
    return found


def _verdict(actor: Actor, place: str) -> Verdict:
    return policy.can("casework.case.file", actor, _center(place))


def _file(*, actor: Actor, place: str, words: channels.Words) -> channels.Taken:
    """The call that the form on the site makes, by another channel."""
    from madang.services.casework.web.filed import next_steps  # its words need the addresses of the site
    from madang.services.casework.web.words import address

    proposed = typing.propose(words.title, words.body, usual="").type
    made = filing.file_case(
        actor=actor,
        center=_center(place),
        title=words.title,
        body=words.body or words.title,
        case_type=proposed,
        proposed_type=proposed,
        author_label="" if actor.is_signed_in else words.name,
        contact_email="" if actor.is_signed_in else words.email,
        uploads=words.uploads,
    )
    assert made.filed is not None  # without a form key every call files
    matter = made.filed.matter
    return channels.Taken(
        reference=matter.reference,
        number=matter.number or "",
        title=matter.title,
        url=address(made.case),
        office=matter.responsible.name,
        filed_at=matter.filed_at,
        code=made.filed.code,
        next=tuple(one for one in next_steps(made.case) if one),
        due_at=matter.due_at,
    )


def _public(number: str) -> Case:
    found = queries.public().filter(matter__number=number).first()
    if found is None:
        raise Http404
    return found


def _title(number: str) -> str:
    return _public(number).matter.title


def _host(number: str) -> int:
    return _public(number).matter.host_id


def _ways(*, actor: Actor, number: str) -> list[tuple[str, str]]:
    """Only an answer to the office that asks its author."""
    asked = matters.open_inquiry(_public(number).pk)
    if asked is not None and policy.can("matters.inquiry.answer", actor, asked):
        return [("answer", gettext("Your answer to what the office asks you"))]
    raise RefusedError(_("The office does not ask anything at the moment."), "reply.none", status=409)


def _add(*, actor: Actor, number: str, body: str, how: str) -> str:
    asked = matters.open_inquiry(_public(number).pk)
    if asked is None or how != "answer":
        raise RefusedError(_("The office does not ask any more."), "inquiry.closed", status=409)
    return matters.answer_inquiry(actor=actor, inquiry=asked, words=body).reference


channels.register(
    channels.Intake(
        name=NAME,
        label=_("A case"),
        places=_places,
        verdict=_verdict,
        file=_file,
        title_of=_title,
        host_of=_host,
        ways=_ways,
        add=_add,
        title_size=(limits.TITLE_MIN, limits.TITLE_MAX),
        body_size=(limits.BODY_MIN, limits.BODY_MAX),
    )
)
