"""What polls take in by any means: words on paper, by phone, mail, kiosk or text message.

Such means carry words and nothing else. So a poll is offered there only while it is open, when its official chose one of
them, and when the free text of the report is the only question that needs an answer.
"""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madang.commons.channels import api as channels
from madang.kernel import policy
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.models import Organisation
from madang.kernel.policy import Verdict
from madang.services.polls import queries
from madang.services.polls.channels import TAKEN_IN
from madang.services.polls.domain import responses, slips
from madang.services.polls.enums import PollState
from madang.services.polls.logic import form
from madang.services.polls.models import Poll, Question
from madang.services.polls.policies import NOT_OPEN, OTHER_MEANS, is_answered_now

NAME = "polls.response"
NO_SUCH = _("There is no such poll. Choose one from the list.")


def headline_of(poll: Poll) -> Question | None:
    """The question that words answer; None where another question needs an answer too."""
    rows = list(poll.questions.all())
    found = next((row for row in rows if row.is_headline), None)
    if any(row.is_required and not row.condition for row in rows if row is not found):
        return None
    return found


def _places() -> list[channels.Place]:
    rows = queries.public().filter(state=PollState.OPEN).prefetch_related("questions")
    return [
        channels.Place(
            row.code.lower(),
            row.title_ko,
            row.title_en,
            row.host_id,
            row.intro,
            question=channels.Question(
                ko=asked.label_ko,
                en=asked.label_en,
                consent_ko=row.consent_ko,
                consent_en=row.consent_en,
                longest=int(asked.limits.get("longest") or form.LONGEST),
            ),
        )
        for row in rows
        if is_answered_now(row) and TAKEN_IN & set(row.channels) and (asked := headline_of(row)) is not None
    ]


def _poll(place: str) -> Poll:
    code = queries.read_code(place)
    poll = queries.by_code(code) if code else None
    if poll is None or not poll.is_public:
        raise RefusedError(NO_SUCH, "polls.unknown", status=422)
    return poll


def _verdict(actor: Actor, place: str) -> Verdict:
    poll = _poll(place)
    if not is_answered_now(poll):
        return NOT_OPEN
    # Whether a paper or a call is asked for is known only when it comes: a place without a means is every means.
    if actor.channel in TAKEN_IN and actor.channel not in poll.channels:
        return OTHER_MEANS
    return policy.can("polls.response.hand_in", actor, poll)


def words_of(title: str, body: str) -> str:
    """Title and text as one answer: some means make the title of the first words of the text."""
    start = title.rstrip("…").strip()
    if not body or body == title:
        return title
    return body if body.startswith(start) else f"{title}\n{body}"


def _file(*, actor: Actor, place: str, words: channels.Words) -> channels.Taken:
    """The call that the form on the site makes, by another means. The sheet, the sentences read aloud or the notice
    that asked for messages say what happens with the answer; sending it agrees to that."""
    poll = _poll(place)
    verdict = _verdict(actor, place)
    if not verdict:
        raise RefusedError(verdict.reason, verdict.code)
    headline = headline_of(poll)
    if headline is None:
        raise RefusedError(OTHER_MEANS.reason, OTHER_MEANS.code)
    done = responses.hand_in(
        actor=actor,
        poll=poll,
        raw={headline.number: words_of(words.title, words.body)},
        has_consented=True,
        channel=actor.channel,
    )
    leaf = responses.leaf_of(done.code)
    assert leaf is not None
    return channels.Taken(
        # The entry of the channel must not lead to the response: it knows the moment, and who typed it.
        reference=poll.reference,
        number=slips.number_of(done.code),
        title=poll.title,
        url=reverse("poll", args=[poll.code]),
        office=Organisation.objects.get(pk=poll.host_id).name,
        filed_at=leaf.at,
        code=done.code,
        next=(gettext("Until the poll closes you can change your answer or take it back with the code."),),
    )


channels.register(
    channels.Intake(
        name=NAME,
        label=_("Answer to a poll"),
        places=_places,
        verdict=_verdict,
        file=_file,
        title_size=(1, 300),
        body_size=(0, 5000),
    )
)
