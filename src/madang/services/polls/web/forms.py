"""What officials type. A draft may be unfinished: only what cannot be kept is refused, the rest when it is opened."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock, text
from madang.kernel.levels import Level
from madang.kernel.models import Organisation
from madang.kernel.web.fields import CleanText
from madang.services.polls import channels, limits
from madang.services.polls.domain.questions import Choice, Draft
from madang.services.polls.enums import QuestionKind
from madang.services.polls.logic import form as logic
from madang.services.polls.models import Poll, Question

LINE = re.compile(r"\s*\|\s*")


def _moment(label: Any, **options: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("Write the moment as 2026-12-31 18:00.")},
        **options,
    )


def title_in_korean() -> CleanText:
    """What every poll needs, however it begins."""
    return CleanText(
        max_length=limits.TITLE_KO_MAX,
        label=_("Title in Korean"),
        error_messages={"required": _("Give it a title in Korean.")},
    )


def title_in_english() -> CleanText:
    """The same for its other title."""
    return CleanText(
        max_length=limits.TITLE_EN_MAX,
        label=_("Title in English"),
        error_messages={"required": _("Give it a title in English.")},
    )


def choosing(form: forms.BaseForm, name: str) -> forms.ChoiceField:
    """A field whose choices are known only when the form is shown."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    return field


