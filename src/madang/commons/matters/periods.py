"""A period of a rule in words."""

from __future__ import annotations

from django.utils.translation import ngettext


def period_words(amount: int, unit: str) -> str:
    """`unit` is one of `kernel.logic.deadlines`; one that is not known reads as working days."""
    forms = {
        "calendar_days": ngettext("%(n)s day", "%(n)s days", amount),
        "days": ngettext("%(n)s working day", "%(n)s working days", amount),
        "working_hours": ngettext("%(n)s working hour", "%(n)s working hours", amount),
        "weeks": ngettext("%(n)s week", "%(n)s weeks", amount),
        "months": ngettext("%(n)s month", "%(n)s months", amount),
        "years": ngettext("%(n)s year", "%(n)s years", amount),
    }
    return forms.get(unit, forms["days"]) % {"n": amount}
