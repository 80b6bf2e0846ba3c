"""What the complaint center offers the portal."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from madang.kernel.manifest import Entry, Evidence, Feature, Part, register
from madang.services.casework.models import Case


def center() -> Evidence:
    """Project 14: under way once cases are filed."""
    filed = Case.objects.count()
    answered = Case.objects.filter(matter__state="answered").count()
    sentence = ngettext(
        "%(n)s case filed at the complaint center, %(answered)s answered.",
        "%(n)s cases filed at the complaint center, %(answered)s answered.",
        filed,
    ) % {"n": filed, "answered": answered}
    return Evidence("under_way" if filed else "not_started", sentence, reverse("cases"))


def parts() -> tuple[Part, ...]:
    """Cases that several offices work on together, as a part of project 14."""
    shared = Case.objects.filter(parts__isnull=False).distinct().count()
    sentence = ngettext(
        "%(n)s case that several offices answer together, with one lead office.",
        "%(n)s cases that several offices answer together, with one lead office each.",
        shared,
    ) % {"n": shared}
    return (Part(gettext("One case, several offices"), sentence, reverse("cases"), 10),)


register(
    Feature(
        name="casework",
        label=_("Complaint center"),
        navigation=(Entry(_("Cases"), "cases", "/cases/", 12),),
        projects={14: center},
        parts={14: parts},
    )
)
