"""What somebody typed into the form of a poll, read from the request."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.utils.translation import gettext as _

from madang.kernel.errors import RefusedError
from madang.kernel.web import limits
from madang.services.polls.domain import files
from madang.services.polls.enums import QuestionKind
from madang.services.polls.limits import UPLOADED
from madang.services.polls.logic import form
from madang.services.polls.models import Question


def raw_of(
    request: HttpRequest, rows: Iterable[Question], *, takes_files: bool = True
) -> tuple[dict[int, form.Raw], dict[int, str]]:
    """Raw replies by the number of the question, and what was wrong with files.

    A file is cleaned and kept at once, so that it is still there when something else has to be corrected; not where
    nothing may be handed in, as then anybody could fill the disk by way of a poll that is closed.
    """
    raw: dict[int, form.Raw] = {}
    errors: dict[int, str] = {}
    for row in rows:
        name = f"q{row.number}"
        if row.kind == QuestionKind.CHOICES:
            raw[row.number] = request.POST.getlist(name)
        elif row.kind in (QuestionKind.RANKING, QuestionKind.MATRIX):
            parts = row.options if row.kind == QuestionKind.RANKING else row.rows
            raw[row.number] = {
                part["code"]: request.POST.get(f"{name}_{part['code']}", "").strip() for part in parts
            }
        elif row.kind == QuestionKind.FILE:
            raw[row.number], errors_of = _file(request, name, takes_files)
            if errors_of:
                errors[row.number] = errors_of
        else:
            raw[row.number] = request.POST.get(name, "")
    return raw, errors


def _file(request: HttpRequest, name: str, takes_files: bool) -> tuple[str, str]:
    upload = request.FILES.get(name)
    if upload is None:
        is_dropped = bool(request.POST.get(f"{name}_drop"))
        return ("" if is_dropped else files.read_token(request.POST.get(f"{name}_kept", ""))), ""
    if not takes_files:
        return "", _("The file was not kept. Choose it again.")
    try:
        limits.spend(request, UPLOADED)
        return files.keep(upload), ""
    except RefusedError as error:
        return "", str(error)
