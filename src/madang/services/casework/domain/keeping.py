"""What was written on a device without a connection becomes a case, once, with both its times.

By law the office's clock starts with receipt. The moment of writing is kept and shown beside it; where it lies in a declared
outage, it counts for time limits that the author had to keep (rule `casework.kept`, not checked).
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.domain import outages
from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.domain import rules
from madang.kernel.errors import RefusedError
from madang.kernel.models import Rule
from madang.services.casework.domain import filing
from madang.services.casework.logic import written
from madang.services.casework.models import Case, KeptFiling

RULE = "casework.kept"
BODY = {"author": "written_during_outage", "office": "received"}
SOURCE = "행정절차법 제16조 제1항 (책임 없는 사유로 기한을 지킬 수 없는 동안 기간의 진행이 정지됨), 같은 법 제17조 (접수)"
TOLD_DAYS = 30
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Writing:
    """What a device says about one filing: `key` names it, `secret` opens the answer, times are by the device's clock."""

    key: str
    secret: str
    written: datetime
    sent: datetime

    @property
    def form_key(self) -> str:
        return hashlib.sha256(f"madang/kept/v1\0{self.key}".encode()).hexdigest()

    @property
    def box(self) -> Fernet:
        digest = hashlib.sha256(f"madang/kept/box\0{self.key}\0{self.secret}".encode()).digest()
        return Fernet(base64.urlsafe_b64encode(digest))


def take(*, actor: Actor, writing: Writing, content: str, tell: Any, **fields: Any) -> Answer:
    """File what a device kept, or say again what it was told.

    Args:
        content: a digest of all that was sent, so that one key never stands for two texts.
        tell: makes the answer for the device out of the `FiledCase`.
        fields: what `filing.file_case` takes.

    Raises:
        RefusedError: as `file_case`; 409 where another request with this key is at work (`case.twice`: try again) or the
            key stands for other words (`kept.other`).
    """
    with transaction.atomic():
        made = filing.file_case(actor=actor, form_key=writing.form_key, **fields)
        if not made.is_new:
            return _again(made.case, writing, content)
        received = made.case.matter.filed_at
        when, ahead = written.moment(written=writing.written, sent=writing.sent, received=received)
        answer: Answer = tell(made)
        KeptFiling.objects.create(
            case=made.case,
            written_at=when,
            received_at=received,
            clock_off=max(-(2**31), min(2**31 - 1, int(ahead.total_seconds()))),
            rule=rule(clock.seoul(received).date()),
            content=content,
            answer=writing.box.encrypt(json.dumps(answer).encode()).decode(),
            answer_until=received + timedelta(days=TOLD_DAYS),
        )
        return answer


def _again(case: Case, writing: Writing, content: str) -> Answer:
    kept = KeptFiling.objects.filter(case=case).first()
    if kept is None or kept.content != content:
        raise RefusedError(
            _("This was filed before, with other words. Write it anew, so that nothing is mixed up."),
            "kept.other",
            status=409,
        )
    try:
        answer: Answer = json.loads(writing.box.decrypt(kept.answer.encode()))
    except (InvalidToken, ValueError) as error:
        raise RefusedError(
            _(
                "This is filed. Its receipt can no longer be shown here; ask the office with the day you wrote it."
            ),
            "kept.told",
            status=409,
        ) from error
    return answer


def outage_of(kept: KeptFiling) -> tuple[datetime, datetime | None] | None:
    """The declared time without service in which it was written, if there was one."""
    stretches = [(one.start, one.end) for one in outages.stretches(outages.standing())]
    return written.during(kept.written_at, stretches)


def rule(on: date) -> Rule:
    """The rule in force about what counts; the first time it is written down as we read the law, not checked."""
    return rules.in_force_or_first(
        code=RULE,
        on=on,
        body=BODY,
        source=SOURCE,
        by="casework.kept",
        missing=RefusedError(
            _("No rule about what a device kept was in force on that day."), "kept.rule", status=422
        ),
    )


def sweep() -> int:
    """Empty the answers that devices had time enough to fetch; how many."""
    return KeptFiling.objects.filter(answer_until__lt=clock.now()).update(answer="", answer_until=None)
