"""Offices, posts and who holds them: added and ended, never deleted, each an act in the public log.

An administrator's post reaches its own organisation and all below it. Nobody gives herself an office, and the last
administrator cannot be taken away: otherwise nobody could name the next one but by the console. An office that ends names
the one that goes on with its tasks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.apps import apps
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


@dataclass(frozen=True, slots=True)
class OfficeEnded:
    """An office has ended, and another one goes on with its tasks. What lies there is moved by whoever keeps it."""

    organisation_id: int
    successor_id: int


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


def standing(office: Organisation) -> Organisation:
    """The office itself, or where it has ended the one that goes on with its tasks now."""
    for _step in range(MOST_DEEP):
        if office.successor is None:
            break
        office = office.successor
    return office


@transaction.atomic
def end_office(*, actor: Actor, office: Organisation, successor: Organisation, reason: str) -> Organisation:
    """End an office now. Its people hold their posts no more; another office goes on with its tasks.

    Raises:
        RefusedError: no mandate for both; 422 without a reason, or the other one cannot go on (`office.successor`,
            `office.unmanned`); 409 it has ended, has offices below it, or hosts something (`office.hosts`).
    """
    rows = Organisation.objects.select_for_update(of=("self",)).filter(pk__in=[office.pk, successor.pk])
    held = {row.pk: row for row in rows.order_by("pk")}
    office, successor = held[office.pk], held[successor.pk]
    for one in (office, successor):
        policy.require("kernel.office.manage", actor, one)
    _may_end(office, successor, reason)
    for mandate in valid(Mandate.objects.filter(post__organisation=office)):
        end(actor=actor, mandate=mandate, reason=reason)
    # The last day is the one before: from this moment on nothing is given to it.
    office.valid_to = max(office.valid_from, clock.today() - timedelta(days=1))
    office.successor = successor
    office.save(update_fields=["valid_to", "successor"])
    audit.record(
        actor=actor,
        action="kernel.office.end",
        target=f"office:{office.code}",
        organisation=office,
        reason=reason,
        payload={"office": office.code, "successor": successor.code},
    )
    publish(OfficeEnded(office.pk, successor.pk))
    return office


def _may_end(office: Organisation, successor: Organisation, reason: str) -> None:
    if not reason.strip():
        raise RefusedError(_("Give a reason in a sentence; it is published."), "flow.reason", status=422)
    if office.successor_id is not None:
        raise RefusedError(_("This office has ended already."), "office.ended", status=409)
    if successor.pk == office.pk or successor.successor_id is not None or successor.parent_id == office.pk:
        raise RefusedError(
            _("Choose an office that goes on, and none below this one."), "office.successor", status=422
        )
    if Organisation.objects.filter(parent=office, successor__isnull=True).exists():
        raise RefusedError(
            _("There are offices below it. End them first, each with the one that goes on."),
            "office.children",
            status=409,
        )
    if office.parent_id is None or _hosts(office):
        raise RefusedError(
            _(
                "It takes in what people file, or hosts what they take part in. Such an office cannot be ended here."
            ),
            "office.hosts",
            status=409,
        )
    people = valid(Mandate.objects.filter(post__organisation=successor))
    approving = set(people.filter(post__role=Role.APPROVER).values_list("user", flat=True))
    writing = set(people.filter(post__role=Role.OFFICER).values_list("user", flat=True))
    if not approving or not writing or len(approving | writing) < 2:
        raise RefusedError(
            _("The office that goes on needs an officer and an approver first, two people."),
            "office.unmanned",
            status=422,
        )


def _hosts(office: Organisation) -> bool:
    """Whether anything names it as its host: a field of this name points at who runs a thing and takes in what it brings."""
    fields = [
        field
        for model in apps.get_models()
        for field in model._meta.fields
        if field.name == "host" and field.related_model is Organisation
    ]
    return any(field.model._default_manager.filter(host=office).exists() for field in fields)
