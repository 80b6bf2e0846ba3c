"""The same questions asked again later, so that two rounds can stand beside each other in a report."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.kernel import policy
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.services.polls.domain import polls
from madang.services.polls.domain.questions import draft_of
from madang.services.polls.enums import PollState
from madang.services.polls.models import Poll

OVER = (PollState.CLOSED, PollState.PUBLISHED)
"""A round that another can follow."""


def next_round(*, actor: Actor, poll: Poll) -> Poll:
    """A draft with everything this poll asked, and with this poll as the round before it; no moment is copied.

    Raises:
        RefusedError: no mandate at its office, or 409 while it is not over.
    """
    policy.require("polls.poll.create", actor, poll.host)
    if poll.state not in OVER:
        raise RefusedError(_("The next round begins when this one has closed."), "polls.not_over", status=409)
    return polls.create(
        actor=actor,
        host=poll.host,
        questions=[draft_of(row) for row in poll.questions.all()],
        title_ko=poll.title_ko,
        title_en=poll.title_en,
        intro_ko=poll.intro_ko,
        intro_en=poll.intro_en,
        consent_ko=poll.consent_ko,
        consent_en=poll.consent_en,
        about=poll.about,
        level=poll.level,
        once=poll.once,
        channels=[name for name in poll.channels if name != "import"] or ["web"],
        embed_origins=poll.embed_origins,
        previous=poll,
    )
