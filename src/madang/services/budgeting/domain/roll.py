"""The voter roll at a booth: whether somebody may vote, and that she was handed a ballot. The same right as online, once.

Who stands at the booth is found in the registry of residents, or by the code that she made with her account. In the roll is only
her pseudonym among the voters of the pot: not the sheet, not the code, not the moment.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from madang.kernel import actors, ids, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit, registry
from madang.kernel.errors import RefusedError
from madang.kernel.logic import residents
from madang.kernel.models import RegistryEntry, User
from madang.services.budgeting.domain import residences, slips
from madang.services.budgeting.models import Arrival, Box, Key, Mark, Pot, Round, Voter

CODE = 8
"""Letters of a code for the device."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who stands at the booth: an account, an entry of the registry, or both; and when she was born, by her papers."""

    user: User | None
    entry: RegistryEntry | None
    born: date | None = None


def by_registry(*, name: str, birth_date: str, code: str) -> Person:
    """Found by her papers.

    Raises:
        RefusedError: there is no list, she is not on it, or the account that her entry verified was erased.
    """
    entry = registry.find(name=name, birth_date=birth_date, code=code)
    if entry is None:
        raise RefusedError(
            _("The registry does not know this name, birth date and code together. Check each of them."),
            "registry.unknown",
            status=422,
        )
    if entry.used_at is not None and entry.user is None:
        # She may have voted with that account: nobody can tell any more.
        raise RefusedError(
            _("This entry verified an account that was erased. The next list of residents frees it."),
            "registry.used",
            status=409,
        )
    return Person(entry.user, entry, residents.born(residents.normal_form(name, birth_date, code)))


def by_account(user: User) -> Person:
    """Who has shown that an account is hers."""
    return Person(user, RegistryEntry.objects.filter(user=user).order_by("-pk").first())


def _names(pot: Pot, person: Person) -> list[str]:
    """Everything the roll may know her by; the first is what is written."""
    entry = [f"pot:{pot.pk}:entry:{person.entry.digest}"] if person.entry is not None else []
    user = [f"pot:{pot.pk}:person:{person.user.pk}"] if person.user is not None else []
    return entry + user


def _marks(round_: Round, pot: Pot, person: Person) -> QuerySet[Mark]:
    known = [slips.hidden(round_, name) for name in _names(pot, person)]
    return Mark.objects.filter(pot=pot, pseudonym__in=known)


def marks_of(pot: Pot, user: User) -> QuerySet[Mark]:
    """Her marks in a pot whose vote is not closed."""
    return _marks(pot.round, pot, by_account(user))


def is_marked(pot: Pot, user: User) -> bool:
    """Whether a booth has handed her a ballot of this pot. Nobody can tell once the vote is closed."""
    round_ = pot.round
    return bool(round_.on_paper) and slips.has_secret(round_) and marks_of(pot, user).exists()


def key_digest(code: str) -> str:
    return salted_hmac("madang.budgeting.key", code, algorithm="sha256").hexdigest()


@transaction.atomic
def hand(*, actor: Actor, box: Box, person: Person, as_code: bool = False) -> str:
    """Mark somebody in the roll; she is handed a sheet, or a code that opens the ballot once at the device of the booth.

    By the rule of the round a ballot that she cast online is taken out now, or nothing is handed to her.

    Returns:
        The code, `XXXX-XXXX`, told this once; "" for a sheet.

    Raises:
        RefusedError: not at work here, not open, no sheet left, she may not vote about this money or has had her ballot. Nothing is
            written then.
    """
    # Alone with the round for a moment: who votes online right now has done so, or is told that she was handed a ballot.
    round_ = Round.objects.select_for_update().get(pk=box.pot.round_id)
    fresh = Box.objects.select_for_update(of=("self",)).select_related("pot").get(pk=box.pk)
    pot = fresh.pot
    pot.round = round_
    policy.require("budgeting.box.hand", actor, fresh)
    if not as_code and fresh.handed >= fresh.size:
        raise RefusedError(
            _("Every sheet of this box was handed out. Issue another box, or give a code for the device."),
            "box.empty",
            status=409,
        )
    _require_right(round_, pot, person)
    _once(round_, pot, person)
    Mark.objects.create(pot=pot, pseudonym=slips.hidden(round_, _names(pot, person)[0]))
    code = ""
    if as_code:
        letters = "".join(secrets.choice(ids.CROCKFORD) for _at in range(CODE))
        code = f"{letters[:4]}-{letters[4:]}"
        Key.objects.create(box=fresh, digest=key_digest(letters))
    counter = "keyed" if as_code else "handed"
    Box.objects.filter(pk=fresh.pk).update(**{counter: F(counter) + 1})
    audit.record(
        actor=actor,
        action="budgeting.box.hand",
        target=fresh.reference,
        organisation=round_.host,
        is_public=False,
        payload={"as": "code" if as_code else "sheet"},
    )
    return code


