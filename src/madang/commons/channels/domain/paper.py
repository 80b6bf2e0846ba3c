"""Paper forms: issued, typed in, spoiled, given back, reconciled."""

from __future__ import annotations

import hashlib
import math
import random
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.channels import targets
from madang.commons.channels.domain import taking
from madang.commons.channels.enums import FormState, SpoilReason
from madang.commons.channels.logic import reconciliation
from madang.commons.channels.models import Batch, Form, Typing
from madang.commons.channels.targets import Taken, Words
from madang.kernel import clock, ids, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.domain.rules import next_number
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError

MOST = 500
"""Sheets in one batch; a serial number holds three digits of them."""
FIELDS = ("title", "body", "name", "email")
CHANNEL = "paper"


@transaction.atomic
def issue(*, actor: Actor, target: str, booth: str, size: int, sample: int = 10) -> Batch:
    """Issue numbered forms to a place. `sample` per cent of them, drawn at random, will be typed twice.

    Raises:
        RefusedError: no mandate, or a size that no batch has.
    """
    wanted = targets.find(target)
    policy.require("channels.batch.issue", actor, wanted.place.host_id)
    if not 1 <= size <= MOST:
        raise RefusedError(
            _("A batch holds 1 to %(most)s forms. Issue several batches for more.") % {"most": MOST},
            "batch.size",
            status=422,
        )
    if not 0 <= sample <= 100:
        raise RefusedError(_("Give a share between 0 and 100 per cent."), "batch.sample", status=422)
    now = clock.now()
    number = next_number("PB", at=now)
    batch = Batch.objects.create(
        number=number,
        target=wanted.key,
        host_id=wanted.place.host_id,
        booth=booth,
        size=size,
        issued_by=actor.account,
        issued_at=now,
    )
    drawn = set(random.SystemRandom().sample(range(1, size + 1), math.ceil(size * sample / 100)))
    sequence = int(number.split("-")[2]) * 1000
    Form.objects.bulk_create(
        [
            Form(
                batch=batch,
                place=place,
                serial=ids.number("PF", now, sequence + place),
                is_sampled=place in drawn,
            )
            for place in range(1, size + 1)
        ],
        batch_size=500,
    )
    audit.record(
        actor=actor,
        action="channels.batch.issue",
        target=batch.reference,
        at=now,
        after=batch.state,
        organisation=batch.host,
        payload={"target": wanted.key, "booth": booth, "size": size, "sampled": len(drawn)},
    )
    return batch


def _locked(form: Form) -> Form:
    return Form.objects.select_for_update(of=("self",)).select_related("batch__host").get(pk=form.pk)


def _move(form: Form, step: str, actor: Actor, **fields: Any) -> Form:
    changes = {"changed_at": clock.now(), **fields.pop("changes", {})}
    return move(form, step, actor=actor, organisation=form.batch.host, changes=changes, **fields)


@transaction.atomic
def enter(*, actor: Actor, form: Form, words: Words) -> tuple[Form, Taken | None]:
    """Type in what is written on a form.

    A sampled form waits for a second typing by somebody else; when both read the same it is filed, else it waits
    for a third to decide.

    Returns:
        The form, and what was filed; None while it waits.

    Raises:
        RefusedError: 409 when it is entered, spoiled or given back already, 403 without a mandate or from who typed
            it first, and the service's own reasons (a closed phase). Nothing is written then.
    """
    fresh = _locked(form)
    policy.require("channels.form.enter", actor, fresh)
    _require_waiting(fresh)
    target = targets.find(fresh.batch.target)
    taking.measure(target, words, is_short_fine=True)
    before = list(fresh.typings.all())
    if any(typing.by_id == actor.account.pk for typing in before):
        raise RefusedError(
            _("You have typed this form already. Somebody else types it now, without seeing your words."),
            "form.same_hands",
        )
    typing = _typed(fresh, actor, words)
    if fresh.state == FormState.OUT and fresh.is_sampled:
        return _move(fresh, "type", actor), None
    differing: list[str] = []
    if fresh.state == FormState.TYPED:
        differing = reconciliation.differences(_fields(before[0]), _fields(typing))
        if differing:
            return _move(fresh, "dispute", actor, payload={"fields": differing}), None
    if fresh.state == FormState.DISPUTED:
        differing = reconciliation.differences(_fields(before[0]), _fields(before[1]))
    return _file(fresh, actor, target, words, times=len(before) + 1, differing=differing)


def _require_waiting(form: Form) -> None:
    if form.state in (FormState.OUT, FormState.TYPED, FormState.DISPUTED):
        return
    raise RefusedError(
        _("Form %(serial)s is settled already: %(state)s. A form is entered once.")
        % {"serial": form.serial, "state": form.get_state_display()},
        "form.settled",
        status=409,
    )


def _typed(form: Form, actor: Actor, words: Words) -> Typing:
    return Typing.objects.create(
        form=form,
        by=actor.account,
        title=words.title,
        body=words.body,
        name=words.name,
        email=words.email,
        at=clock.now(),
    )


def _fields(typing: Typing) -> dict[str, str]:
    return {name: getattr(typing, name) for name in FIELDS}


