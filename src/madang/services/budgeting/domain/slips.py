"""Who is who among the ballots, without saying who: pseudonyms, receipt codes, seals.

A pseudonym is an HMAC of account and pot under the round's secret, which lies sealed in the database and is destroyed at
closing: of one person those in two pots cannot be brought together. A receipt code has 100 random bits and is kept as a
hash. A seal is a commitment to the choices under a salt that nobody is told and that is destroyed at closing: whoever holds
a receipt finds the seal in the published table, and can prove to nobody what is under it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from django.utils.translation import gettext_lazy as _

from madang.kernel import ids
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError
from madang.kernel.models import User
from madang.services.budgeting.logic.paper import Chosen
from madang.services.budgeting.models import Arrival, Ballot, Pot, Round, Voter

SIZE = 32  # hexadecimal characters: 128 bits
LIVE = (Round.State.BALLOT, Round.State.VOTING)


def need_secret(round_: Round) -> None:
    """Make the secret of a round that takes ballots, once.

    Only where the column is empty: a secret that does not open (the key of the site was lost) reads as empty too, and a
    second one would let everybody vote twice.
    """
    if not round_.secret:
        unmade = Round.objects.filter(pk=round_.pk, secret="", state__in=LIVE)
        unmade.update(secret=secrets.token_hex(32))


def has_secret(round_: Round) -> bool:
    """Whether people can be told apart: from the first ballot on, until closing."""
    return len(round_.secret) >= SIZE


def pseudonym(round_: Round, pot: Pot | None, user: User) -> str:
    """What stands for a person among the voters of a pot; without one, among those whose district a round knows.

    Raises:
        RefusedError: 409, the vote is closed and the secret destroyed.
    """
    return hidden(round_, f"pot:{pot.pk}:person:{user.pk}" if pot is not None else f"round:person:{user.pk}")


def hidden(round_: Round, words: str) -> str:
    """Words that nobody reads back, and that are the same for the same words until the vote is closed.

    Raises:
        RefusedError: 409, the vote is closed and the secret destroyed.
    """
    if not has_secret(round_):
        raise RefusedError(
            _("The vote is closed. Nobody can be linked to a ballot any more, not even by this site."),
            "budgeting.closed",
            status=409,
        )
    return hmac.new(round_.secret.encode(), words.encode(), hashlib.sha256).hexdigest()[:SIZE]


def put_in(pot: Pot, choices: Chosen, code: str) -> Ballot:
    """A sealed ballot that belongs to nobody: it came from a booth, where the right to vote was checked."""
    salt = new_salt()
    ballot = Ballot(pot=pot, choices=choices, salt=salt, code=ids.code_hash(code))
    ballot.seal = seal(pot, salt, choices)
    ballot.save(force_insert=True)
    Arrival.objects.create(pot=pot)
    return ballot


def new_salt() -> str:
    return secrets.token_hex(32)


def seal(pot: Pot, salt: str, choices: Chosen) -> str:
    """The commitment to what was chosen."""
    return audit.commitment(bytes.fromhex(salt), {"pot": pot.pk, "choices": choices})


def of_person(round_: Round, pot: Pot, user: User) -> Ballot | None:
    """Her ballot in this pot while the vote is open; None where there is none or nobody can tell any more."""
    if not has_secret(round_):
        return None
    mine = Voter.objects.filter(pot=pot, pseudonym=pseudonym(round_, pot, user)).select_related("ballot")
    found = mine.first()
    return found.ballot if found is not None else None


def by_code(typed: str) -> Ballot | None:
    """The ballot behind a receipt code as typed; None when it opens nothing here (any more)."""
    hashed = ids.code_hash(ids.read_code(typed) or "")
    return Ballot.objects.filter(code=hashed).select_related("pot__round__host", "pot__election").first()
