"""What polls offer the portal."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madang.kernel.manifest import Entry, Feature, Link, Part, register
from madang.services.polls import queries
from madang.services.polls.models import Response
from madang.services.polls.policies import LEADING, READING


def resolve(references: Iterable[str]) -> dict[str, Link]:
    """Titles and pages of polls that were opened (`poll:CODE`)."""
    codes = [reference.removeprefix("poll:") for reference in references]
    return {
        one.reference: Link(one.title, reverse("poll", args=[one.code]))
        for one in queries.public().filter(code__in=codes)
    }


def parts() -> tuple[Part, ...]:
    """Polls as a part of project 7; those brought from elsewhere are not counted."""
    held = queries.public().filter(is_archive=False)
    values = {
        "polls": held.count(),
        "answers": Response.objects.filter(poll__in=held, is_withdrawn=False).count(),
    }
    sentence = gettext("Polls: %(polls)s. Answers: %(answers)s.")
    return (Part(gettext("A poll in one’s own words"), sentence % values, reverse("polls"), 55),)


register(
    Feature(
        name="polls",
        label=_("Polls"),
        navigation=(Entry(_("Polls"), "polls", "/polls/", 22),),
        desk=(
            Entry(_("Polls"), "polls_desk", "/desk/polls/", 61, tuple({*LEADING, *READING})),
            Entry(_("Coding"), "desk_coding_all", "/desk/coding/", 64, READING),
        ),
        resolve={"poll": resolve},
        parts={7: parts},
    )
)
