"""What the square offers the portal."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.enums import Disclosure
from madang.commons.matters.models import Answer, Effect
from madang.commons.meetings import api as meetings
from madang.kernel.manifest import Entry, Evidence, Feature, register
from madang.kernel.models import Role
from madang.services.square.found import (
    resolve,
    resolve_amendments,
    resolve_candidates,
    resolve_spaces,
    resolve_votes,
)
from madang.services.square.models import Idea
from madang.services.square.parts import parts


def forum() -> Evidence:
    """Project 7: under way once ideas are filed; a forum "online and offline" also counts meetings with minutes."""
    ideas = Idea.objects.filter(process__space__is_archive=False, matter__disclosure=Disclosure.PUBLIC)
    filed = ideas.count()
    pks = ideas.values("pk")
    answered = Answer.objects.filter(state="published", matter__in=pks).values("matter").distinct().count()
    done = Effect.objects.filter(state="done", matter__in=pks).count()
    status = "under_way" if filed else "not_started"
    held = meetings.held_with_minutes()
    counted = ngettext(
        "%(filed)s idea filed, %(answered)s answered with a reason, %(done)s carried out",
        "%(filed)s ideas filed, %(answered)s answered with a reason, %(done)s carried out",
        filed,
    ) % {"filed": filed, "answered": answered, "done": done}
    minutes = ngettext(
        "%(n)s meeting held with published minutes", "%(n)s meetings held with published minutes", held
    ) % {"n": held}
    sentence = gettext("%(ideas)s; %(minutes)s.") % {"ideas": counted, "minutes": minutes}
    return Evidence(status, sentence, reverse("statistics"))


register(
    Feature(
        name="square",
        label=_("Square"),
        navigation=(Entry(_("Ideas"), "ideas", "/ideas/", 10),),
        desk=(
            Entry(
                _("Planning group"), "planning_desk", "/desk/planning/", 55, (Role.PLANNER, Role.FACILITATOR)
            ),
        ),
        resolve={
            "comment": resolve,
            "amendment": resolve_amendments,
            "candidate": resolve_candidates,
            "vote": resolve_votes,
            "space": resolve_spaces,
        },
        projects={7: forum},
        parts={7: parts},
    )
)
