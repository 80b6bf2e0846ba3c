"""One person reads one answer and gives it a code. She never sees what another one gave before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock, policy
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.saying import in_language
from madang.services.polls.domain.tasks import DOUBT, REST, SAMPLED
from madang.services.polls.models import Codebook, Coding, Ruling, Task

SINGLE, AGREED, RULED = "single", "agreed", "ruled"


class Label(NamedTuple):
    """The code that counts for an answer, and how it came about."""

    code: str
    more: tuple[str, ...]
    how: str
    is_blind: bool
    """Nobody who gave it had seen a suggestion."""


class ChangedError(RefusedError):
    """She coded the answer in another window after it was shown in this one. `held` is the code that it has now."""

    def __init__(self, codebook: Codebook, held: str) -> None:
        names: dict[str, str] = next(
            (one.get("name", {}) for one in codebook.body["codes"] if one["key"] == held), {}
        )
        super().__init__(
            format_lazy(
                _(
                    "You coded this answer in another window meanwhile, as {name}. What you chose here is kept: send it once more "
                    "to put it in its place."
                ),
                name=in_language(names.get("ko") or held, names.get("en") or ""),
            ),
            "coding.changed",
            status=409,
        )
        self.held = held


def tasks_of(actor: Actor, codebook: Codebook) -> QuerySet[Task]:
    """Her tasks with what has to be read, in her order."""
    rows = Task.objects.filter(codebook=codebook, coder=actor.account, response__is_withdrawn=False)
    return rows.order_by("place")


def waiting(actor: Actor, codebook: Codebook) -> QuerySet[Task]:
    """What she has not coded yet, in her order."""
    return tasks_of(actor, codebook).filter(coding__isnull=True)


def alike(task: Task) -> QuerySet[Task]:
    """Her other open tasks whose answers say the same."""
    rows = Task.objects.filter(
        codebook=task.codebook_id, coder=task.coder_id, coding__isnull=True, response__is_withdrawn=False
    )
    return rows.filter(alike=task.alike).exclude(pk=task.pk) if task.alike else rows.none()


def may_see_suggestion(task: Task) -> bool:
    """Only where the codebook says so and one person codes; what two code blind stays blind."""
    return task.codebook.assist and not task.is_double and task.purpose in (REST, DOUBT)


@transaction.atomic
def code(
    *,
    actor: Actor,
    task: Task,
    code: str,
    more: Sequence[str] = (),
    with_alike: bool = False,
    saw_suggestion: bool = False,
    was: str | None = None,
) -> int:
    """Give an answer its code, and the same to others that say the same; the last one counts. Returns how many.

    Sending the same twice changes nothing: a lost reply may be asked for again. `was` is the code that it had when it was
    shown, empty for none; None where that does not matter.

    Raises:
        RefusedError: 403 where the task is another's, 409 after a ruling or where she coded it otherwise in another tab
            meanwhile, 422 for an unknown code.
    """
    fresh = Task.objects.select_for_update(of=("self",)).select_related("codebook__poll").get(pk=task.pk)
    policy.require("polls.coding.code", actor, fresh.codebook)
    if fresh.coder_id != actor.account.pk:
        raise RefusedError(
            _("This answer was given to somebody else meanwhile. Go on with the next one."), "task.other"
        )
    known = {one["key"] for one in fresh.codebook.body["codes"]}
    others = list(dict.fromkeys(one for one in more if one != code))
    if code not in known or not known.issuperset(others):
        raise RefusedError(_("Choose a code from the list."), "coding.unknown", status=422)
    if Ruling.objects.filter(codebook=fresh.codebook_id, response=fresh.response_id).exists():
        raise RefusedError(
            _("This answer has been decided already; its code stands."), "coding.ruled", status=409
        )
    held = Coding.objects.filter(task=fresh).first()
    if was is not None and held is not None and held.code not in (was, code):
        raise ChangedError(fresh.codebook, held.code)
    now = clock.now()
    rows = [fresh, *(alike(fresh).select_for_update(of=("self",)) if with_alike else ())]
    saw = saw_suggestion and may_see_suggestion(fresh)
    for row in rows:
        held = Coding.objects.filter(task=row).first()
        if held is not None and (held.code, held.more) == (code, others):
            continue
        Coding.objects.update_or_create(
            task=row,
            defaults={
                "code": code,
                "more": others,
                # Once seen, it cannot be unseen.
                "saw_suggestion": saw or bool(held and held.saw_suggestion),
                "is_carried": False,
                "at": now,
            },
        )
    return len(rows)


@transaction.atomic
def undo(*, actor: Actor, codebook: Codebook) -> Task | None:
    """Take back her last act; the answer (with those coded in the same act) waits again. None where there is nothing.

    Raises:
        RefusedError: 409 where it has been ruled on meanwhile.
    """
    policy.require("polls.coding.code", actor, codebook)
    mine = Coding.objects.select_for_update(of=("self",)).filter(
        task__codebook=codebook, task__coder=actor.account, is_carried=False
    )
    last = mine.select_related("task").order_by("-at", "task__place").first()
    if last is None:
        return None
    act = mine.filter(at=last.at)
    responses = list(act.values_list("task__response", flat=True))
    if Ruling.objects.filter(codebook=codebook, response__in=responses).exists():
        raise RefusedError(
            _("This answer has been decided already; its code stands."), "coding.ruled", status=409
        )
    act.delete()
    return last.task


@transaction.atomic
def skip(*, actor: Actor, task: Task) -> None:
    """Put an answer at the end of her row."""
    policy.require("polls.coding.code", actor, task.codebook)
    rows = Task.objects.filter(codebook=task.codebook_id, coder=actor.account)
    last = rows.aggregate(last=Max("place"))["last"] or 0
    rows.filter(pk=task.pk, coding__isnull=True).update(place=last + 1)


def labels(codebook: Codebook, responses: Iterable[int] | None = None) -> dict[int, Label]:
    """The code that counts for every answer that has one: a ruling, else what all who coded it said.

    Where they differ and nobody has ruled, and while one of the two of the sample has not coded yet, there is none.
    """
    tasks = Task.objects.filter(codebook=codebook, response__is_withdrawn=False)
    rulings = Ruling.objects.filter(codebook=codebook, response__is_withdrawn=False).order_by("turn")
    if responses is not None:
        wanted = list(responses)
        tasks, rulings = tasks.filter(response__in=wanted), rulings.filter(response__in=wanted)
    given: dict[int, list[tuple[str, tuple[str, ...], bool]]] = defaultdict(list)
    pending: set[int] = set()
    for response, purpose, one, more, saw in tasks.values_list(
        "response", "purpose", "coding__code", "coding__more", "coding__saw_suggestion"
    ):
        if one is not None:
            given[response].append((one, tuple(more), bool(saw)))
        elif purpose == SAMPLED:
            pending.add(response)
    found: dict[int, Label] = {}
    for response, rows in given.items():
        codes = {one for one, _more, _saw in rows}
        if response in pending or len(codes) > 1:
            continue
        shared = [one for one in rows[0][1] if all(one in more for _code, more, _saw in rows)]
        blind = not any(saw for _code, _more, saw in rows)
        found[response] = Label(rows[0][0], tuple(shared), AGREED if len(rows) > 1 else SINGLE, blind)
    for row in rulings:
        found[row.response_id] = Label(row.code, tuple(row.more), RULED, True)
    return found
