"""What the pages of cases share."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _


def crumbs(last: str, *between: tuple[str, str]) -> list[dict[str, str]]:
    """The way to a page below the board; `between` are labels with their addresses."""
    return [
        {"label": _("Cases"), "url": reverse("cases")},
        *({"label": label, "url": url} for label, url in between),
        {"label": last, "url": ""},
    ]
