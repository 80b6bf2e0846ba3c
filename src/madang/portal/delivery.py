"""How the projects of the plan stand, from evidence that services count. Nothing here is typed in."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from madang.kernel import manifest, plan
from madang.kernel.manifest import Evidence, Part

# From nothing to checked; "reversed" stands apart.
ORDER = ("not_started", "under_way", "delivered", "verified", "reversed")

WORDS: dict[str, str | Promise] = {
    "not_started": gettext_lazy("Not started"),
    "under_way": gettext_lazy("Under way"),
    "delivered": gettext_lazy("Delivered"),
    "verified": pgettext_lazy("project", "Verified"),
    "reversed": gettext_lazy("Reversed"),
}
TONES = {
    "not_started": "",
    "under_way": "blue",
    "delivered": "jade",
    "verified": "jade",
    "reversed": "persimmon",
}
ICONS = {
    "not_started": "dot",
    "under_way": "clock",
    "delivered": "check",
    "verified": "shield",
    "reversed": "warn",
}
MEANINGS: dict[str, str | Promise] = {
    "not_started": gettext_lazy("No service of this site has any evidence for the project yet."),
    "under_way": gettext_lazy("A service has begun: there are records, but not yet all that was promised."),
    "delivered": gettext_lazy("Every service of the project finds the result in its own records."),
    "verified": gettext_lazy("Somebody outside the office checked the result, and the proof is linked."),
    "reversed": gettext_lazy("It was delivered once and is no longer there."),
}

# What a service is called before it exists; an installed one is called by its manifest.
SERVICES: dict[str, str | Promise] = {
    "square": gettext_lazy("Square: ideas and answers"),
    "polls": gettext_lazy("Polls"),
    "budgeting": gettext_lazy("Participatory budgeting"),
    "lawmaking": gettext_lazy("Law-making with citizens"),
    "casework": gettext_lazy("One-Stop Complaint Center"),
    "regulation": gettext_lazy("Regulatory reform"),
    "treasury": gettext_lazy("Public money"),
    "staffing": gettext_lazy("Public personnel"),
    "evaluation": gettext_lazy("Performance evaluation"),
    "response": gettext_lazy("Golden time of police and fire"),
    "sharing": gettext_lazy("Sharing public resources"),
    "opendata": gettext_lazy("Open data"),
    "mapping": gettext_lazy("Community maps"),
    "office": gettext_lazy("Working together on documents"),
    "integrity": gettext_lazy("Integrity reporting centre"),
}


@dataclass(frozen=True, slots=True)
class Serving:
    """One service of a project, and what it can show."""

    app: str
    label: str
    is_installed: bool
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Standing:
    """How one project stands."""

    status: str
    sentence: str
    url: str
    serving: tuple[Serving, ...]

    @property
    def word(self) -> str:
        return str(WORDS[self.status])

    @property
    def tone(self) -> str:
        return TONES[self.status]

    @property
    def icon(self) -> str:
        return ICONS[self.status]


def combine(statuses: list[str]) -> str:
    """The status of a project from those of its services.

    The least far one decides, so that half a project is not called delivered; one that has begun makes the
    project under way; one that was reversed makes it reversed.
    """
    if "reversed" in statuses:
        return "reversed"
    ranks = [ORDER.index(status) for status in statuses]
    least, most = min(ranks), max(ranks)
    return ORDER[least] if least or not most else "under_way"


def nothing() -> Evidence:
    return Evidence("not_started", _("Not delivered by this site yet."))


def standing(project: plan.Project) -> Standing:
    """How a project stands now; asks only the services that serve it."""
    features = {feature.name: feature for feature in manifest.features()}
    serving = []
    for app in project.apps:
        feature = features.get(app)
        count = feature.projects.get(project.number) if feature else None
        label = feature.label if feature and app not in SERVICES else SERVICES.get(app, app)
        serving.append(Serving(app, str(label), feature is not None, count() if count else nothing()))
    status = combine([each.evidence.status for each in serving])
    shown = [each for each in serving if each.evidence.status != "not_started"]
    sentence = " ".join(each.evidence.sentence for each in shown) or nothing().sentence
    url = next((each.evidence.url for each in shown if each.evidence.url), "")
    return Standing(status, sentence, url, tuple(serving))


def parts(number: int) -> list[Part]:
    """What each installed app delivers of a project, in order; empty where none says anything."""
    found = [count for feature in manifest.features() if (count := feature.parts.get(number))]
    return sorted((part for count in found for part in count()), key=lambda part: part.order)


def standings() -> dict[int, Standing]:
    """All 21 by number."""
    return {project.number: standing(project) for project in plan.load().projects}


def tally(found: dict[int, Standing]) -> list[dict[str, object]]:
    """How many projects have which status, in order; all five words are shown, also at nought."""
    counts = Counter(each.status for each in found.values())
    return [
        {
            "status": status,
            "label": str(WORDS[status]),
            "tone": TONES[status],
            "icon": ICONS[status],
            "meaning": str(MEANINGS[status]),
            "count": counts[status],
        }
        for status in ORDER
    ]
