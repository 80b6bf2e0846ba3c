"""When very much comes in without a name: some work of the sender's own machine for each, or a wait. No puzzles.

While the site takes in few nameless filings nothing of this is asked. Above `NAMELESS` a form carries either a number
whose digest together with the form's ticket begins with enough zero bits (the page's script finds it while a person
writes; a program that floods needs it for each idea), or a ticket that is two minutes old, for people without
scripts; of those the site takes a bounded number, so that a patient flood leaves room for people who sign in.
"""

from __future__ import annotations

import hashlib
import math

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock
from madang.kernel.errors import RefusedError
from madang.kernel.web import limits, once
from madang.kernel.web.once import OnceForm

NAMELESS = limits.Limit("file.nameless", 30, 600, "site")
WAITED = limits.Limit("file.waited", 20, 600, "site")
WAIT_SECONDS = 120
CROWDED = _(
    "Very much comes in without a name right now. Your text is kept: send it again in two minutes, or sign in and send"
    " it at once."
)
LEAST_BITS, MOST_BITS = 14, 20  # 14: some 16,000 digests, a second or two on an old phone


def bits() -> int:
    """How many zero bits a form has to show now; 0 while few nameless filings come in."""
    pressure = limits.pressure(NAMELESS)
    return 0 if pressure < 1 else min(MOST_BITS, LEAST_BITS + int(math.log2(pressure) * 2))


def has_worked(ticket: str, work: str, wanted: int) -> bool:
    """Whether `work` was found for this ticket: SHA-256 of `ticket:work` begins with `wanted` zero bits."""
    digest = hashlib.sha256(f"{ticket}:{work[:40]}".encode()).digest()
    return int.from_bytes(digest) >> (256 - wanted) == 0


def has_waited(ticket: str) -> bool:
    held = once.read(ticket)
    age = clock.now().timestamp() - held["t"] if held else 0.0
    return WAIT_SECONDS <= age < once.SPENT_SECONDS


def is_let_in(ticket: str, work: str) -> bool:
    """Whether a nameless form with this ticket may file now, as far as the crowd is concerned."""
    wanted = bits()
    return not wanted or has_worked(ticket, work, wanted) or has_waited(ticket)


def effort_of(request: HttpRequest) -> int:
    """What a form shown now asks of its sender; nothing of who is signed in."""
    return 0 if request.user.is_authenticated else bits()


def enter(request: HttpRequest, form: OnceForm) -> None:
    """Let in and count what a form files without a name; who is signed in goes through.

    That its ticket serves once, in whatever session, `once.use` sees to.

    Raises:
        RefusedError: much comes in, and its sender has neither worked nor waited.
        TooManyError: too many that only waited.
    """
    if request.user.is_authenticated:
        return
    ticket, work = form.cleaned_data["ticket"], form.data.get("work", "")
    wanted = bits()
    if wanted and not has_worked(ticket, work, wanted):
        if not has_waited(ticket):
            raise RefusedError(CROWDED, "crowded", status=422)
        limits.spend(request, WAITED)
    limits.note(request, NAMELESS)