def _file(
    form: Form, actor: Actor, target: targets.Target, words: Words, *, times: int, differing: list[str]
) -> tuple[Form, Taken | None]:
    entry, taken = taking.take(
        key=form.reference,
        channel=CHANNEL,
        target=target,
        words=words,
        operator=actor,
        payload={"form": form.serial, "picture": form.picture_sha256, "typed": times, "differing": differing},
    )
    moved = _move(form, "enter", actor, changes={"filed_as": entry.reference})
    form.typings.all().delete()
    return moved, taken


def second_look(form: Form) -> list[dict[str, str]]:
    """The two typings that differ, for whoever decides: field by field."""
    typings = list(form.typings.all())
    if form.state != FormState.DISPUTED or len(typings) < 2:
        return []
    first, second = (_fields(typing) for typing in typings[:2])
    return [
        {"name": name, "first": first[name], "second": second[name]}
        for name in reconciliation.differences(first, second)
    ]


@transaction.atomic
def spoil(*, actor: Actor, form: Form, why: str, reason: str = "") -> Form:
    """A form that cannot be entered, with one of the reasons. What was typed of it is erased."""
    if why not in SpoilReason.values:
        raise RefusedError(_("Choose one of the reasons."), "form.why", status=422)
    fresh = _locked(form)
    _require_waiting(fresh)
    moved = _move(
        fresh,
        "spoil",
        actor,
        reason_code=why,
        reason=reason or str(SpoilReason(why).label),
        changes={"spoiled_why": why},
    )
    fresh.typings.all().delete()
    return moved


@transaction.atomic
def give_back(*, actor: Actor, batch: Batch, first: int, last: int) -> int:
    """Sheets that came back unused, by their places in the batch; returns how many. Others are left as they are."""
    forms = Form.objects.filter(batch=batch, place__gte=first, place__lte=last, state=FormState.OUT)
    rows = list(forms.order_by("pk").select_related("batch__host"))
    for form in rows:
        _move(form, "give_back", actor)
    return len(rows)


@transaction.atomic
def lose(*, actor: Actor, batch: Batch) -> int:
    """What is still out never came back; returns how many sheets that are."""
    rows = list(Form.objects.filter(batch=batch, state=FormState.OUT).order_by("pk"))
    for form in rows:
        spoil(actor=actor, form=form, why=SpoilReason.MISSING)
    return len(rows)


@transaction.atomic
def recall(*, actor: Actor, form: Form, reason: str) -> Form:
    """A form that was marked by mistake is out again."""
    fresh = _locked(form)
    return _move(fresh, "recall", actor, reason=reason, changes={"spoiled_why": ""})


@transaction.atomic
def keep_picture(*, actor: Actor, form: Form, data: bytes) -> Form:
    """Keep an upright JPEG as evidence of what stood on the form; a newer one takes its place while it waits."""
    fresh = _locked(form)
    policy.require("channels.form.enter", actor, fresh)
    _require_waiting(fresh)
    digest = hashlib.sha256(data).hexdigest()
    if fresh.picture_sha256 == digest:
        return fresh
    old = fresh.picture.name
    fresh.picture.save(f"{digest[:32]}.jpg", ContentFile(data), save=False)
    fresh.picture_sha256 = digest
    fresh.save(update_fields=["picture", "picture_sha256"])
    if old:
        storage = fresh.picture.storage
        transaction.on_commit(lambda: storage.delete(old))
    return fresh


def count_of(batch: Batch) -> reconciliation.Count:
    """What became of the sheets of a batch, from its rows."""
    return reconciliation.count(batch.size, batch.forms.values_list("state", "spoiled_why"))


@transaction.atomic
def close(*, actor: Actor, batch: Batch, counted: dict[str, int], difference: str = "") -> Batch:
    """Reconcile and close: issued = entered + spoiled + unused, and the piles counted by hand say the same.

    Raises:
        RefusedError: 409 while sheets are out or waiting, 422 when the piles differ and nobody says why.
    """
    fresh = Batch.objects.select_for_update(of=("self",)).select_related("host").get(pk=batch.pk)
    policy.require("channels.batch.close", actor, fresh)
    # No form of it can move while its count is made.
    list(Form.objects.select_for_update().filter(batch=fresh).order_by("pk").values_list("pk"))
    known = count_of(fresh)
    if not known.is_settled:
        raise RefusedError(
            _("%(out)s forms are still out and %(pending)s wait for a second look. Settle them first.")
            % {"out": known.out, "pending": known.pending},
            "batch.unsettled",
            status=409,
        )
    apart = reconciliation.by_hand(known, counted)
    if apart and not difference.strip():
        raise RefusedError(
            _(
                "What was counted by hand is not what the records say. Count again, or say why; it is published."
            ),
            "batch.difference",
            status=422,
        )
    return move(
        fresh,
        "close",
        actor=actor,
        reason=difference if apart else "",
        organisation=fresh.host,
        payload={
            "issued": known.issued,
            "entered": known.entered,
            "spoiled": known.spoiled,
            "missing": known.missing,
            "unused": known.unused,
            "counted": counted,
            "apart": apart,
        },
        changes={
            "closed_at": clock.now(),
            "counted": counted,
            "difference": difference if apart else "",
        },
    )
