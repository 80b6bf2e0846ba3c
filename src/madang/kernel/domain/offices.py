"""Offices, posts and who holds them: added and ended, never deleted, each an act in the public log.

An administrator's post reaches its own organisation and all below it. Nobody gives herself an office, and the last
administrator cannot be taken away: otherwise nobody could name the next one but by the console.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.kernel.models import Mandate, Organisation, Post, Role, User
from madang.kernel.policy import OK, Verdict, allow, no


@dataclass(frozen=True, slots=True)
class MandateEnded:
    """A person does not hold a post any more, from this moment on."""

    user_id: int
    organisation_id: int


MOST_DEEP = 12
"""Storeys of a government tree; a loop by mistake ends here."""


def reach(actor: Actor) -> frozenset[int]:
    """Keys of the organisations that this person administers: her own and all below."""
    known = set(actor.offices(Role.ADMIN))
    level = known
    for _storey in range(MOST_DEEP):
        if not level:
            break
        level = set(Organisation.objects.filter(parent__in=level).values_list("pk", flat=True)) - known
        known |= level
    return frozenset(known)


@allow("kernel.office.manage")
def manage(actor: Actor, office: Organisation) -> Verdict:
    if actor.is_system or office.pk in reach(actor):
        return OK
    return no(
        _("Only an administrator of this organisation, or of one above it, may do that."), "mandate.admin"
    )


@transaction.atomic
def add_office(
    *,
    actor: Actor,
    parent: Organisation,
    code: str,
    name_ko: str,
    name_en: str,
    kind: str = Organisation.Kind.OFFICE,
    phone: str = "",
) -> Organisation:
    """Add an office below another one.

    Raises:
        RefusedError: no mandate, or the code is taken (`office.code`).
    """
    policy.require("kernel.office.manage", actor, parent)
    try:
        with transaction.atomic():
            made = Organisation.objects.create(
                parent=parent,
                code=code,
                name_ko=name_ko,
                name_en=name_en,
                kind=kind,
                phone=phone,
                valid_from=clock.today(),
            )
    except IntegrityError:
        raise RefusedError(_("Another office has this code."), "office.code", status=409) from None
    audit.record(
        actor=actor,
        action="kernel.office.add",
        target=f"office:{code}",
        organisation=parent,
        payload={"name_ko": name_ko, "name_en": name_en, "under": parent.code},
    )
    return made


@transaction.atomic
def add_post(*, actor: Actor, office: Organisation, role: str, title_ko: str, title_en: str) -> Post:
    """Add a seat to an office. A seat of this role and name is added once."""
    policy.require("kernel.office.manage", actor, office)
    post, is_new = Post.objects.get_or_create(
        organisation=office, role=role, title_ko=title_ko, defaults={"title_en": title_en}
    )
    if is_new:
        audit.record(
            actor=actor,
            action="kernel.post.add",
            target=f"post:{post.pk}",
            organisation=office,
            payload={"office": office.code, "role": role, "title_ko": title_ko, "title_en": title_en},
        )
    return post


def account_of(email: str) -> User | None:
    """The account with this address that can sign in."""
    return User.objects.filter(email__iexact=email.strip(), is_active=True, erased_at__isnull=True).first()


@transaction.atomic
def grant(*, actor: Actor, post: Post, email: str, basis: str) -> Mandate:
    """Give a post to a person with an account, from now on.

    Args:
        basis: the order it rests on.

    Raises:
        RefusedError: no mandate, no such account (`mandate.account`), herself, or she holds it already.
    """
    policy.require("kernel.office.manage", actor, post.organisation)
    person = account_of(email)
    if person is None:
        raise RefusedError(
            _("No account has this address. The person creates one first, and then you name her."),
            "mandate.account",
            status=422,
        )
    if actor.user is not None and person.pk == actor.user.pk:
        raise RefusedError(_("Somebody else has to give you an office."), "mandate.self", status=422)
    try:
        with transaction.atomic():
            made = Mandate.objects.create(
                user=person, post=post, valid_from=clock.now(), granted_by=actor.user, basis=basis
            )
    except IntegrityError:
        raise RefusedError(_("This person holds the post already."), "mandate.twice", status=409) from None
    # The name is not in the log: whoever leaves can be forgotten, the act stays.
    audit.record(
        actor=actor,
        action="kernel.mandate.grant",
        target=f"mandate:{made.pk}",
        organisation=post.organisation,
        payload={"office": post.organisation.code, "role": post.role, "basis": basis},
    )
    return made


def valid(rows: QuerySet[Mandate]) -> QuerySet[Mandate]:
    """Of these mandates, those that hold now."""
    now = clock.now()
    return rows.filter(valid_from__lte=now).filter(Q(valid_to__isnull=True) | Q(valid_to__gt=now))


@transaction.atomic
def end(*, actor: Actor, mandate: Mandate, reason: str) -> Mandate:
    """End a mandate now. It stays in the records, and acts go on pointing at it.

    Raises:
        RefusedError: no mandate, ended already, without a reason, or the last administrator's.
    """
    locked = Mandate.objects.select_for_update().select_related("post__organisation").get(pk=mandate.pk)
    policy.require("kernel.office.manage", actor, locked.post.organisation)
    if not reason.strip():
        raise RefusedError(_("Give a reason in a sentence; it is published."), "flow.reason", status=422)
    now = clock.now()
    if locked.valid_to is not None and locked.valid_to <= now:
        raise RefusedError(_("This mandate has ended already."), "mandate.ended", status=409)
    if locked.post.role == Role.ADMIN:
        # All of them under a lock: of two that end each other one has to stay.
        administrators = Mandate.objects.select_for_update().filter(post__role=Role.ADMIN)
        if not valid(administrators).exclude(pk=locked.pk).exists():
            raise RefusedError(
                _("This is the last administrator. Name another one first."), "mandate.last", status=409
            )
    # A mandate lasts a moment at least, so that what it was stays in the records.
    locked.valid_to = max(now, locked.valid_from + timedelta(microseconds=1))
    locked.save(update_fields=["valid_to"])
    audit.record(
        actor=actor,
        action="kernel.mandate.end",
        target=f"mandate:{mandate.pk}",
        organisation=locked.post.organisation,
        reason=reason,
        payload={"office": locked.post.organisation.code, "role": locked.post.role},
    )
    publish(MandateEnded(locked.user_id, locked.post.organisation_id))
    return locked
