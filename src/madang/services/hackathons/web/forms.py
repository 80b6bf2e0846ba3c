"""Forms of visitors, teams, jurors and the desk. Every error says what to do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madang.kernel import clock
from madang.kernel.errors import RefusedError
from madang.kernel.models import Organisation, User
from madang.kernel.web.fields import CleanedForm, ConflictField
from madang.services.hackathons.domain import submitting
from madang.services.hackathons.models import Conflict, Criterion, Hackathon, HideReason, Team


def _words(label: Any, most: int, *, rows: int = 0, least: int = 0, **options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(label=label, max_length=most, min_length=least or None, widget=widget, **options)


class TeamForm(CleanedForm):
    name = _words(_("Name of the team"), 40, least=2)
    about = _words(_("What you want to make"), 1000, rows=4, least=10)
    wanted = _words(
        _("Skills you look for"),
        200,
        required=False,
        help_text=_("Everyone can read this. Leave contacts out: people ask through the page."),
    )


class AboutForm(CleanedForm):
    about = TeamForm.base_fields["about"]
    wanted = TeamForm.base_fields["wanted"]


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Only this person sees the invitation, on the page of the hackathon."),
    )


class AskForm(CleanedForm):
    words = _words(_("What you would bring along"), 300, rows=3, least=5)


class SubmissionForm(CleanedForm):
    title = _words(_("Title"), 100, least=5)
    body = _words(_("What you made, for whom, and what comes next"), 5000, rows=10, least=20)
    links = _words(
        _("Links"),
        2000,
        rows=3,
        required=False,
        help_text=_("Repository, demo, film: one https address on each line."),
    )

    def clean_links(self) -> list[str]:
        try:
            return submitting.read_links(self.cleaned_data["links"])
        except RefusedError as refused:
            raise forms.ValidationError(str(refused)) from refused


class SlotForm(forms.Form):
    starts_at = forms.DateTimeField(
        label=_("Begins at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1800"}),
        help_text=_("Half an hour from a full or half hour, in Korean time."),
    )


class ConflictForm(forms.Form):
    """One choice for every team."""

    def __init__(self, *args: Any, teams: list[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for team in teams:
            self.fields[f"team_{team.pk}"] = ConflictField(label=team.name, kinds=Conflict.Kind.choices)

    @property
    def conflicts(self) -> dict[int, str]:
        return {int(name.removeprefix("team_")): kind for name, kind in self.cleaned_data.items() if kind}


class ScoreForm(forms.Form):
    """Points of one juror for one team."""

    def __init__(self, *args: Any, criteria: list[Criterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in criteria:
            self.fields[f"criterion_{one.pk}"] = forms.TypedChoiceField(
                label=f"{one.title} ({one.weight} %)",
                choices=[("", "–"), *((n, str(n)) for n in range(6))],
                coerce=int,
            )

    @property
    def points(self) -> dict[int, int]:
        return {int(name.removeprefix("criterion_")): given for name, given in self.cleaned_data.items()}


MOMENTS = ("opens_at", "forms_until", "submits_until", "votes_until", "judges_until")
RUBRIC = 5


class HackathonForm(forms.ModelForm):
    """A draft: both languages, dates, rubric."""

    host = forms.ModelChoiceField(label=_("Office that hosts it"), queryset=Organisation.objects.none())
    answer_days = forms.IntegerField(
        label=_("Days in which a winner is answered"), min_value=1, max_value=180, initial=30
    )

    class Meta:
        model = Hackathon
        fields = (
            "host", "slug", "title_ko", "title_en", "brief_ko", "brief_en", "terms_ko", "terms_en", *MOMENTS,
            "results_on", "team_most", "slots_most", "vote_most", "vote_weight", "vote_level", "prizes",
        )  # fmt: skip
        labels = {
            "slug": _("Short name in the address"),
            "title_ko": _("Title in Korean"),
            "title_en": _("Title in English"),
            "brief_ko": _("The challenge, in Korean"),
            "brief_en": _("The challenge, in English"),
            "terms_ko": _("Who may take part and what can be won, in Korean"),
            "terms_en": _("Who may take part and what can be won, in English"),
            "opens_at": _("Teams form from"),
            "forms_until": _("Teams form until"),
            "submits_until": _("Submission deadline"),
            "votes_until": _("Public vote until"),
            "judges_until": _("Jury until"),
            "results_on": _("Winners by"),
            "team_most": _("Members of a team, at most"),
            "slots_most": _("Mentoring slots of a team, at most"),
            "vote_most": _("Teams one person may vote for"),
            "vote_weight": _("Weight of the public vote in percent, up to 50"),
            "vote_level": _("Who may vote"),
            "prizes": _("Places that win"),
        }
        help_texts = {
            "terms_ko": "",
            "slots_most": "",
            "vote_most": "",
            "vote_weight": "",
            "prizes": "",
            "results_on": "",
        }
        widgets = {
            **{name: forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M") for name in MOMENTS},
            "results_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }  # fmt: skip

    def __init__(self, *args: Any, offices: tuple[int, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["host"].queryset = Organisation.objects.filter(pk__in=offices)  # type: ignore[attr-defined]
        known = list(self.instance.criteria.all()) if self.instance.pk else []
        if self.instance.pk:
            del self.fields["answer_days"]
            self.fields["host"].disabled = self.fields["slug"].disabled = True
        for place in range(1, RUBRIC + 1):
            held = known[place - 1] if place <= len(known) else None
            for name, label, field in (
                ("ko", _("Criterion %(n)s in Korean"), forms.CharField(max_length=60, required=False)),
                ("en", _("Criterion %(n)s in English"), forms.CharField(max_length=80, required=False)),
                ("weight", _("Weight of criterion %(n)s"), forms.IntegerField(min_value=1, max_value=100, required=False)),
            ):  # fmt: skip
                field.label = label % {"n": place}
                if held is not None:
                    field.initial = {"ko": held.title_ko, "en": held.title_en, "weight": held.weight}[name]
                self.fields[f"criterion_{name}_{place}"] = field

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        moments = [moment for name in MOMENTS if (moment := found.get(name)) is not None]
        if len(moments) == len(MOMENTS):
            opens, forms_until, submits, votes, judges = moments
            if not (opens < forms_until <= submits < judges and submits < votes):
                self.add_error(
                    "submits_until", _("Put the dates in order: form, hand in, then vote and judge.")
                )
        if (found.get("vote_weight") or 0) > 50:
            self.add_error("vote_weight", _("The public vote weighs 50 percent at most."))
        for name in ("team_most", "vote_most", "prizes"):
            if found.get(name) == 0:
                self.add_error(name, _("Type 1 or more."))
        for place in range(1, RUBRIC + 1):
            parts = [found.get(f"criterion_{name}_{place}") for name in ("ko", "en", "weight")]
            if any(parts) and not all(parts):
                self.add_error(f"criterion_ko_{place}", _("A criterion needs both languages and a weight."))
        return found

    @property
    def criteria(self) -> list[tuple[str, str, int]]:
        rows = (
            tuple(self.cleaned_data[f"criterion_{name}_{place}"] for name in ("ko", "en", "weight"))
            for place in range(1, RUBRIC + 1)
        )
        return [(ko, en, weight) for ko, en, weight in rows if ko]

    @property
    def own(self) -> dict[str, Any]:
        """The fields of the row itself."""
        return {name: value for name, value in self.cleaned_data.items() if not name.startswith("criterion_")}


class PersonForm(forms.Form):
    """Name a mentor or a juror by the address of her account."""

    email = forms.EmailField(label=_("E-mail address of the account"))

    def clean_email(self) -> User:
        email = self.cleaned_data["email"].strip().lower()
        user = User.objects.filter(email=email, is_active=True, erased_at__isnull=True).first()
        if user is None:
            raise forms.ValidationError(_("No account has this address. Ask the person to make one first."))
        return user


class ReasonForm(CleanedForm):
    reason = _words(_("Reason"), 1000, rows=4, least=10, help_text=_("It is published."))


class ModerateForm(CleanedForm):
    """Taking down with one of the reasons and a sentence, or putting back with a sentence."""

    why = forms.ChoiceField(
        label=pgettext_lazy("moderation", "Why"),
        choices=HideReason.choices,
        error_messages={"required": _("Choose a reason.")},
    )
    words = _words(_("In a sentence"), 300, rows=2, least=5, help_text=_("It is published."))

    def __init__(self, *args: Any, is_hidden: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_hidden:
            del self.fields["why"]


class ProlongForm(ReasonForm):
    until = forms.DateTimeField(
        label=_("Jury until"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )


class DecideForm(ReasonForm):
    """The reason, and for every team the office that would answer it."""

    def __init__(self, *args: Any, teams: list[Team], host: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = Organisation.objects.filter(valid_from__lte=clock.today(), valid_to__isnull=True)
        for team in teams:
            self.fields[f"office_{team.pk}"] = forms.ModelChoiceField(
                label=_("If %(team)s wins, its answer is owed by") % {"team": team.name},
                queryset=offices,
                initial=host.pk,
            )

    @property
    def offices(self) -> dict[int, Organisation]:
        return {
            int(name.removeprefix("office_")): office
            for name, office in self.cleaned_data.items()
            if name.startswith("office_")
        }


class ReportForm(CleanedForm):
    state = forms.ChoiceField(
        label=_("How the promise stands"),
        choices=[
            ("promised", _("Not begun yet")),
            ("under_way", _("It is being carried out")),
            ("done", _("It is done")),
            ("stopped", _("It was stopped")),
        ],
    )
    words = _words(
        pgettext_lazy("followup", "What happened"), 1000, rows=4, least=10, help_text=_("It is published.")
    )
    evidence_url = forms.URLField(
        label=_("Link to evidence"), required=False, assume_scheme="https", help_text=_("Needed for “done”.")
    )
