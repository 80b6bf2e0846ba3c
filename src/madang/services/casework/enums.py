"""The closed lists of cases: types and kinds of fields."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madang.commons.matters.api import Kind


class CaseType(models.TextChoices):
    """What a case is before the law. It decides the clock; what each means is data (`casework.type.<code>`)."""

    QUERY_LAW = "query_law", pgettext_lazy("case type", "Question about the law")
    QUERY_PROCEDURE = "query_procedure", pgettext_lazy("case type", "Question about a procedure")
    SUGGESTION = "suggestion", pgettext_lazy("case type", "Suggestion")
    GRIEVANCE = "grievance", pgettext_lazy("case type", "Grievance")
    HAZARD = "hazard", pgettext_lazy("case type", "Safety hazard")
    WASTE = "waste", pgettext_lazy("case type", "Waste of public money")
    REGULATION = "regulation", pgettext_lazy("case type", "Burdensome regulation")
    PASSIVE = "passive", pgettext_lazy("case type", "Passive administration")
    INFORMATION = "information", pgettext_lazy("case type", "Request for information")
    OTHER = "other", pgettext_lazy("case type", "Everyday inconvenience")


KINDS = {
    CaseType.QUERY_LAW: Kind.QUESTION,
    CaseType.QUERY_PROCEDURE: Kind.QUESTION,
    CaseType.INFORMATION: Kind.QUESTION,
}
"""The kind of matter of a type; everything else is a complaint."""


def kind_of(case_type: str) -> Kind:
    """The kind of matter that a case of this type is filed as."""
    return KINDS.get(CaseType(case_type), Kind.COMPLAINT)


class Datatype(models.TextChoices):
    """What a field of a category holds, in the words of Open311."""

    STRING = "string", _("One line of text")
    NUMBER = "number", pgettext_lazy("datatype", "Number")
    DATETIME = "datetime", _("Day and time")
    TEXT = "text", _("Text")
    SINGLE = "singlevaluelist", _("One of a list")
    MULTI = "multivaluelist", _("Several of a list")


LISTS = (Datatype.SINGLE, Datatype.MULTI)


class PlaceNeed(models.TextChoices):
    """Whether a case of a category has a place."""

    NONE = "none", pgettext_lazy("place of a case", "Not asked")
    OPTIONAL = "optional", pgettext_lazy("place of a case", "May be given")
    REQUIRED = "required", pgettext_lazy("place of a case", "Needed")
