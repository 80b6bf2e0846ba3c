"""Taking in a case by Open311: everything that is wrong is said at once, and a request that is repeated files once.

A repeat is the same content with the same key within an hour, or within a day where the client names its request
(`Idempotency-Key`). Claim and case are written in one transaction under a unique name, so two requests at the same moment
file one case, whichever process they reach. The answer is kept sealed with the client's key, of which nothing is stored.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from madang.commons.matters import api as matters
from madang.kernel import actors, clock, keys, text
from madang.services.casework import limits
from madang.services.casework.domain import asked as answers
from madang.services.casework.domain import forwarding
from madang.services.casework.domain.filing import file_case
from madang.services.casework.enums import Datatype, PlaceNeed
from madang.services.casework.models import Category, Center, Received
from madang.services.casework.open311 import reading
from madang.services.casework.open311.logic import place
from madang.services.casework.open311.logic.asked import LONGEST_TEXT, Asked
from madang.services.casework.open311.logic.faults import Fault, FaultError, fault
from madang.services.casework.open311.logic.written import Value

WRITE, RELAY = "cases:write", "cases:relay"
SAME, NAMED = timedelta(hours=1), timedelta(days=1)
FILES_MAX = 3
URL = URLValidator(schemes=["http", "https"])
# What says nothing about the case: a client that makes its address anew repeats itself all the same.
ASIDE = frozenset({"api_key", "jurisdiction_id"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filing that can be taken in."""

    category: Category
    title: str
    body: str
    where: place.Place
    answers: dict[str, Any]
    is_public: bool
    email: str
    label: str
    media_url: str


def read(center: Center, asked: Asked, *, files: int, is_relayed: bool) -> Wanted:
    """What was sent, checked whole.

    Raises:
        FaultError: everything that is wrong with it.
    """
    code = asked.one("service_code")
    if not code:
        raise fault("service_missing")
    category = reading.category_of(center, code)
    where, wrong = place.read(asked, is_needed=category.place != PlaceNeed.NONE)
    if len(where.address) > limits.ADDRESS_MAX:
        wrong.append(Fault("address_long", {"most": limits.ADDRESS_MAX}))
    body = text.clean(asked.one("description"))
    wrong += _text(body)
    given, several = _given(category, asked)
    kept, problems = answers.check(category, given)
    wrong += [
        Fault("attribute", {"code": field[:60], "problem": str(answers.PROBLEMS[problem])})
        for field, problem in problems.items()
    ]
    wrong += several
    email, media_url = asked.one("email"), asked.one("media_url")
    wrong += _contacts(email, media_url)
    if files > FILES_MAX:
        wrong.append(Fault("files", {"most": FILES_MAX}))
    is_public = _is_public(category, asked)
    if is_public and not category.may_be_public:
        wrong.append(Fault("not_public"))
    label = "" if is_public else _name(asked)
    if is_relayed and not category.may_be_anonymous and not label:
        wrong.append(Fault("name"))
    if wrong:
        raise FaultError(*wrong)
    title = text.clean_line(asked.one("title")) or text.excerpt(body, limits.TITLE_MAX - 2)
    return Wanted(
        category=category,
        title=title[: limits.TITLE_MAX],
        body=body,
        where=place.Place(where.lat, where.long, text.clean_line(where.address)),
        answers=kept,
        is_public=is_public,
        email=email,
        label=label[: limits.LABEL_MAX],
        media_url=media_url,
    )


def _text(body: str) -> list[Fault]:
    if len(body) < limits.BODY_MIN:
        return [Fault("description", {"low": limits.BODY_MIN})]
    return [Fault("description_long")] if len(body) > LONGEST_TEXT else []


def _given(category: Category, asked: Asked) -> tuple[dict[str, Any], list[Fault]]:
    """The answers that were sent; and those that came several times, and differently: nobody knows which was meant."""
    kinds = {one.code: one.datatype for one in category.fields.all()}
    sent = asked.attributes()
    many = {code for code, kind in kinds.items() if kind == Datatype.MULTI}
    given = {code: values if code in many else values[-1] for code, values in sent.items()}
    unclear = [code for code, values in sent.items() if code in kinds.keys() - many and len(set(values)) > 1]
    return given, [Fault("attribute_several", {"code": code}) for code in unclear]


def _contacts(email: str, media_url: str) -> list[Fault]:
    wrong = []
    for kind, value, check in (("email", email, validate_email), ("media_url", media_url, URL)):
        try:
            if value:
                check(value)
                if len(value) > (254 if kind == "email" else 500):
                    raise ValidationError("long")
        except ValidationError:
            wrong.append(Fault(kind))
    return wrong


def _is_public(category: Category, asked: Asked) -> bool:
    """Whether it is published: as its sender says (`non_public`, as mySociety has it), else as the service says of itself."""
    said = asked.yes("non_public")
    return reading.is_published(category) if said is None else not said


def _name(asked: Asked) -> str:
    """The name that was sent, in the order of its language. It stands only on what is not public."""
    first, last = text.clean_line(asked.one("first_name")), text.clean_line(asked.one("last_name"))
    is_korean = any("가" <= sign <= "힣" for sign in first + last)
    return f"{last}{first}" if is_korean else f"{first} {last}".strip()


