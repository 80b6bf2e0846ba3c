"""From an uploaded register to quotas: everything before the first lottery is frozen."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.panels import verify_lot
from madang.commons.panels.logic import register as registers
from madang.commons.panels.logic.model import apportion
from madang.commons.panels.models import Candidate, Panel, Quota
from madang.kernel import clock, imports, manifest, policy, sealing
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.models import Organisation

PURPOSE = "panels.register"
MAX_UPLOAD = 5_000_000
MOST_PEOPLE = 20_000


@transaction.atomic
def create(*, actor: Actor, host: Organisation, about: str = "", **fields: Any) -> Panel:
    """Begin a panel; `fields` are those of the row.

    Args:
        about: reference of the public thing that it weighs (`space:haedam`, `matter:ID-…`); empty for none.

    Raises:
        RefusedError: the actor holds no mandate of the host, or nothing public has this reference.
    """
    policy.require("panels.panel.create", actor, host)
    panel = Panel(host=host, about=about, created_at=clock.now(), created_by=actor.account, **fields)
    policy.require("panels.panel.desk", actor, panel)
    _check_about(about)
    panel.save()
    return panel


@transaction.atomic
def relate(*, actor: Actor, panel: Panel, about: str) -> Panel:
    """Say what a panel weighs, or that it stands alone (empty). The lot does not change: it knows no subject.

    The same again is no act.

    Raises:
        RefusedError: the actor holds no mandate of the host, or nothing public has this reference.
    """
    policy.require("panels.panel.relate", actor, panel)
    fresh = Panel.objects.select_for_update().get(pk=panel.pk)
    if fresh.about == about:
        return fresh
    _check_about(about)
    audit.record(
        actor=actor,
        action="panels.panel.relate",
        target=fresh.reference,
        payload={"before": fresh.about, "after": about},
        organisation=fresh.host,
    )
    fresh.about = about
    fresh.save(update_fields=["about"])
    return fresh


def _check_about(about: str) -> None:
    if about:
        manifest.require([about])


def upload(*, actor: Actor, panel: Panel, data: bytes) -> Panel:
    """Keep a register, sealed, until its columns are named. A register taken in before stays until then.

    Raises:
        RefusedError: too large, not text, or no table.
    """
    policy.require("panels.panel.register", actor, panel)
    if len(data) > MAX_UPLOAD:
        raise RefusedError(
            _("The file is larger than 5 MB. Leave out the columns that the lot does not need."),
            "panels.too_large",
            status=422,
        )
    text, _encoding = imports.decode(data)
    if "\0" in text:
        raise RefusedError(
            _("This is not a table as text. Save it as CSV (UTF-8) and try again."),
            "panels.binary",
            status=422,
        )
    registers.table(text)
    with transaction.atomic():
        fresh = _draft(panel)
        fresh.upload = sealing.seal(text, PURPOSE)
        fresh.save(update_fields=["upload"])
    return fresh


def uploaded(panel: Panel) -> str:
    """The text of the register that waits, or nothing."""
    try:
        return sealing.unseal(panel.upload, PURPOSE) if panel.upload else ""
    except sealing.UnreadableError:
        return ""


def read(panel: Panel, roles: Mapping[str, str], age: str) -> registers.Reading:
    """What the waiting register holds under these roles. Writes nothing.

    Raises:
        RegisterError: it cannot be read that way.
    """
    known: dict[str, list[str]] = {}
    for quota in panel.quotas.all():
        known.setdefault(quota.feature, []).append(quota.value)
    known.pop(age, None)
    return registers.read(
        uploaded(panel), roles, today=clock.today(), youngest=panel.youngest, age=age, known=known
    )


def take(*, actor: Actor, panel: Panel, roles: Mapping[str, str], age: str) -> Panel:
    """Take the good rows in as candidates, in place of those taken in before; the upload is erased.

    Quotas whose feature and value still occur are kept.

    Raises:
        RegisterError: it cannot be read that way.
        RefusedError: not allowed, no good row, or more people than seats are needed.
    """
    reading = read(panel, roles, age)
    if not panel.size <= len(reading.people) <= MOST_PEOPLE:
        raise RefusedError(
            _("%(people)s good rows for %(size)s seats: there must be at least as many, and at most 20,000.")
            % {"people": len(reading.people), "size": panel.size},
            "panels.people",
            status=422,
        )
    with transaction.atomic():
        move(
            panel,
            "register",
            actor=actor,
            changes={
                "upload": "",
                "register_read": len(reading.people) + len(reading.bad),
                "register_bad": len(reading.bad),
                "registered_by": actor.account,
            },
            payload={
                "people": len(reading.people),
                "left_out": len(reading.bad),
                "features": reading.features,
            },
            organisation=panel.host,
        )
        fresh = _draft(panel)
        fresh.candidates.all().delete()
        _keep_quotas(fresh, reading)
        Candidate.objects.bulk_create(_candidates(fresh, reading), batch_size=500)
    return fresh


def _keep_quotas(panel: Panel, reading: registers.Reading) -> None:
    before = {(quota.feature, quota.value): quota for quota in panel.quotas.all()}
    panel.quotas.all().delete()
    rows = []
    for feature_order, (feature, values) in enumerate(zip(reading.features, reading.values, strict=True)):
        old = [quota.value for quota in before.values() if quota.feature == feature]
        for value_order, value in enumerate(sorted({*values, *old})):
            kept = before.get((feature, value))
            rows.append(
                Quota(
                    panel=panel,
                    feature_order=feature_order,
                    feature=feature,
                    value_order=value_order,
                    value=value,
                    population=kept.population if kept else 0,
                    low=kept.low if kept else 0,
                    high=kept.high if kept else panel.size,
                )
            )
    Quota.objects.bulk_create(rows)


def _candidates(panel: Panel, reading: registers.Reading) -> Iterable[Candidate]:
    places = {(quota.feature, quota.value): quota.value_order for quota in panel.quotas.all()}
    homes: dict[str, int] = {}
    for person in reading.people:
        values = [
            places[feature, value] for feature, value in zip(reading.features, person.values, strict=True)
        ]
        # In the lottery a household is a number, in an order that says nothing.
        home = secrets.token_hex(8) if person.household and person.household not in homes else ""
        if home:
            homes[person.household] = int(home, 16)
        household = f"{homes[person.household]:016x}" if person.household and panel.apart else ""
        salt = secrets.token_hex(16)
        yield Candidate(
            panel=panel,
            line=person.line,
            name=person.name,
            birth=str(person.birth or ""),
            contact=person.contact,
            household=household,
            values=values,
            salt=salt,
            commit=verify_lot.commitment(salt, values, household),
        )


def proposed(panel: Panel, populations: Mapping[int, int]) -> dict[int, int]:
    """Seats for each quota row from the population figures, by the largest remainder within each feature.

    Features without any figure are left out.
    """
    found: dict[int, int] = {}
    features: dict[int, list[Quota]] = {}
    for quota in panel.quotas.all():
        features.setdefault(quota.feature_order, []).append(quota)
    for rows in features.values():
        shares = [populations.get(row.pk, 0) for row in rows]
        if sum(shares):
            found |= dict(zip([row.pk for row in rows], apportion(shares, panel.size), strict=True))
    return found


@transaction.atomic
def plan(*, actor: Actor, panel: Panel, bounds: Mapping[int, tuple[int, int, int]], source: str) -> Panel:
    """Set population, least and most seats of each quota row.

    Raises:
        RefusedError: not allowed, frozen meanwhile, or bounds that contradict themselves within a feature.
    """
    policy.require("panels.panel.plan", actor, panel)
    fresh = _draft(panel)
    rows = list(fresh.quotas.all())
    if {row.pk for row in rows} != set(bounds):
        raise RefusedError(
            _("The register was changed meanwhile. Reload the page."), "panels.changed", status=409
        )
    sums: dict[str, list[int]] = {}
    for row in rows:
        row.population, row.low, row.high = bounds[row.pk]
        if row.low > row.high:
            raise RefusedError(
                _("%(feature)s, %(value)s: “at least” is more than “at most”.")
                % {"feature": row.feature, "value": row.value},
                "panels.bounds",
                status=422,
            )
        total = sums.setdefault(row.feature, [0, 0])
        total[0], total[1] = total[0] + row.low, total[1] + row.high
    for feature, (low, high) in sums.items():
        if not low <= fresh.size <= high:
            raise RefusedError(
                _("%(feature)s: the seats add up to %(low)s–%(high)s, but the panel has %(size)s.")
                % {"feature": feature, "low": low, "high": high, "size": fresh.size},
                "panels.sums",
                status=422,
            )
    Quota.objects.bulk_update(rows, ["population", "low", "high"])
    return move(
        fresh,
        "plan",
        actor=actor,
        changes={"source": source},
        payload={"quotas": [[row.feature, row.value, row.low, row.high] for row in rows], "source": source},
        organisation=fresh.host,
    )


def _draft(panel: Panel) -> Panel:
    """The locked, fresh row, while nothing is prepared or drawn yet."""
    fresh = Panel.objects.select_for_update().get(pk=panel.pk)
    if fresh.state != Panel.State.DRAFT or fresh.rounds.exclude(state__in=("void", "failed")).exists():
        raise RefusedError(
            _("A lottery has been prepared from this register. Register and quotas stay as they are."),
            "panels.prepared",
            status=409,
        )
    return fresh
