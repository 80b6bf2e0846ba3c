"""Who reads which answers: a random sample twice and blind, the rest once, a look back every so often."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError
from madang.kernel.models import Mandate, Role, User
from madang.services.polls.enums import CodebookState, PollState
from madang.services.polls.logic import alike, sampling
from madang.services.polls.models import Codebook, Coding, Poll, Reply, Response, Task

SAMPLE = 300
"""Answers that two people code without seeing each other's codes (`systems.md` §7, step 5)."""
EVERY = 500
"""After so many answers coded by one person a second one looks at some of them: do codes drift?"""
AGAIN = 20
"""How many of them."""
SAMPLED, REST, DRIFT, DOUBT = "sample", "rest", "drift", "doubt"


def coders_of(poll: Poll) -> list[User]:
    """Everybody who may code the answers of a poll today."""
    now = clock.now()
    rows = Mandate.objects.filter(
        post__organisation=poll.host_id, post__role__in=(Role.CODER, Role.ANALYST), valid_from__lte=now
    ).exclude(valid_to__lte=now)
    return list(User.objects.filter(pk__in=rows.values("user"), is_active=True).order_by("pk"))


def texts(poll: Poll, responses: Iterable[int] | None = None) -> dict[int, str]:
    """What was answered to the headline question, without withdrawn responses."""
    rows = Reply.objects.filter(question__poll=poll, question__is_headline=True, response__is_withdrawn=False)
    if responses is not None:
        rows = rows.filter(response__in=list(responses))
    return {
        key: value if isinstance(value, str) else "" for key, value in rows.values_list("response", "value")
    }


def seed_of(codebook: Codebook) -> str:
    """The seed of everything drawn with this version. It follows from the digest of the answers, which stood in the
    log before anybody read them, so nobody chooses it."""
    return sampling.seed_of(codebook.poll.digest, codebook.reference)


@transaction.atomic
def hand_out_sample(*, actor: Actor, codebook: Codebook, coders: Sequence[User], size: int = SAMPLE) -> int:
    """Draw the sample and give every answer in it to two coders, each in her own order. Returns the answers drawn.

    Raises:
        RefusedError: 403 for others than analysts; 409 before the poll is closed, the codebook fixed, or when it was
            drawn already; 422 with fewer than two coders.
    """
    book = _ready(actor, codebook)
    _known(book.poll, coders)
    if len(coders) < 2:
        raise RefusedError(
            _("Two people code the sample without seeing each other's codes. Choose at least two."),
            "tasks.two",
            status=422,
        )
    if Task.objects.filter(codebook=book, purpose=SAMPLED).exists():
        raise RefusedError(
            _("The sample of this version was drawn already; it is drawn once."), "tasks.drawn", status=409
        )
    seed, answers = seed_of(book), texts(book.poll)
    drawn = sampling.shuffled(answers, seed)[:size]
    shares = sampling.shared_out(drawn, [one.pk for one in coders], each=2)
    _give(book, shares, alike.keys(answers), seed, purpose=SAMPLED, is_double=True)
    audit.record(
        actor=actor,
        action="polls.coding.sample",
        target=book.reference,
        payload={"seed": seed, "answers": len(drawn), "of": len(answers), "coders": len(coders)},
        is_public=book.is_public,
    )
    return len(drawn)


@transaction.atomic
def hand_out_rest(
    *, actor: Actor, codebook: Codebook, coders: Sequence[User], count: int | None = None
) -> int:
    """Give what nobody has yet to one coder each; answers that say the same go to the same person.

    `count` at most, those first that the machine doubts most. Returns the answers given out.
    """
    book = _ready(actor, codebook)
    _known(book.poll, coders)
    if not coders:
        raise RefusedError(_("Choose who codes."), "tasks.one", status=422)
    given = set(Task.objects.filter(codebook=book).values_list("response", flat=True))
    seed, answers = seed_of(book), texts(book.poll)
    keys = alike.keys(answers)
    doubt = dict(book.suggestions.values_list("response", "confidence"))
    free = sampling.shuffled((one for one in answers if one not in given), seed)
    left = sorted(free, key=lambda one: doubt.get(one, 1.0))[:count]
    bundles: dict[str, list[int]] = defaultdict(list)
    for response in left:
        bundles[keys[response] or str(response)].append(response)
    heads = {rows[0]: rows for rows in bundles.values()}
    shares = {
        coder: [one for head in mine for one in heads[head]]
        for coder, mine in sampling.shared_out(list(heads), [one.pk for one in coders]).items()
    }
    _give(book, shares, keys, seed, purpose=DOUBT if doubt else REST, is_double=False)
    audit.record(
        actor=actor,
        action="polls.coding.rest",
        target=book.reference,
        payload={"answers": len(left), "coders": len(coders)},
        is_public=False,
    )
    return len(left)


def _ready(actor: Actor, codebook: Codebook) -> Codebook:
    """The locked codebook, if answers can be given out with it now."""
    book = Codebook.objects.select_for_update(of=("self",)).select_related("poll").get(pk=codebook.pk)
    policy.require("polls.coding.lead", actor, book.poll)
    if book.state != CodebookState.FIXED:
        raise RefusedError(
            _("The codebook has to be fixed before anybody codes with it."), "polls.codebook_open", status=409
        )
    if book.poll.state not in (PollState.CLOSED, PollState.PUBLISHED):
        raise RefusedError(
            _("Close the poll first: until then people may change what they answered."),
            "tasks.poll_open",
            status=409,
        )
    return book


