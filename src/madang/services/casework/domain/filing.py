"""Filing a case: the one front door, whatever means it comes by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.matters import api as matters
from madang.commons.matters.domain import handling
from madang.kernel import clock, places, policy
from madang.kernel.actors import Actor, system
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.services.casework.domain import asked, clusters, forwarding, notes, routing, types
from madang.services.casework.enums import CaseType, PlaceNeed, kind_of
from madang.services.casework.events import CaseFiled
from madang.services.casework.models import Case, Category, Center
from madang.services.casework.models.cases import EAST, NORTH, SOUTH, WEST

ROUTER = "casework.routing"


@dataclass(frozen=True, slots=True)
class FiledCase:
    """What filing gives back. `filed.code` opens the case later; only its hash is kept. `filed` is None and `is_new`
    False where the same form (`form_key`) had filed it before."""

    case: Case
    filed: matters.Filed | None
    is_new: bool = True


@transaction.atomic
def file_case(
    *,
    actor: Actor,
    title: str,
    body: str,
    center: Center,
    category: Category | None = None,
    case_type: str = "",
    proposed_type: str = "",
    answers: Mapping[str, Any] | None = None,
    point: tuple[float, float] | None = None,
    address: str = "",
    district: str = "",
    is_public: bool = False,
    is_anonymous: bool = False,
    author_label: str = "",
    contact_email: str = "",
    uploads: tuple[Any, ...] = (),
    at: datetime | None = None,
    form_key: str = "",
) -> FiledCase:
    """Take in a case: receipt, type with its rule and clock, and the office by the routing rules, in one transaction.

    The words arrive cleaned (`text.clean`).

    Args:
        actor: with the channel `import` what was asked of its author is not asked again: name, place, answers.
        case_type: a `CaseType`; empty takes the usual one of the category.
        proposed_type: what was proposed to the author, where that was done.
        answers: to the fields of the category, by their codes (a list for several of a list).
        point: latitude and longitude in degrees.
        district: a code of `kernel.places`, or "".
        is_public: its author wants it published; the category has to allow it.
        is_anonymous: no name and no account is kept with it, also where she is signed in; the receipt alone opens it.
        contact_email: for news; only without an account.
        at: the moment it reached the city, where that was before now.
        form_key: a second call with the same key files nothing and gives the case of the first.

    Raises:
        RefusedError: 403 by policy; 422 with what is wrong and what to do about it; nothing is kept then.
    """
    if form_key and (before := Case.objects.filter(form_key=form_key).select_related("matter").first()):
        return FiledCase(before, None, is_new=False)
    policy.require("casework.case.file", actor, center)
    chosen = case_type or (category.default_type if category is not None else CaseType.OTHER)
    at = at or clock.now()
    rule = types.rule_of(chosen, on=clock.seoul(at).date())
    # What an older system took in was filed by its rules: it has no name here, no answers, and maybe no place.
    is_old = actor.channel == matters.Channel.IMPORT
    point, address, district = _place(category, point, address, district, is_needed=not is_old)
    is_nameless = is_anonymous or not (actor.is_signed_in or author_label)
    if not is_old:
        _category(center, category, is_public=is_public, is_nameless=is_nameless)
    kept, wrong = asked.check(category, answers or {})
    if wrong and not is_old:
        code, problem = next(iter(wrong.items()))
        raise RefusedError(
            _("%(field)s: %(problem)s") % {"field": code, "problem": asked.PROBLEMS[problem]},
            f"case.field.{problem}",
            status=422,
        )
    # It goes to who answers now: the office of the day it was filed on, long ago in an older system, may have ended.
    found = routing.route(center, category, district, on=clock.today())
    filed = matters.file(
        actor=Actor(channel=actor.channel) if is_anonymous else actor,
        kind=kind_of(chosen),
        title=title,
        body=body,
        rule=rule,
        host=center.host,
        author_label="" if is_anonymous else author_label,
        contact_email=contact_email,
        disclosure="public" if is_public else "private",
        state=matters.State.TRIAGE,
        uploads=uploads,
        at=at,
    )
    try:
        with transaction.atomic(savepoint=bool(form_key)):  # nothing but the key of a form can be there twice
            case = Case.objects.create(
                matter=filed.matter,
                center=center,
                type=chosen,
                proposed_type=proposed_type,
                category=category,
                answers=kept,
                lat=point[0] if point else None,
                long=point[1] if point else None,
                address=address,
                district=district,
                is_anonymous=is_nameless,
                route=found,
                form_key=form_key or None,
            )
    except IntegrityError as error:
        raise RefusedError(
            _("This form is being sent already. Wait a moment, then look at your receipts."),
            "case.twice",
            status=409,
        ) from error
    if found is not None:
        handling.assign(actor=system(ROUTER), matter=filed.matter, office=found.office)
        filed.matter.refresh_from_db()
    else:  # an assignment has put it into the index
        matters.put_new_in_index(
            filed.matter, district=district, category=category.code if category is not None else ""
        )
    # Whether others say the same, and whether words of it need care: neither changes what its author is owed.
    clusters.take_in(case)
    notes.look_over(filed.matter)
    # What comes by Open311 is passed on by `open311.filing`, which knows whose key it came with; old cases stay here.
    if filed.matter.channel not in (matters.Channel.API, matters.Channel.IMPORT):
        forwarding.put_automatically(case)
    publish(CaseFiled(case.pk, case.type))
    return FiledCase(case, filed)


def _category(center: Center, category: Category | None, *, is_public: bool, is_nameless: bool) -> None:
    """What the category allows."""
    if category is None:
        return
    if category.center_id != center.pk or not category.is_active:
        raise RefusedError(_("Choose a category from the list."), "case.category", status=422)
    if is_public and not category.may_be_public:
        raise RefusedError(
            _("Cases of this category are not published, because they are about people. File it as private."),
            "case.not_public",
            status=422,
        )
    if is_nameless and not category.may_be_anonymous:
        raise RefusedError(
            _("This category needs a name, because the law asks for one. Choose to give your name."),
            "case.not_anonymous",
            status=422,
        )


def _place(
    category: Category | None,
    point: tuple[float, float] | None,
    address: str,
    district: str,
    *,
    is_needed: bool,
) -> tuple[tuple[float, float] | None, str, str]:
    """The place, checked: inside the country, a known district, and there where its category needs one."""
    if category is not None and category.place == PlaceNeed.NONE:
        return None, "", ""
    if point is not None and not (SOUTH <= point[0] <= NORTH and WEST <= point[1] <= EAST):
        raise RefusedError(
            _("This point is not in Korea. The latitude (33 to 39) comes first, then the longitude."),
            "case.point",
            status=422,
        )
    if district and places.district(district) is None:
        raise RefusedError(_("Choose a district from the list, or none."), "case.district", status=422)
    needs = is_needed and category is not None and category.place == PlaceNeed.REQUIRED
    if needs and point is None and not address:
        raise RefusedError(
            _("Say where it is, or set the pin on the map, so that somebody can go there."),
            "case.place",
            status=422,
        )
    return point, address, district
