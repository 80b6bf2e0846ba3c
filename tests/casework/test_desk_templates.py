"""Templates: filled with facts, versions kept, and never sent with a hole or without a word of one's own."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.commons.matters.domain import answers
from madang.commons.matters.models import Answer
from madang.kernel import actors
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Role
from madang.services.casework.domain import templates
from madang.services.casework.logic import templates as logic
from madang.services.casework.models import AnswerTemplate, TemplateUse, TemplateVersion
from tests.casework import made
from tests.factories import official

BODY = "안녕하십니까. {접수번호}로 {date filed}에 접수하신 {place} 건을 확인했습니다.\n{what was found}\n{office} {연락처}"


@pytest.fixture
def work(db):
    office, officer, approver = made.office("lights")
    town = made.center()
    made.route(town, office)
    case = made.case(town, address="중앙로 12")
    return office, officer, approver, case


def test_the_hole_for_what_only_she_knows_stays_and_is_refused(work):
    office, officer, approver, case = work
    template = templates.write(actor=approver, office=office, title="가로등", body=BODY)
    draft = templates.use(actor=officer, matter=case.matter, template=template)
    assert case.matter.number in draft.reason and "중앙로 12" in draft.reason
    assert logic.holes(draft.reason) == ["what was found", "연락처"]  # the office has no telephone
    Answer.objects.filter(pk=draft.pk).update(disposition="rejected")
    with pytest.raises(RefusedError) as refused:
        answers.submit(actor=officer, answer=draft)
    assert "{what was found}" in str(refused.value) and refused.value.code == "answer.incomplete"
    assert Answer.objects.get(pk=draft.pk).state == "draft"


def test_the_template_alone_is_refused_and_a_sentence_of_ones_own_is_taken(work):
    office, officer, approver, case = work
    template = templates.write(actor=approver, office=office, title="가로등", body=BODY)
    draft = templates.use(actor=officer, matter=case.matter, template=template)
    alone = draft.reason.replace("{what was found}", "고장.").replace("{연락처}", "02")
    answers.save(actor=officer, matter=case.matter, disposition="rejected", reason=alone)
    with pytest.raises(RefusedError, match="answer.incomplete|15"):
        answers.submit(actor=officer, answer=draft)
    mine = alone.replace("고장.", "현장에 가 보니 안정기가 타서 오늘 새것으로 바꾸었습니다.")
    answers.save(actor=officer, matter=case.matter, disposition="rejected", reason=mine)
    assert answers.submit(actor=officer, answer=draft).state == "submitted"


def test_pasted_by_hand_it_is_still_the_template(work):
    office, officer, approver, case = work
    templates.write(actor=approver, office=office, title="가로등", body=BODY)
    text = (
        logic.fill(BODY, templates.facts(case.matter, case))
        .replace("{what was found}", "")
        .replace("{연락처}", "")
    )
    draft = answers.save(actor=officer, matter=case.matter, disposition="rejected", reason=text)
    with pytest.raises(RefusedError):
        answers.submit(actor=officer, answer=draft)
    assert not TemplateUse.objects.exists()


def test_an_answer_to_what_is_no_case_is_left_alone(city_matter):
    assert templates.lacks(city_matter) == []


@pytest.fixture
def city_matter(db):
    from tests import factories as make

    idea = make.idea()
    return Answer(matter=idea.matter, office=idea.matter.responsible, reason="{what was found}")


def test_only_an_approver_of_the_office_writes_and_refusals_keep_nothing(work):
    office, officer, _approver, _case = work
    other = actors.person(official(Role.APPROVER, made.office("else")[0]))
    before = Audit.objects.count()
    for who in (officer, other):
        with pytest.raises(RefusedError) as refused:
            templates.write(actor=who, office=office, title="x", body=BODY)
        assert refused.value.code == "mandate.approver"
    assert not AnswerTemplate.objects.exists() and Audit.objects.count() == before


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("짧다", "template.length"),
        ("{접수번호} 건은 검토 후 처리하겠습니다. 감사합니다.", "template.no_hole"),
    ],
)
def test_a_text_that_fits_every_case_is_no_template(work, body, code):
    office, _officer, approver, _case = work
    with pytest.raises(RefusedError) as refused:
        templates.write(actor=approver, office=office, title="x", body=body)
    assert refused.value.code == code and not AnswerTemplate.objects.exists()


def test_versions_are_kept_and_equal_words_make_none(work):
    office, _officer, approver, _case = work
    row = templates.write(actor=approver, office=office, title="가로등", body=BODY)
    templates.write(actor=approver, office=office, title="가로등", body=BODY, template=row)
    templates.write(actor=approver, office=office, title="보안등", body=BODY + " 끝.", template=row, why="끝")
    assert [one.version for one in row.versions.all()] == [2, 1]
    assert TemplateVersion.objects.get(version=1).body == BODY
    with pytest.raises(RefusedError) as refused:
        templates.write(actor=approver, office=office, title="보안등", body=BODY)
    assert refused.value.code == "template.title"


def test_a_draft_with_words_is_not_overwritten_unless_said(work):
    office, officer, approver, case = work
    row = templates.write(actor=approver, office=office, title="가로등", body=BODY)
    answers.save(actor=officer, matter=case.matter, reason="쓰던 글")
    with pytest.raises(RefusedError) as refused:
        templates.use(actor=officer, matter=case.matter, template=row)
    assert refused.value.code == "template.draft"
    assert case.matter.answers.get().reason == "쓰던 글"
    assert "접수하신" in templates.use(actor=officer, matter=case.matter, template=row, replace=True).reason


@settings(max_examples=60, deadline=None)
@given(
    st.text(alphabet="가나다라마바사 {}abc.\n", max_size=200),
    st.dictionaries(st.sampled_from(list(logic.FACTS)), st.text(alphabet="가나 1", max_size=9)),
)
def test_filling_never_makes_a_hole_and_loses_no_other_word(text, facts):
    filled = logic.fill(text, facts)
    assert set(logic.holes(filled)) <= set(logic.holes(text))
    assert logic.HOLE.sub("", text).split()[:1] == logic.HOLE.sub("", filled).split()[:1] or facts


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="가나다라마바사아자차카타파하 ", min_size=1, max_size=120))
def test_a_copy_has_nothing_of_its_own(text):
    assert logic.own(text, text) == 0
    added = text + "현장에서새로알게된사실을여기에적습니다"
    assert logic.own(added, text) >= 15
