"""What becomes of a person's matters when she leaves.

Public words stay where others answered them, without her name. What nobody but she and the office saw is
withdrawn where it is still open, and its words, files and address go. The log keeps that something was filed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from django.db import transaction

from madang.commons.matters.domain import contacts, handling
from madang.commons.matters.enums import Disclosure
from madang.commons.matters.models import Attachment, Contact, Matter
from madang.commons.notices import api as notices
from madang.commons.search import api as search
from madang.kernel.actors import Actor
from madang.kernel.domain import forgetting
from madang.kernel.models import User

ERASED_TITLE = "–"


_hung: list[Callable[[Matter], Iterable[Matter]]] = []


def also_erase(hung_on: Callable[[Matter], Iterable[Matter]]) -> None:
    """A service forgets what it keeps beside a private matter, and names further matters of the same person."""
    _hung.append(hung_on)


@transaction.atomic
def erase_author(*, actor: Actor, user: User) -> dict[str, int]:
    """Take a person out of everything she filed with her account; how many stayed public and how many went."""
    counts = {"public": 0, "private": 0}
    for matter in Matter.objects.select_for_update().filter(author=user).order_by("pk"):
        counts["public" if _erase(actor, matter) else "private"] += 1
    return counts


@transaction.atomic
def erase_anonymous(*, actor: Actor, matter: Matter) -> bool:
    """Take the person out of one matter that was filed without an account; True when its words stay public."""
    return _erase(actor, Matter.objects.select_for_update().get(pk=matter.pk))


@transaction.atomic
def erase_address(*, email: str) -> int:
    """Erase an address everywhere it was left without an account; how many matters it was left at."""
    found = list(Contact.objects.select_related("matter").filter(email=email.strip().lower()))
    for contact in found:
        notices.unfollow(reference=contact.matter.reference, address=contact.email)
        contact.delete()
    return len(found)


def _erase(actor: Actor, matter: Matter) -> bool:
    contacts.drop(matter)
    matter.author_label, matter.author_left = "", True
    if matter.disclosure != Disclosure.PRIVATE:
        matter.save(update_fields=["author_label", "author_left"])
        return True
    if matter.state in matter.flow.step("withdraw").sources:
        # Taken back in her name, whoever runs the erasure: nobody else may withdraw what she filed.
        herself = Actor(user=matter.author, channel=actor.channel, receipts=frozenset({matter.pk}))
        handling.withdraw(actor=herself, matter=matter)
    # What moderation took down is not private: its page says why, and its author may have to answer for it.
    _forget_files(matter)
    Matter.objects.filter(pk=matter.pk).update(
        title=ERASED_TITLE, body="", group_name="", author_label="", author_left=True
    )
    search.remove(matter.reference)
    notices.forget_thing(matter.reference)
    forgetting.forget_acts(target=matter.reference)
    for hung_on in _hung:
        for other in hung_on(matter):
            _erase(actor, other)
    return False


def _forget_files(matter: Matter) -> None:
    """The rows go in this transaction, the files once it is certain."""
    for attachment in Attachment.objects.filter(matter=matter):
        transaction.on_commit(partial(attachment.file.storage.delete, str(attachment.file.name)))
        attachment.delete()
