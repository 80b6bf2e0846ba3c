"""Where cases live and how they are found."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.commons.matters import api as matters
from madang.commons.matters.web.words import ACTS
from madang.kernel.events import on
from madang.services.casework import found
from madang.services.casework.events import CaseFiled
from madang.services.casework.models import Suggestion

matters.lives_at(found.pages_of)
matters.describe_by(found.details)

ACTS["casework.case.categorise"] = (_("Put into a category"), "filter", "blue")


@on(CaseFiled)
def to_be_read(fact: CaseFiled) -> None:
    """The worker reads it and notes which category it seems to be."""
    Suggestion.objects.create(case_id=fact.case_id)