@transaction.atomic
def take_back(*, actor: Actor, box: Box, person: Person, slip: str = "") -> None:
    """Undo a mark that was made by mistake: her clean sheet, or the slip with an unused code, is back on the table.

    How many were taken back is published with the box. A sheet that went into the box all the same makes it not add up.

    Args:
        slip: the code for the device that she gives back; "" for a sheet.

    Raises:
        RefusedError: not at work here, not open, she is not marked, no sheet was handed out, or the code opens nothing here or was
            used. Nothing is written then.
    """
    round_ = Round.objects.select_for_update().get(pk=box.pot.round_id)
    fresh = Box.objects.select_for_update(of=("self",)).select_related("pot").get(pk=box.pk)
    pot = fresh.pot
    pot.round = round_
    policy.require("budgeting.box.hand", actor, fresh)
    marks = _marks(round_, pot, person)
    if not marks.exists():
        raise RefusedError(
            _("The roll has no mark for this person about this money. Nothing was changed."),
            "budgeting.not_marked",
            status=409,
        )
    if slip:
        given = Key.objects.select_for_update().filter(box=fresh, digest=key_digest(slip), is_used=False)
        if not given.delete()[0]:
            raise RefusedError(
                _("This code was not given here, or a ballot was cast with it. Then the mark stays."),
                "budgeting.key",
                status=409,
            )
    elif fresh.handed == 0:
        raise RefusedError(
            _("No sheet of this box was handed out. Did she get a code for the device?"),
            "box.none_handed",
            status=409,
        )
    marks.delete()
    counter = "keyed" if slip else "handed"
    Box.objects.filter(pk=fresh.pk).update(**{counter: F(counter) - 1, "taken_back": F("taken_back") + 1})
    audit.record(
        actor=actor,
        action="budgeting.box.take_back",
        target=fresh.reference,
        organisation=round_.host,
        is_public=False,
        payload={"as": "code" if slip else "sheet"},
    )


def _require_right(round_: Round, pot: Pot, person: Person) -> None:
    """The right is that of the page: with an account the same policy, without one what the registry says."""
    if _marks(round_, pot, person).exists():
        raise RefusedError(
            _("This person was handed a ballot about this money already."), "budgeting.marked", status=409
        )
    if person.user is not None:
        voter = actors.person(person.user)
        policy.require("budgeting.ballot.cast", voter, pot)
        if pot.district:
            residences.fix(actor=voter, pot=pot)
        return
    if pot.district and (person.entry is None or person.entry.district != pot.district):
        raise RefusedError(
            _(
                "About this money people of one district decide, and the registry does not say that she lives there."
            ),
            "budgeting.district",
        )
    if round_.born_until is not None and (person.born is None or person.born > round_.born_until):
        raise RefusedError(
            _("Who votes here is %(n)s years old by the last day of the vote.") % {"n": round_.minimum_age},
            "budgeting.age",
        )


def _once(round_: Round, pot: Pot, person: Person) -> None:
    if person.user is None:
        return
    mine = slips.pseudonym(round_, pot, person.user)
    before = Voter.objects.filter(pot=pot, pseudonym=mine).select_related("ballot").first()
    if before is None:
        return
    if round_.on_paper == Round.OnPaper.FIRST:
        raise RefusedError(
            _("She has voted online, and by the rule of this round that counts. She can change it online."),
            "budgeting.voted",
            status=409,
        )
    before.ballot.delete()
    Arrival.objects.create(pot=pot, many=-1)


def forget(round_: Round) -> None:
    """Destroy the roll and what is left of codes: the vote is over, or called off."""
    Mark.objects.filter(pot__round=round_).delete()
    Key.objects.filter(box__pot__round=round_).delete()
