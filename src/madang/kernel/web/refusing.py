"""Acts that a form asks for, and what becomes of a refusal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.forms import BaseForm

from madang.kernel.errors import RefusedError

FORBIDDEN = 403


class _RefusalError(ValidationError):
    """A refusal among the errors of a form; `status` is that of the page that shows it."""

    def __init__(self, refusal: RefusedError) -> None:
        super().__init__(str(refusal), code=refusal.code)
        self.status = refusal.status


@contextmanager
def on_form(form: BaseForm, field: str | None = None) -> Iterator[None]:
    """Do what a form asks for, and leave the view from within. What comes after the block was refused.

    What a person can mend stands on the form then, beside all that she typed. What she is not allowed to do is raised.

    Args:
        field: where the refusal stands; above the form where there is none.
    """
    try:
        yield
    except RefusedError as refusal:
        if refusal.status == FORBIDDEN:
            raise
        form.add_error(field, _RefusalError(refusal))


def status_of(*forms: BaseForm) -> int:
    """The status of the page that shows forms: 200 without errors, that of a refusal, 422 for what was typed wrongly."""
    errors = [one for form in forms for found in form.errors.as_data().values() for one in found]
    refused = [one.status for one in errors if isinstance(one, _RefusalError)]
    return refused[0] if refused else 422 if errors else 200