class FromOfficesForm(forms.Form):
    """A form in which one of the official's offices is chosen; `offices` has at least one."""

    def __init__(self, *args: Any, offices: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        host = self.fields["host"]
        assert isinstance(host, forms.ModelChoiceField)
        host.queryset, host.initial = offices, offices[0]


class NewPollForm(FromOfficesForm):
    """Which office asks, and what to begin with."""

    host = forms.ModelChoiceField(
        queryset=Organisation.objects.none(),
        label=_("Which office asks"),
        empty_label=None,
        error_messages={
            "required": _("Choose the office."),
            "invalid_choice": _("Choose one of your offices."),
        },
    )
    starter = forms.ChoiceField(
        label=_("Begin with"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what to begin with.")},
    )


class PollForm(forms.Form):
    """Everything but the questions."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    title_ko = title_in_korean()
    title_en = title_in_english()
    intro_ko = CleanText(
        rows=3, max_length=limits.INTRO_MAX, required=False, label=_("What it is for, in Korean")
    )
    intro_en = CleanText(
        rows=3, max_length=limits.INTRO_MAX, required=False, label=_("What it is for, in English")
    )
    consent_ko = CleanText(
        rows=6,
        max_length=limits.CONSENT_MAX,
        label=_("What happens with the answers, in Korean"),
        help_text=_("Everybody agrees to this before anything is kept. A text is proposed; make it fit."),
        error_messages={"required": _("Say what happens with the answers.")},
    )
    consent_en = CleanText(
        rows=6,
        max_length=limits.CONSENT_MAX,
        label=_("What happens with the answers, in English"),
        error_messages={"required": _("Say what happens with the answers.")},
    )
    level = forms.ChoiceField(choices=Level.choices, label=_("Who takes part"))
    once = forms.BooleanField(
        required=False,
        label=_("Each person answers once"),
        help_text=_("Needs an account. A second answer of the same person replaces her first."),
    )
    channels = forms.MultipleChoiceField(
        choices=[one for one in channels.OFFERED if one[0] != channels.EMBED],
        widget=forms.CheckboxSelectMultiple,
        label=_("Means"),
        required=False,
        help_text=_(
            "The website is always open. Phone, paper, mail, kiosk and text message carry words only: they fit a poll whose"
            " only needed question is the free text."
        ),
    )
    opens_at = _moment(_("Opens"), required=False, help_text=_("Korean time. Empty: as soon as you open it."))
    closes_at = _moment(
        _("Closes"),
        required=False,
        help_text=_("Korean time. Empty: when you close it. Later you can only prolong."),
    )
    about = CleanText(
        max_length=80,
        required=False,
        label=_("Hangs on"),
        help_text=_("Reference of what it belongs to, such as space:haedam. It is shown there too."),
    )
    previous = forms.ModelChoiceField(
        queryset=Poll.objects.none(),
        required=False,
        label=_("The round before"),
        empty_label=_("None: this is the first"),
        help_text=_("Where both are coded with the same codes, the report shows what has changed."),
        error_messages={"invalid_choice": _("Choose a poll of your office that is over.")},
    )
    embed_origins = CleanText(
        rows=2,
        max_length=2_000,
        required=False,
        label=_("Other sites that may show the form"),
        help_text=_("One a line, such as https://www.haedam.example. Only for polls without accounts."),
    )

    def __init__(self, *args: Any, rounds: QuerySet[Poll], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["previous"]
        field.queryset = rounds
        field.label_from_instance = round_name

    def clean_channels(self) -> list[str]:
        chosen = set(self.cleaned_data["channels"]) | {"web"}
        return [str(key) for key, _label in channels.OFFERED if key in chosen]

    def clean_embed_origins(self) -> list[str]:
        found = []
        for line in str(self.cleaned_data["embed_origins"]).splitlines():
            origin = read_origin(line)
            if origin is None:
                raise forms.ValidationError(
                    _("“%(line)s” is no address of a site. Write it like https://www.haedam.example.")
                    % {"line": line[:60]}
                )
            found.append(origin)
        if len(found) > limits.ORIGINS_MAX:
            raise forms.ValidationError(_("At most %(most)s sites.") % {"most": limits.ORIGINS_MAX})
        return list(dict.fromkeys(found))

    def fields_of(self) -> dict[str, Any]:
        """What the domain takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}

    @staticmethod
    def initial_of(poll: Poll) -> dict[str, Any]:
        names = [name for name in PollForm.base_fields if name not in ("seen", "embed_origins")]
        return {name: getattr(poll, name) for name in names} | {
            "seen": poll.revision,
            "embed_origins": "\n".join(poll.embed_origins),
        }


def round_name(poll: Poll) -> str:
    """A poll in the list of earlier rounds: its title, when it closed, its code."""
    day = f"{clock.seoul(poll.closed_at):%Y-%m-%d}" if poll.closed_at else ""
    return " · ".join(part for part in (poll.title, day, poll.code) if part)


def read_origin(typed: str) -> str | None:
    """An origin (`https://host[:port]`, http only for localhost) as a content security policy takes it; None if it is none."""
    try:
        parts = urlsplit(typed.strip().rstrip("/"))
        port = parts.port
    except ValueError:
        return None
    host = (parts.hostname or "").lower()
    if parts.path or parts.query or parts.fragment or parts.username or not host:
        return None
    if not re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", host):
        return None
    if parts.scheme != "https" and not (parts.scheme == "http" and host in ("localhost", "127.0.0.1")):
        return None
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


class LinesField(CleanText):
    """Options or lines, one a line, `한국어 | English`."""

    def to_python(self, value: Any) -> Any:
        found: list[Choice] = []
        for line in text.clean(str(value or "")).splitlines():
            ko, _bar, en = (part.strip() for part in line.partition("|"))
            if ko or en:
                found.append((ko or en, en or ko))
        return tuple(found)

    def validate(self, value: Any) -> None:
        if any(len(word) > limits.LABEL_MAX for pair in value for word in pair):
            raise forms.ValidationError(
                _("Shorten the lines to %(most)s characters each.") % {"most": limits.LABEL_MAX}
            )

    def run_validators(self, value: Any) -> None:
        """The lines were measured one by one."""


class QuestionForm(forms.Form):
    """One question of a draft."""

    kind = forms.ChoiceField(
        choices=QuestionKind.choices,
        label=_("Kind"),
        help_text=_("After another kind was chosen, save: its fields appear."),
    )
    ko = CleanText(max_length=limits.LABEL_MAX, required=False, label=_("Question in Korean"))
    en = CleanText(max_length=limits.LABEL_MAX, required=False, label=_("Question in English"))
    help_ko = CleanText(max_length=limits.LABEL_MAX, required=False, label=_("Hint in Korean"))
    help_en = CleanText(max_length=limits.LABEL_MAX, required=False, label=_("Hint in English"))
    options = LinesField(
        rows=5,
        required=False,
        label=_("Answers to choose from"),
        help_text=_("One a line, “한국어 | English”. For a scale the steps, for an order what is ordered."),
    )
    rows = LinesField(
        rows=5, required=False, label=_("Lines of the table"), help_text=_("One a line, “한국어 | English”.")
    )
    longest = forms.IntegerField(
        min_value=1, max_value=logic.LONGEST, required=False, label=_("Longest answer, in characters")
    )
    least = forms.IntegerField(min_value=0, max_value=1000, required=False, label=_("At least"))
    most = forms.IntegerField(
        min_value=0, max_value=logic.MOST_OPTIONS, required=False, label=_("At most, or places to give")
    )
    is_required = forms.BooleanField(required=False, label=_("Needed"))
    is_headline = forms.BooleanField(required=False, label=_("The report is about this free text"))
    is_trait = forms.BooleanField(required=False, label=_("About the person: optional, kept apart"))
    on = forms.IntegerField(
        min_value=1, max_value=logic.MOST_QUESTIONS, required=False, label=_("Only if question")
    )
    any_of = CleanText(
        max_length=100,
        required=False,
        label=_("was answered with"),
        help_text=_("Numbers of its answers, such as 1, 2."),
    )

    @property
    def _kind(self) -> str:
        return str(self["kind"].value() or QuestionKind.TEXT)

    @property
    def has_options(self) -> bool:
        """Whether the page offers the field; after another kind was chosen, saving brings it."""
        return self._kind in logic.WITH_OPTIONS

    @property
    def has_rows(self) -> bool:
        return self._kind == QuestionKind.MATRIX

    @property
    def is_words(self) -> bool:
        return self._kind == QuestionKind.TEXT

    @property
    def is_bounded(self) -> bool:
        return self._kind in (QuestionKind.CHOICES, QuestionKind.RANKING)

    @property
    def may_be_trait(self) -> bool:
        return self._kind in (QuestionKind.CHOICE, QuestionKind.SCALE)

    def clean_any_of(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(re.findall(r"\d+", str(self.cleaned_data["any_of"]))))

    def draft(self) -> Draft:
        data = self.cleaned_data
        return Draft(
            kind=data["kind"],
            ko=data["ko"],
            en=data["en"],
            help_ko=data["help_ko"],
            help_en=data["help_en"],
            is_required=data["is_required"],
            is_headline=data["is_headline"],
            is_trait=data["is_trait"],
            options=data["options"],
            rows=data["rows"],
            limits={name: data[name] or 0 for name in ("longest", "least", "most")},
            on=data["on"] or 0,
            any_of=data["any_of"],
        )

    @staticmethod
    def initial_of(row: Question) -> dict[str, Any]:
        def lines(entries: list[dict[str, str]]) -> str:
            return "\n".join(
                entry["ko"] if entry["ko"] == entry["en"] else f"{entry['ko']} | {entry['en']}"
                for entry in entries
            )

        return {
            "kind": row.kind,
            "ko": row.label_ko,
            "en": row.label_en,
            "help_ko": row.help_ko,
            "help_en": row.help_en,
            "is_required": row.is_required,
            "is_headline": row.is_headline,
            "is_trait": row.is_trait,
            "options": lines(row.options),
            "rows": lines(row.rows),
            "on": row.condition.get("question"),
            "any_of": ", ".join(row.condition.get("any_of") or ()),
            **row.limits,
        }


class ProlongForm(forms.Form):
    until = _moment(_("New end"), help_text=_("Korean time. Later than the present one."))
    reason = CleanText(
        rows=3, max_length=limits.REASON_MAX, label=_("Why"), help_text=_("In a sentence; it is published.")
    )


class ReasonForm(forms.Form):
    reason = CleanText(
        rows=3, max_length=limits.REASON_MAX, label=_("Why"), help_text=_("In a sentence; it is published.")
    )