def file(
    *,
    key: keys.Key,
    key_text: str,
    request_name: str,
    center: Center,
    asked: Asked,
    uploads: Sequence[Any],
) -> dict[str, Value]:
    """File once, and say what was filed: a number, or a token where it is not public.

    Args:
        key_text: the key as it was sent, for sealing the answer.
        request_name: the client's own name for this request, or "".

    Raises:
        FaultError: everything that is wrong; nothing is kept then.
    """
    is_relayed = WRITE not in key.scopes
    content = _content(key, center, asked, uploads)
    span = NAMED if request_name else SAME
    name = _digest(f"{key.user.pk}\0name\0{request_name}" if request_name else content)
    if before := _before(name, key_text, content):
        return before
    wanted = read(center, asked, files=len(uploads), is_relayed=is_relayed)
    # Pictures are written anew before the transaction: whoever else files waits for its number, not for them.
    clean = tuple(matters.clean_file(one) for one in uploads)
    try:
        with transaction.atomic():
            return _file(
                key=key, key_text=key_text, name=name, content=content, span=span, center=center,
                wanted=wanted, uploads=clean, is_relayed=is_relayed,
            )  # fmt: skip
    except IntegrityError:
        # The same request was being filed at this very moment: its answer is there now.
        if before := _before(name, key_text, content):
            return before
        raise


def _file(
    *,
    key: keys.Key,
    key_text: str,
    name: str,
    content: str,
    span: timedelta,
    center: Center,
    wanted: Wanted,
    uploads: tuple[matters.CleanFile, ...],
    is_relayed: bool,
) -> dict[str, Value]:
    actor = (
        actors.Actor(channel="api")
        if is_relayed
        else actors.person(key.user, channel="api", is_in_office=False)
    )
    where = wanted.where
    filed = file_case(
        actor=actor,
        title=wanted.title,
        body=wanted.body,
        center=center,
        category=wanted.category,
        answers=wanted.answers,
        point=(where.lat, where.long) if where.lat is not None and where.long is not None else None,
        address=where.address,
        is_public=wanted.is_public,
        author_label=wanted.label if is_relayed else "",
        contact_email=wanted.email if is_relayed else "",
        uploads=uploads,
    )
    token = secrets.token_urlsafe(reading.TOKEN_BYTES)
    code = filed.filed.code if filed.filed is not None else ""
    number = reading.id_of(filed.case)
    answer: dict[str, Value] = {
        **({"service_request_id": number} if number else {"token": token}),
        "service_notice": notice(code),
        "account_id": None,
    }
    now = clock.now()
    Received.objects.create(
        case=filed.case,
        holder=key.user,
        at=now,
        repeat=name,
        repeats_until=now + span,
        answer=_box(key_text, name).encrypt(json.dumps([_digest(content), answer]).encode()).decode(),
        token_digest=reading.token_digest(token),
        media_url=wanted.media_url,
    )
    forwarding.put_automatically(filed.case)
    return answer


def notice(code: str) -> str:
    """What the app shows after filing: the receipt code, which opens the case for its author and is said only here."""
    return _(
        "Filed. Your receipt code is %(code)s. Keep it: it opens your case and its answer at %(address)s"
    ) % {
        "code": code,
        "address": _address("receipt"),
    }


def _address(name: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse(name)}"


def _content(key: keys.Key, center: Center, asked: Asked, uploads: Sequence[Any]) -> str:
    """The request in one canonical text: with any other word, number or file it is another."""
    files = []
    for upload in uploads:
        digest = hashlib.sha256()
        for piece in upload.chunks():
            digest.update(piece)
        upload.seek(0)
        files.append(digest.hexdigest())
    values = {name: list(found) for name, found in sorted(asked.values.items()) if name not in ASIDE}
    return json.dumps([key.user.pk, center.code, values, files], ensure_ascii=False)


def _digest(content: str) -> str:
    return hashlib.sha256(b"madang/open311/repeat/v1\0" + content.encode()).hexdigest()


def _box(key_text: str, name: str) -> Fernet:
    secret = hashlib.sha256(f"madang/open311/answer/v1\0{name}\0{key_text}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(secret))


def _before(name: str, key_text: str, content: str) -> dict[str, Value] | None:
    """The answer to the same request before; None where there was none, or where it is too long ago.

    Raises:
        FaultError: the client's name for its request was used for another one.
    """
    row = Received.objects.filter(repeat=name).first()
    if row is None:
        return None
    if row.repeats_until is None or row.repeats_until <= clock.now():
        Received.objects.filter(pk=row.pk, repeat=name).update(repeat=None, repeats_until=None, answer="")
        return None
    try:
        digest, answer = json.loads(_box(key_text, name).decrypt(row.answer.encode()))
    except (InvalidToken, ValueError):
        # Another key of the same person: what was filed is filed; only the receipt code is not said again.
        number = reading.id_of(row.case)
        raise fault("repeated", number=number or "–") from None
    if digest != _digest(content):
        raise fault("name_used")
    found: dict[str, Value] = answer
    return found


def sweep() -> int:
    """Let go of the answers whose time is over; how many there were."""
    over = Received.objects.filter(repeats_until__lte=clock.now())
    return over.update(repeat=None, repeats_until=None, answer="")
