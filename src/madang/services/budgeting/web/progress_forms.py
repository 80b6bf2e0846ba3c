"""Forms of the desk after the vote. Every error says what to do."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madang.kernel import clock
from madang.kernel.web.fields import WonField, Words
from madang.services.budgeting.domain.trail import ORDER
from madang.services.budgeting.models import Stage
from madang.services.budgeting.models.stages import MONEY, Kind, Stop


def _day(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose the day."), "invalid": _("Write the day as 2026-12-31.")},
        **options,
    )


class PledgeForm(forms.Form):
    """A day for each step."""

    proposed = _day(Kind.PROPOSED.label)
    enacted = _day(Kind.ENACTED.label)
    contracted = _day(
        Kind.CONTRACTED.label, required=False, help_text=_("Leave it empty where nothing is contracted.")
    )
    executed = _day(_("Paid out completely"))
    result = _day(Kind.RESULT.label)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        latest: tuple[str, date] | None = None
        for kind in ORDER:
            day = self.cleaned_data.get(kind)
            if day is None:
                continue
            if latest is not None and day < latest[1]:
                step, when = self.fields[latest[0]].label, latest[1].isoformat()
                self.add_error(
                    kind,
                    _("This is before “%(step)s” (%(day)s). Choose that day or a later one.")
                    % {"step": step, "day": when},
                )
            else:
                latest = (kind, day)
        return cleaned

    @property
    def days(self) -> dict[str, date | None]:
        return {kind: self.cleaned_data.get(kind) for kind in ORDER}


class StageForm(forms.Form):
    """One step, or the correction of one."""

    kind = forms.ChoiceField(label=_("Which step"), choices=Kind.choices)
    on_date = _day(_("Day on which it happened"))
    amount = WonField(
        least=0,
        label=_("Amount in won"),
        required=False,
        help_text=_("For bill, council, contract and each payment. A result and a stop have none."),
    )
    note = Words(
        label=pgettext_lazy("stage", "What happened"),
        most=1000,
        low=5,
        rows=4,
        help_text=_("It is published."),
    )
    stop_code = forms.ChoiceField(
        label=_("If it was stopped: why"), choices=[("", _("It goes on")), *Stop.choices], required=False
    )
    why = Words(
        label=_("Why it is corrected, out of order or above the amount"), most=500, rows=2, required=False
    )
    document = Words(
        label=_("Name of the document"),
        most=120,
        required=False,
        help_text=_("For instance: minutes of the council of 14 December."),
    )
    link = forms.URLField(
        label=_("Link to it"),
        required=False,
        assume_scheme="https",
        max_length=200,
        help_text=_("A page that anyone can open."),
    )

    def __init__(self, *args: Any, corrects: Stage | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if corrects is None:
            self.fields["on_date"].initial = clock.today
            return
        self.fields["kind"].choices = [(corrects.kind, corrects.get_kind_display())]  # type: ignore[attr-defined]
        self.fields["why"].required = True
        for name in ("on_date", "amount", "note", "stop_code", "document", "link"):
            self.fields[name].initial = getattr(corrects, name)
        if corrects.kind not in MONEY:
            del self.fields["amount"]
        if corrects.kind != Kind.STOPPED:
            del self.fields["stop_code"]


class SettleForm(forms.Form):
    reason = Words(
        label=pgettext_lazy("round", "How the round ended"),
        most=2000,
        low=10,
        rows=4,
        help_text=_("It is published."),
    )
