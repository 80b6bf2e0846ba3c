"""Notes nobody else reads, flags that take nothing away, and parts that are covered and never lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.commons.matters.models import Clock, Matter
from madang.commons.search.models import Document
from madang.kernel import actors, clock
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Outbox
from madang.services.casework.domain import consulting, notes
from madang.services.casework.logic import care, personal
from madang.services.casework.models import Covering, Flag, Note
from tests.casework import made

TOLD = "제 번호는 010-1234-5678이고 메일은 kim@example.org 입니다. 주민번호 900101-1234567, 차는 12가3456."


@pytest.fixture
def work(db):
    office, officer, _approver = made.office("lights")
    _other, stranger, _third = made.office("else")
    town = made.center()
    made.route(town, office)
    return made.case(town, body=TOLD), officer, stranger


def test_a_note_is_read_where_the_matter_lies_and_the_log_does_not_tell_it(work):
    case, officer, stranger = work
    row = notes.add(actor=officer, matter=case.matter, text="전화로 확인함", kind="phone", whom="이웃")
    assert (row.office, row.by) == (case.matter.responsible, officer.user)
    act = Audit.objects.get(action="casework.matter.note")
    assert not act.is_public and "전화로" not in str(act.payload)
    with pytest.raises(RefusedError):
        notes.add(actor=stranger, matter=case.matter, text="남의 것")
    with pytest.raises(RefusedError) as refused:
        notes.add(actor=officer, matter=case.matter, text="내일", happened_at=clock.now() + timedelta(days=1))
    assert refused.value.code == "note.future" and Note.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("담당자 찾아가서 죽여 버리겠다. 고쳐라.", "threat"),
        ("너무 힘들어서 죽고 싶습니다. 도와 주세요.", "self_harm"),
        ("이 개새끼들아 일 좀 해라. 제발.", "abuse"),
        ("I will kill you if the lamp stays off.", "threat"),
    ],
)
def test_a_flagged_case_has_everything_that_any_other_has(db, body, kind):
    town = made.center()
    office, _officer, _approver = made.office("lights")
    made.route(town, office)
    filed, plain = made.filed(town, body=body), made.filed(town)
    assert [one.kind for one in Flag.objects.filter(matter=filed.case.matter)] == [kind]
    assert not Flag.objects.filter(matter=plain.case.matter).exists()
    same = ("state", "disclosure", "due_at", "responsible_id", "kind")
    bad, good = (Matter.objects.values(*same).get(pk=one.case.pk) for one in (filed, plain))
    assert bad["due_at"].date() == good["due_at"].date()
    assert {**bad, "due_at": 0} == {**good, "due_at": 0}
    assert filed.filed.code and Clock.objects.filter(matter=filed.case.matter).count() == 1
    assert filed.case.matter.body == body


@pytest.mark.parametrize(
    "said", ["보안등 세 개가 꺼져 있어요", "시발점이 되는 정류장", "쓰레기 같은 것이 쌓여 있어요"]
)
def test_ordinary_words_raise_no_flag(said):
    assert care.find(said) == []


def test_a_flag_is_cleared_with_a_reason_and_stays_in_the_records(work):
    case, officer, stranger = work
    row = notes.flag(actor=officer, matter=case.matter, kind="abuse", what="욕설")
    with pytest.raises(RefusedError) as refused:
        notes.flag(actor=officer, matter=case.matter, kind="abuse", what="또")
    assert refused.value.code == "flag.twice"
    for who, why in ((officer, " "), (stranger, "아님")):
        with pytest.raises(RefusedError):
            notes.clear(actor=who, row=row, why=why)
    notes.clear(actor=officer, row=row, why="인용한 말임")
    assert Flag.objects.get().cleared_by == officer.user


def test_what_is_covered_is_covered_everywhere_and_kept_for_the_office(work):
    case, officer, _stranger = work
    words = [one.text for one in personal.find(TOLD)]
    assert words == ["010-1234-5678", "kim@example.org", "900101-1234567", "12가3456"]
    notes.cover(actor=officer, matter=case.matter, words=words, reason="개인정보")
    public = Matter.objects.get(pk=case.pk).body
    assert not any(word in public for word in words) and "제 번호는" in public
    assert notes.original_of(case.matter)[1] == TOLD
    assert not any(word in Document.objects.get(reference=case.reference).body for word in words)
    leaves = b"".join(bytes(one.leaf or b"") for one in Outbox.objects.all())
    assert b"1234-5678" not in leaves
    assert not any(word in str(act.payload) for act in Audit.objects.all() for word in words)
    row = Covering.objects.get()
    assert (row.parts, row.kinds) == (4, "email,phone,plate,resident")


def test_no_act_and_no_rule_stands_at_the_desk_by_its_code_alone(work, client):
    case, officer, _stranger = work
    notes.add(actor=officer, matter=case.matter, text="현장을 보았음")
    notes.flag(actor=officer, matter=case.matter, kind="abuse", what="욕설")
    consulting.ask(
        actor=officer, matter=case.matter, expert="전기 기술사", question="어떤 등이 맞습니까?",
        due_on=clock.seoul(clock.now()).date() + timedelta(days=3),
    )  # fmt: skip
    client.force_login(officer.user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("desk_matter", args=[case.pk])).content.decode()
    assert "casework.matter." not in page and "내부 메모를 씀" in page
    assert case.matter.rule.source.split(" · ")[0] in page


def test_covering_again_uncovers_nothing(work):
    case, officer, _stranger = work
    notes.cover(actor=officer, matter=case.matter, words=["010-1234-5678"], reason="개인정보")
    notes.cover(actor=officer, matter=case.matter, words=["kim@example.org"], reason="개인정보")
    public = Matter.objects.get(pk=case.pk).body
    assert "010-1234-5678" not in public and "kim@example.org" not in public


@pytest.mark.parametrize(
    ("words", "reason", "code"),
    [(["없는 말"], "이유", "cover.absent"), ([], "이유", "cover.nothing"), (["제"], "이유", "cover.nothing"),
     (["010-1234-5678"], " ", "flow.reason")],
)  # fmt: skip
def test_refused_covering_changes_nothing(work, words, reason, code):
    case, officer, _stranger = work
    before = Matter.objects.values().get(pk=case.pk), Audit.objects.count()
    with pytest.raises(RefusedError) as refused:
        notes.cover(actor=officer, matter=case.matter, words=words, reason=reason)
    assert refused.value.code == code
    assert (Matter.objects.values().get(pk=case.pk), Audit.objects.count()) == before
    assert not Covering.objects.exists() and notes.original_of(case.matter)[1] == TOLD


def test_a_stranger_covers_nothing(work):
    for who in (work[2], actors.person(None)):
        with pytest.raises(RefusedError):
            notes.cover(actor=who, matter=work[0].matter, words=["kim@example.org"], reason="x")


@settings(max_examples=80, deadline=None)
@given(
    st.text(max_size=60), st.lists(st.sampled_from(["010-1234-5678", "a@b.kr", "900101-2234567"]), max_size=3)
)
def test_covering_touches_nothing_else(text, secrets):
    whole = " ".join([text, *secrets])
    out = personal.cover(whole, secrets)
    assert not any(one in out for one in secrets)
    assert out.replace("■", "") == "".join(personal.cover(whole, secrets).split("■"))
    if not secrets:
        assert out == whole
