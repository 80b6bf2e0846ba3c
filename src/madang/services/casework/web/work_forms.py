"""Forms of the desk of cases. Every error says what to do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madang.commons.matters import desk_queries
from madang.commons.matters.models import Attachment, Matter
from madang.commons.matters.web.form_parts import OfficeField, reason
from madang.kernel import clock
from madang.kernel import queries as kernel
from madang.kernel.models import Organisation, User
from madang.kernel.web.fields import NamedChoice, Words
from madang.services.casework.domain import consulting, templates
from madang.services.casework.models import AnswerTemplate, FlagKind, NoteKind


class UseForm(forms.Form):
    template = forms.ModelChoiceField(
        label=_("Template"),
        queryset=AnswerTemplate.objects.none(),
        empty_label=_("Choose a template"),
        error_messages={
            "required": _("Choose a template."),
            "invalid_choice": _("Choose a template from the list."),
        },
    )
    replace = forms.BooleanField(label=_("Replace the words of the draft"), required=False)

    def __init__(self, *args: Any, office: Organisation, **options: Any) -> None:
        super().__init__(*args, **(options | {"prefix": "use"}))
        field = self.fields["template"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = AnswerTemplate.objects.filter(office=office, is_active=True)
        self.has_templates = field.queryset.exists()


class ConsultForm(forms.Form):
    office = OfficeField(label=_("Ask which office?"), required=False, empty_label=_("No office: an expert"))
    expert = Words(most=80, label=_("Or which expert?"), required=False)
    question = Words(
        most=consulting.WORDS_MAX,
        rows=3,
        label=_("What do you want to know?"),
        help_text=_("Do not name the author here, who may read it."),
        error_messages={"required": _("Write the question in a sentence or two.")},
    )
    due_on = forms.DateField(
        label=_("Until when?"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": _("Give a day."), "invalid": _("Give a day such as 2026-12-24.")},
    )
    shares_text = forms.BooleanField(
        label=_("Let them read what was filed, with personal data covered"), required=False
    )
    is_shown = forms.BooleanField(
        label=_("Show question and opinion to the author as a step"), required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **(options | {"prefix": "consult"}))
        field = self.fields["office"]
        assert isinstance(field, OfficeField)
        field.queryset = kernel.offices()


class OpinionForm(forms.Form):
    opinion = Words(
        most=consulting.WORDS_MAX,
        rows=5,
        label=_("Your opinion"),
        error_messages={"required": _("Write the opinion.")},
    )


class NoteForm(forms.Form):
    kind = forms.ChoiceField(label=_("What is it?"), choices=NoteKind.choices, initial=NoteKind.INTERNAL)
    whom = Words(most=80, label=_("Who was on the phone?"), required=False)
    text = Words(
        most=5000,
        rows=3,
        label=pgettext_lazy("desk", "Note"),
        error_messages={"required": _("Write the note.")},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **(options | {"prefix": "note"}))


class FlagForm(forms.Form):
    kind = forms.ChoiceField(label=_("What needs care?"), choices=FlagKind.choices)
    what = Words(most=200, label=_("Why?"), error_messages={"required": _("Say in a few words why.")})

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **(options | {"prefix": "flag"}))


class FileForm(forms.Form):
    """One of the files of a matter, and why the public is to see it no more, or again."""

    file = forms.ModelChoiceField(
        label=_("File"),
        queryset=Attachment.objects.none(),
        error_messages={"required": _("Choose from the list."), "invalid_choice": _("Choose from the list.")},
    )
    reason = reason()

    def __init__(self, *args: Any, matter: Matter, is_covered: bool, **options: Any) -> None:
        super().__init__(*args, **(options | {"prefix": "show_file" if is_covered else "cover_file"}))
        field = self.fields["file"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = matter.attachments.filter(covered_at__isnull=not is_covered)
        field.empty_label = None


class CoverForm(forms.Form):
    """Parts that look like personal data as check boxes, and whatever else somebody sees."""

    found = forms.MultipleChoiceField(
        label=_("These look like personal data"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose from the list.")},
    )
    more = forms.CharField(
        label=_("Also cover these words"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line, as they stand in the text: names, addresses."),
    )
    reason = reason()

    def __init__(self, *args: Any, found: list[str], **options: Any) -> None:
        super().__init__(*args, **(options | {"prefix": "cover"}))
        field = self.fields["found"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(one, one) for one in found]
        field.initial = found
        if not found:
            del self.fields["found"]

    def words(self) -> list[str]:
        """Everything that is to be covered."""
        return [*self.cleaned_data.get("found", []), *self.cleaned_data["more"].splitlines()]


class RepeatForm(forms.Form):
    """The four things that the law wants weighed."""

    nature = Words(most=1000, rows=2, label=_("What kind of case is it?"))
    likeness = Words(most=1000, rows=2, label=_("How is its content like and related to the earlier ones?"))
    same_answer = Words(most=1000, rows=2, label=_("Why is no other answer possible?"))
    no_cause = Words(most=1000, rows=2, label=_("Why is there no just cause to file it again?"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **(options | {"prefix": "repeat"}))
        for field in self.fields.values():
            field.error_messages["required"] = _("Write it down; the author reads it.")


class TogetherForm(forms.Form):
    reason = reason(_("It stays with the office."))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **(options | {"prefix": "together"}))


class TemplateForm(forms.Form):
    title = Words(
        most=templates.TITLE_MAX, label=_("Title"), error_messages={"required": _("Give it a title.")}
    )
    body = Words(
        most=templates.BODY_MAX,
        rows=10,
        label=_("Text"),
        error_messages={"required": _("Write the text.")},
    )
    why = Words(most=200, label=_("What is new in this version?"), required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)


class HeirForm(forms.Form):
    officer = NamedChoice(
        naming=lambda one: str(one.shown_name),
        label=_("Who takes them over?"),
        queryset=User.objects.none(),
        empty_label=_("Choose a person"),
        error_messages={
            "required": _("Choose a person."),
            "invalid_choice": _("Choose a person from the list."),
        },
    )

    def __init__(self, *args: Any, offices: tuple[int, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        people = User.objects.none()
        for office in offices:
            people = people | desk_queries.officers_of(office)
        field = self.fields["officer"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people.distinct()


class DecisionForm(forms.Form):
    reason = reason(_("The author reads it."))


def default_due(matter: Matter) -> Any:
    """A day that leaves the office time: half of what is left."""
    if matter.due_at is None or matter.due_at <= clock.now():
        return clock.today()
    return clock.seoul(clock.now() + (matter.due_at - clock.now()) / 2).date()
