"""What the square offers the portal."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.enums import Disclosure
from madang.commons.matters.models import Answer, Effect
from madang.commons.meetings import api as meetings
from madang.kernel.manifest import Entry, Evidence, Feature, register
from madang.services.square.found import (
    resolve,
    resolve_amendments,
    resolve_candidates,
    resolve_spaces,
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
    sentence = gettext(
        "%(filed)s ideas filed, %(answered)s answered with a reason, %(done)s carried out;"
        " %(meetings)s meetings held with published minutes."
    ) % {
        "filed": filed,
        "answered": answered,
        "done": done,
        "meetings": meetings.held_with_minutes(),
    }
    return Evidence(status, sentence, reverse("statistics"))


register(
    Feature(
        name="square",
        label=_("Square"),
        navigation=(Entry(_("Ideas"), "ideas", "/ideas/", 10),),
        resolve={
            "comment": resolve,
            "amendment": resolve_amendments,
            "candidate": resolve_candidates,
            "space": resolve_spaces,
        },
        projects={7: forum},
        parts={7: parts},
    )
)
