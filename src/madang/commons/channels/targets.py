"""What services take in by any means. A service registers an `Intake`; channels know no service.

A target is one place of an intake, written `square.idea:neighbourhood`. What comes in by paper, phone, mail, text
message or kiosk goes to the very function that the service's own page calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.models import User
from madang.kernel.policy import Verdict
from madang.kernel.saying import in_english


@dataclass(frozen=True, slots=True)
class Question:
    """What a place asks, where it wants one answer without a name: words in the page's language, and what happens with
    the answer, which has to be shown or read aloud before. `longest` in characters."""

    ko: str
    en: str
    consent_ko: str
    consent_en: str
    longest: int

    @property
    def words(self) -> str:
        return self.en if in_english() and self.en else self.ko

    @property
    def consent(self) -> str:
        return self.consent_en if in_english() and self.consent_en else self.consent_ko


@dataclass(frozen=True, slots=True)
class Telling:
    """What a place calls the words it takes, where they are no proposal: how a form asks for them, and who reads them."""

    kind: str | Promise
    title: str | Promise
    title_hint: str | Promise
    body: str | Promise
    body_hint: str | Promise
    is_public: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where things of one kind are filed. `key` is short: it stands in mail addresses and text messages. Without a
    `question` or a `telling` it takes proposals: what should change, and why."""

    key: str
    title_ko: str
    title_en: str
    host_id: int
    summary: str = ""
    question: Question | None = None
    telling: Telling | None = None

    @property
    def title(self) -> str:
        return self.title_en if in_english() and self.title_en else self.title_ko


@dataclass(frozen=True, slots=True)
class Words:
    """What a person says, already cleaned. `name` is shown; `email` is for news and never shown."""

    title: str
    body: str
    name: str = ""
    email: str = ""
    uploads: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """What was filed. `code` is known at this moment only; `next` says in sentences what happens now; `due_at`: when an
    answer is owed, where one is owed already."""

    reference: str
    number: str
    title: str
    url: str
    office: str
    filed_at: datetime
    code: str = ""
    next: tuple[str, ...] = ()
    due_at: datetime | None = None


class Filer(Protocol):
    """Files the words at a place for an actor, under the service's own policies.

    Raises:
        RefusedError: the policy's reason, which the sender is told by the channel she used.
    """

    def __call__(self, *, actor: Actor, place: str, words: Words) -> Taken: ...


class Supporter(Protocol):
    """Support of the thing with this number by a known person; True when it made the difference."""

    def __call__(self, *, actor: Actor, number: str) -> bool: ...


class Commenter(Protocol):
    """Words of a known person about the thing with this number; the reference of the comment.

    `stance` is `for`, `against` or `question`.
    """

    def __call__(self, *, actor: Actor, number: str, body: str, stance: str) -> str: ...


class Ways(Protocol):
    """As what a reply may be added to the thing with this number, as choices: `answer`, `for`, `against`, `question`.

    Raises:
        RefusedError: as nothing, with the reason.
    """

    def __call__(self, *, actor: Actor, number: str) -> list[tuple[str, str]]: ...


class Adder(Protocol):
    """Add words to the thing with this number, in one of its `ways`; the reference of what was written."""

    def __call__(self, *, actor: Actor, number: str, body: str, how: str) -> str: ...


class Joiner(Protocol):
    """Two accounts turn out to be one person: what `one` stood behind, `into` stands behind; each thing once."""

    def __call__(self, *, one: User, into: User) -> None: ...


@dataclass(frozen=True)
class Intake:
    """One thing that a service takes in.

    `host_of` is the office that hosts it; `title_of` names the thing with a number that the public may see (it raises `RefusedError` or Http404 for others);
    `stands` says whether something a person supports is still counted.
    """

    name: str
    label: str | Promise
    places: Callable[[], list[Place]]
    verdict: Callable[[Actor, str], Verdict]
    file: Filer
    support: Supporter | None = None
    unsupport: Supporter | None = None
    comment: Commenter | None = None
    title_of: Callable[[str], str] | None = None
    host_of: Callable[[str], int] | None = None
    ways: Ways | None = None
    add: Adder | None = None
    stands: Callable[[User], bool] | None = None
    join: Joiner | None = None
    title_size: tuple[int, int] = field(default=(5, 100))
    body_size: tuple[int, int] = field(default=(20, 5000))


_intakes: dict[str, Intake] = {}


def register(intake: Intake) -> None:
    if intake.name in _intakes:
        raise ValueError(f"{intake.name} is registered twice")
    _intakes[intake.name] = intake


def intakes() -> tuple[Intake, ...]:
    return tuple(_intakes.values())


def by_number(number: str, among: Iterable[Intake]) -> tuple[Intake, str] | None:
    """Whose thing has this number, and the title that the public sees; None when nobody's."""
    for intake in among:
        if intake.title_of is not None:
            try:
                return intake, intake.title_of(number)
            except (RefusedError, Http404):
                continue
    return None


@dataclass(frozen=True, slots=True)
class Target:
    """An intake and one of its places."""

    intake: Intake
    place: Place

    @property
    def key(self) -> str:
        return f"{self.intake.name}:{self.place.key}"

    @property
    def title(self) -> str:
        return self.place.title


def every() -> list[Target]:
    """Everything that can be filed by any means, open at the moment or not."""
    return [Target(intake, place) for intake in _intakes.values() for place in intake.places()]


def find(key: str) -> Target:
    """The target behind its key.

    Raises:
        RefusedError: 422, there is none: its service is switched off or the place is gone.
    """
    for target in every():
        if target.key == key:
            return target
    raise unknown()


def question_of(key: str) -> Question | None:
    """What is asked there; None where proposals are taken in, or where nothing is any more."""
    return next((target.place.question for target in every() if target.key == key), None)


def telling_of(key: str) -> Telling | None:
    """What the words are called there; None where proposals are taken in, or where nothing is any more."""
    return next((target.place.telling for target in every() if target.key == key), None)


def unknown() -> RefusedError:
    return RefusedError(
        _("What this was meant for does not exist here any more. Choose another place."),
        "target.unknown",
        status=422,
    )


def stands_behind_something(user: User) -> bool:
    """Whether a support of this person is still counted anywhere."""
    return any(intake.stands(user) for intake in _intakes.values() if intake.stands is not None)


def by_place(key: str) -> Target | None:
    """The target whose place is called so, as a mail address or a text message names it."""
    wanted = key.strip().lower()
    return next((target for target in every() if target.place.key.lower() == wanted), None)
