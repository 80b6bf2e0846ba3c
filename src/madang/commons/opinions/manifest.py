"""What conversations offer the portal."""

from __future__ import annotations

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madang.commons.opinions import found, queries
from madang.commons.opinions.models import Board
from madang.commons.opinions.policies import FACILITATORS
from madang.kernel.manifest import Entry, Feature, Part, register


def parts() -> tuple[Part, ...]:
    """Opinion maps as a part of project 7; those brought from elsewhere are not counted."""
    held = queries.public().filter(is_archive=False)
    counted = Board.objects.filter(conversation__in=held).aggregate(people=Sum("people"), votes=Sum("votes"))
    values = {
        "conversations": held.count(),
        "people": counted["people"] or 0,
        "answers": counted["votes"] or 0,
    }
    sentence = gettext("Conversations: %(conversations)s. Answers: %(answers)s, of people: %(people)s.")
    return (Part(gettext("The opinion map"), sentence % values, reverse("opinions"), 50),)


register(
    Feature(
        name="opinions",
        label=_("Opinion maps"),
        navigation=(Entry(_("Opinion maps"), "opinions", "/opinions/", 20, is_aside=True),),
        desk=(Entry(_("Opinion maps"), "opinions_desk", "/desk/opinions/", 60, FACILITATORS),),
        resolve={"conversation": found.conversations, "statement": found.statements},
        parts={7: parts},
    )
)
