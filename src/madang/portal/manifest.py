"""What the portal itself adds: the plan, the figures, and where references to the plan lead."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madang.kernel import plan
from madang.kernel.manifest import Entry, Feature, Link, register
from madang.portal import words


def resolve(references: Iterable[str]) -> dict[str, Link]:
    """Titles and pages of the plan's items: `plan:ko:project:7`, `plan:en:value:3` and the like."""
    found = {}
    for reference in references:
        _plan, _language, rest = (*reference.split(":", 2), "", "")[:3]
        link = _link(rest)
        if link is not None:
            found[reference] = link
    return found


def _link(ref: str) -> Link | None:
    kind, _colon, key = ref.partition(":")
    whole = plan.load()
    try:
        if kind == "project":
            return Link(words.say(whole.project(int(key)).title), reverse("plan_project", args=[int(key)]))
        if kind == "commitment":
            return Link(
                words.say(whole.commitment(int(key)).pledge), reverse("plan_commitment", args=[int(key)])
            )
        if kind == "value":
            return Link(words.say(whole.value(int(key)).name), f"{reverse('plan_values')}#value-{int(key)}")
        if kind == "index":
            return Link(words.say(whole.index(key).name), f"{reverse('plan_goals')}#{key}")
    except (KeyError, ValueError):
        return None
    return None


register(
    Feature(
        name="portal",
        label=_("Portal"),
        navigation=(
            Entry(_("Figures"), "statistics", "/figures/", 60),
            Entry(_("The plan"), "plan", "/plan/", 70),
        ),
        resolve={"plan": resolve},
    )
)