def _known(poll: Poll, coders: Sequence[User]) -> None:
    if not {one.pk for one in coders} <= {one.pk for one in coders_of(poll)}:
        raise RefusedError(
            _("Only analysts and coders of the office that asks read the answers."),
            "mandate.coder",
            status=422,
        )


def _give(
    book: Codebook,
    shares: dict[int, list[int]],
    keys: dict[int, str],
    seed: str,
    *,
    purpose: str,
    is_double: bool,
) -> None:
    last = dict(
        Task.objects.filter(codebook=book).order_by().values_list("coder").annotate(last=Max("place"))
    )
    rows = []
    for coder, mine in shares.items():
        own = sampling.shuffled(mine, seed, coder) if purpose != DOUBT else mine
        for place, response in enumerate(own, start=last.get(coder, 0) + 1):
            rows.append(
                Task(
                    codebook=book,
                    response_id=response,
                    coder_id=coder,
                    place=place,
                    purpose=purpose,
                    is_double=is_double,
                    alike=keys.get(response, ""),
                )
            )
    Task.objects.bulk_create(rows, batch_size=500)


@transaction.atomic
def hand_on(*, actor: Actor, codebook: Codebook, coder: User) -> tuple[int, int]:
    """Give what somebody has not coded yet to the others; what she coded stays.

    Returns how many were given on, and how many nobody else can take, because they have coded them already.
    """
    book = _ready(actor, codebook)
    others = [
        one.pk
        for one in coders_of(book.poll)
        if one.pk != coder.pk and Task.objects.filter(codebook=book, coder=one).exists()
    ] or [one.pk for one in coders_of(book.poll) if one.pk != coder.pk]
    if not others:
        raise RefusedError(_("Nobody else codes here. Name another coder first."), "tasks.nobody", status=409)
    open_ = list(
        Task.objects.select_for_update(of=("self",))
        .filter(codebook=book, coder=coder, coding__isnull=True)
        .order_by("place")
    )
    # Coded while this waited for the lock: what she coded stays.
    coded = set(Coding.objects.filter(task__in=[one.pk for one in open_]).values_list("task", flat=True))
    open_ = [one for one in open_ if one.pk not in coded]
    taken: dict[int, set[int]] = defaultdict(set)
    places: dict[int, int] = defaultdict(int)
    for response, other, place in Task.objects.filter(codebook=book, coder__in=others).values_list(
        "response", "coder", "place"
    ):
        taken[response].add(other)
        places[other] = max(places[other], place)
    moved, stuck, at = [], 0, 0
    for task in open_:
        free = [one for one in others if one not in taken[task.response_id]]
        if not free:
            stuck += 1
            continue
        # The one who has been given least of them so far.
        task.coder_id = free[at % len(free)]
        at += 1
        places[task.coder_id] += 1
        task.place = places[task.coder_id]
        taken[task.response_id].add(task.coder_id)
        moved.append(task)
    Task.objects.bulk_update(moved, ["coder", "place"], batch_size=500)
    audit.record(
        actor=actor,
        action="polls.coding.hand_on",
        target=book.reference,
        payload={"tasks": len(moved), "stuck": stuck},
        is_public=False,
    )
    return len(moved), stuck


def look_back() -> int:
    """Every 500 answers that one person coded, a second one codes 20 of them, blind. Idempotent; for a job."""
    return sum(_look_back(book) for book in Codebook.objects.filter(state=CodebookState.FIXED))


@transaction.atomic
def _look_back(codebook: Codebook) -> int:
    book = Codebook.objects.select_for_update(of=("self",)).select_related("poll").get(pk=codebook.pk)
    alone = Coding.objects.filter(task__codebook=book, task__purpose__in=(REST, DOUBT), is_carried=False)
    whole = alone.count() // EVERY * EVERY
    given_out = Task.objects.filter(codebook=book, purpose=DRIFT).exclude(coding__is_carried=True)
    issued = set(given_out.values_list("response", flat=True))
    if len(issued) >= whole // EVERY * AGAIN:
        return 0
    rows = list(alone.order_by("at", "pk").values_list("task__response", "task__coder"))
    people = [one.pk for one in coders_of(book.poll)]
    seed, given = seed_of(book), 0
    for start in range(0, whole, EVERY):
        window = dict(rows[start : start + EVERY])
        if issued & window.keys():
            continue
        shares: dict[int, list[int]] = defaultdict(list)
        for at, response in enumerate(sampling.shuffled(window, seed)[:AGAIN]):
            others = [one for one in people if one != window[response]]
            if others:
                shares[others[at % len(others)]].append(response)
        chosen = [one for mine in shares.values() for one in mine]
        # One by one, not in one act: it is a check.
        _give(book, shares, {}, seed, purpose=DRIFT, is_double=True)
        Task.objects.filter(codebook=book, response__in=chosen).update(is_double=True)
        given += len(chosen)
    return given


def responses_of(poll: Poll) -> int:
    """How many responses count."""
    return Response.objects.filter(poll=poll, is_withdrawn=False).count()
