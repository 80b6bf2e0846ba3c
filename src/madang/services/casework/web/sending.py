"""Filing what a form of a case says, once: the receipt is remembered, what stands against it is said on the form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest

from madang.commons.matters.receipts import OPENED, opened_with
from madang.commons.matters.web import uploads
from madang.kernel import clock
from madang.kernel.errors import RefusedError, TooManyError
from madang.kernel.web import crowding, limits, once
from madang.kernel.web.codes import seal
from madang.kernel.web.once import OnceForm
from madang.services.casework.domain.filing import FiledCase
from madang.services.casework.web.filed import FILED


def send(
    request: HttpRequest,
    form: OnceForm,
    kept: Sequence[uploads.Kept],
    file: Callable[..., FiledCase],
    *,
    says: BaseForm | None = None,
) -> bool:
    """File it with the files that were kept; False where something stands against it.

    Args:
        form: the one with the ticket, by which sent twice is filed once.
        file: files; it takes `uploads` and gives what it made.
        says: the form that tells what stands against it, where that is another one.
    """
    told = says or form

    def act() -> tuple[int, dict[str, Any]]:
        crowding.enter(request, form)
        made = file(uploads=tuple(one.read() for one in kept))
        assert made.filed is not None  # without a form key every call files
        remember: dict[str, Any] = {
            FILED: {"pk": made.case.pk, "code": seal(made.filed.code), "at": clock.now().timestamp()}
        }
        if made.filed.matter.author_id is None:
            remember[OPENED] = opened_with(request.session, made.case.pk)
        return made.case.pk, remember

    try:
        limits.spend(request, limits.FILE)
        _pk, is_new = once.use(request, form.key, act)
    except TooManyError as error:
        told.add_error(None, str(error))
        form.wait = error.retry_after
        return False
    except RefusedError as error:
        told.add_error(None, str(error))
        if error.code == once.ELSEWHERE:
            form.renew()
        return False
    if is_new:
        uploads.drop(list(kept))
    return True
