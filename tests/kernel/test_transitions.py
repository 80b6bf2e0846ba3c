"""One function moves states: all or nothing."""

from __future__ import annotations

import hashlib
import json

import pytest

from madang.commons.matters.models import Matter
from madang.kernel import actors
from madang.kernel.domain.audit import canonical, commitment
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Outbox, Role
from tests import factories

pytestmark = pytest.mark.django_db


def counts() -> tuple[int, int]:
    return Audit.objects.count(), Outbox.objects.count()


def test_a_move_writes_state_audit_and_leaf_together() -> None:
    matter = factories.idea().matter
    before = counts()
    fresh = move(matter, "qualify", actor=actors.system("threshold"), payload={"supports": 3})
    assert fresh.state == "triage"
    assert counts() == (before[0] + 1, before[1] + 1)
    row = Outbox.objects.select_related("audit").latest("pk")
    assert (row.audit.action, row.audit.before, row.audit.after) == (
        "matters.matter.qualify",
        "open",
        "triage",
    )
    leaf = json.loads(bytes(row.leaf))
    assert leaf["obj"] == matter.reference
    assert leaf["commit"] == commitment(bytes(row.audit.salt), row.audit.payload)
    assert row.leaf_hash == hashlib.sha256(b"\x00" + bytes(row.leaf)).hexdigest()


def test_the_leaf_holds_no_words() -> None:
    idea = factories.idea(title="비밀스러운 제목입니다", body="아무도 장부에서 읽을 수 없는 내용입니다.")
    leaf = bytes(Outbox.objects.get(audit__target=idea.matter.reference).leaf).decode()
    assert "비밀" not in leaf
    assert "내용" not in leaf


@pytest.mark.parametrize(
    ("step", "code", "status"),
    [
        ("answer", "flow.state", 409),  # wrong state
        ("close", "mandate.triage", 403),  # not allowed
    ],
)
def test_a_refusal_changes_nothing(step: str, code: str, status: int) -> None:
    matter = factories.idea().matter
    before = counts()
    with pytest.raises(RefusedError) as refused:
        move(matter, step, actor=factories.actor(factories.UserFactory()), reason="Because.")
    assert (refused.value.code, refused.value.status) == (code, status)
    matter.refresh_from_db()
    assert matter.state == "open"
    assert counts() == before


def test_a_step_that_needs_a_reason_refuses_without_one() -> None:
    matter = factories.idea().matter
    before = counts()
    with pytest.raises(RefusedError) as refused:
        move(matter, "close", actor=actors.system("period"), reason="  ")
    assert refused.value.status == 422
    assert counts() == before
    assert Matter.objects.get(pk=matter.pk).state == "open"


def test_a_stale_row_is_not_trusted() -> None:
    matter = factories.idea().matter
    stale = Matter.objects.get(pk=matter.pk)
    move(matter, "qualify", actor=actors.system("threshold"))
    with pytest.raises(RefusedError) as refused:
        move(stale, "qualify", actor=actors.system("threshold"))
    assert refused.value.status == 409


def test_a_mandate_that_ended_yesterday_allows_nothing() -> None:
    idea = factories.idea()
    official = factories.official(Role.TRIAGE, idea.matter.host)
    official.mandates.update(valid_to=factories.later(-1))
    assert not factories.actor(official).is_official
    with pytest.raises(RefusedError):
        move(idea.matter, "merge", actor=factories.actor(official), reason="같은 제안")


def test_one_korean_word_has_one_byte_form() -> None:
    composed, decomposed = "\uac01", "\u1100\u1161\u11a8"
    assert canonical({"a": composed}) == canonical({"a": decomposed})
