"""One case, several offices: parts with their own clocks, one lead, one combined answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from madang.commons.matters import api as matters
from madang.commons.matters.domain import answers, erasing, handling
from madang.commons.matters.models import Assignment, Attachment, Matter
from madang.commons.matters.policies import is_author
from madang.kernel import actors, clock, policy
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Organisation
from madang.services.casework import queries
from madang.services.casework.domain import feedback, joining, parts, retyping
from madang.services.casework.models import Case, Joining, Part, Rating, SitePhoto, TypeChange
from tests.casework import made
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


class Town:
    """A case of three offices: roads leads, lamps and water have parts."""

    def __init__(self, **fields: Any) -> None:
        self.center = made.center()
        self.roads, self.roads_officer, self.roads_head = made.office("roads")
        self.lamps, self.lamps_officer, self.lamps_head = made.office("lamps")
        self.water, self.water_officer, self.water_head = made.office("water")
        self.author = UserFactory()
        made.route(self.center, self.roads)
        self.case = made.case(self.center, **({"by": self.author, "case_type": "grievance"} | fields))
        self.triage = made.triage_of(self.center)

    def split(self) -> tuple[Part, Part]:
        first = parts.split(actor=self.triage, case=self.case, what="등 세 개를 고칩니다", office=self.lamps)
        second = parts.split(actor=self.triage, case=self.case, what="하수구를 뚫습니다", office=self.water)
        return first, second

    def me(self) -> Actor:
        return actors.person(self.author)


def answered(
    matter: Matter,
    officer: Actor,
    head: Actor,
    reason: str = "현장을 보고 바로 고쳤습니다. 다시 살피겠습니다.",
) -> Any:
    draft = answers.save(actor=officer, matter=matter, disposition="rejected", reason=reason)
    return answers.publish(actor=head, answer=answers.submit(actor=officer, answer=draft))


def offices_of(matter: Matter) -> list[Organisation]:
    return [row.organisation for row in Assignment.objects.filter(matter=matter, ended_at__isnull=True)]


def test_each_part_has_its_office_and_its_clock_and_the_lead_stays() -> None:
    with made.monday():
        town = Town()
        first, second = town.split()
    for matter, office in (
        (town.case.matter, town.roads),
        (first.matter, town.lamps),
        (second.matter, town.water),
    ):
        assert offices_of(matter) == [office] and matter.due_at is not None
    assert [part.number for part in town.case.parts.all()] == [1, 2]
    assert first.matter.author is None and is_author(town.me(), first.matter)
    assert not is_author(actors.person(UserFactory()), first.matter)
    act = Audit.objects.filter(target=town.case.reference, action="casework.case.split").earliest("pk")
    assert act.actor == town.triage.user and act.payload is not None
    assert (act.payload["data"]["office"], act.payload["data"]["part"]) == ("lamps", 1)


def test_the_same_part_is_given_to_an_office_once() -> None:
    """A second click, or the same form in a second window, starts no second clock."""
    town = Town()
    first, _second = town.split()
    before = Matter.objects.count()
    with translation.override("en"), pytest.raises(RefusedError, match="already"):
        parts.split(actor=town.triage, case=town.case, what=first.what, office=town.lamps)
    assert Matter.objects.count() == before and town.case.parts.count() == 2
    parts.take_out(actor=town.triage, part=first, reason="다른 부서의 일입니다")
    parts.split(actor=town.triage, case=town.case, what=first.what, office=town.lamps)
    parts.split(actor=town.triage, case=town.case, what=first.what, office=town.water)


def test_only_triage_and_the_lead_office_divide_a_case() -> None:
    town = Town()
    for who in (town.me(), town.lamps_officer, actors.person(None)):
        with pytest.raises(RefusedError):
            parts.split(actor=who, case=town.case, what="등을 고칩니다", office=town.lamps)
    assert not Part.objects.exists() and Matter.objects.count() == 1
    assert parts.split(actor=town.roads_officer, case=town.case, what="등", office=town.lamps).number == 1


def test_the_combined_answer_waits_for_every_part() -> None:
    town = Town()
    first, second = town.split()
    town.case.matter.refresh_from_db()
    draft = answers.save(
        actor=town.roads_officer,
        matter=town.case.matter,
        disposition="rejected",
        reason="도로는 이상이 없습니다. 살펴보았습니다.",
    )
    with pytest.raises(RefusedError, match="하수구"):
        answers.submit(actor=town.roads_officer, answer=draft)
    answered(first.matter, town.lamps_officer, town.lamps_head)
    with pytest.raises(RefusedError) as refusal:
        answers.submit(actor=town.roads_officer, answer=draft)
    assert "등 세 개" not in str(refusal.value) and "하수구" in str(refusal.value)
    answered(second.matter, town.water_officer, town.water_head)
    sent = answers.submit(actor=town.roads_officer, answer=draft)
    answers.publish(actor=town.roads_head, answer=sent)
    town.case.matter.refresh_from_db()
    assert town.case.matter.state == "answered"


def test_a_part_named_as_outstanding_does_not_hold_the_answer_back() -> None:
    town = Town()
    first, _second = town.split()
    answered(first.matter, town.lamps_officer, town.lamps_head)
    second = Part.objects.get(number=2)
    with pytest.raises(RefusedError):
        parts.name_outstanding(
            actor=town.water_officer, part=second, reason="물이 빠져야 합니다", until=clock.today()
        )
    with pytest.raises(RefusedError, match="오늘"):
        parts.name_outstanding(
            actor=town.roads_officer,
            part=second,
            reason="물이 빠져야",
            until=clock.today() - timedelta(days=1),
        )
    until = clock.today() + timedelta(days=20)
    parts.name_outstanding(
        actor=town.roads_officer, part=second, reason="물이 빠져야 뚫을 수 있습니다", until=until
    )
    draft = parts.combine(actor=town.roads_officer, case=town.case)
    assert "바로 고쳤습니다" in draft.reason and "물이 빠져야" in draft.reason
    answered(town.case.matter, town.roads_officer, town.roads_head, draft.reason)
    second.refresh_from_db()
    assert second.matter.state == "assigned" and second.outstanding_until == until
    answered(second.matter, town.water_officer, town.water_head)
    second.refresh_from_db()
    assert (second.outstanding_reason, second.outstanding_until) == ("", None)


def test_approval_looks_again_at_the_parts() -> None:
    """A part that comes after the draft was handed on holds the answer back as well."""
    town = Town()
    draft = answers.save(
        actor=town.roads_officer,
        matter=town.case.matter,
        disposition="rejected",
        reason="도로는 이상이 없습니다. 살펴보았습니다.",
    )
    sent = answers.submit(actor=town.roads_officer, answer=draft)
    town.split()
    with pytest.raises(RefusedError):
        answers.publish(actor=town.roads_head, answer=sent)
    sent.refresh_from_db()
    assert sent.state == "submitted" and town.case.matter.answers.filter(state="published").count() == 0


def test_the_office_of_a_part_reads_the_private_case_and_no_other_office_does() -> None:
    town = Town(is_public=False)
    assert queries.by_ref(town.lamps_officer, town.case.ref) is None
    first, _second = town.split()
    assert first.matter.number is None
    for who in (town.lamps_officer, town.roads_officer, town.triage, town.me()):
        assert queries.by_ref(who, town.case.ref) == town.case
        assert policy.can("matters.matter.view", who, town.case.matter)
    stranger = made.office("parks")[1]
    assert queries.by_ref(stranger, town.case.ref) is None
    assert not policy.can("matters.matter.view", stranger, first.matter)


def test_withdrawing_the_case_ends_its_parts() -> None:
    town = Town()
    first, second = town.split()
    answered(first.matter, town.lamps_officer, town.lamps_head)
    handling.give_up(actor=town.me(), matter=town.case.matter)
    first.matter.refresh_from_db()
    second.matter.refresh_from_db()
    assert (first.matter.state, second.matter.state) == ("answered", "withdrawn")


def test_merging_the_case_takes_its_open_parts_along() -> None:
    with made.monday():
        town = Town()
        first, _second = town.split()
        answered(first.matter, town.lamps_officer, town.lamps_head)
        other = made.case(town.center, by=UserFactory(), case_type="query_procedure", title="같은 골목입니다")
        parts.split(actor=town.triage, case=other, what="난간", office=town.water)
        handling.merge(actor=town.triage, matter=town.case.matter, into=other.matter, reason="같은 골목")
    assert [(part.number, part.what) for part in other.parts.all()] == [(1, "난간"), (2, "하수구를 뚫습니다")]
    assert [part.what for part in town.case.parts.all()] == ["등 세 개를 고칩니다"]
    moved = other.parts.get(number=2)
    assert offices_of(moved.matter) == [town.water] and moved.matter.state == "assigned"


def test_a_part_that_is_not_needed_is_taken_out_with_a_reason() -> None:
    town = Town()
    first, _second = town.split()
    with pytest.raises(RefusedError):
        parts.take_out(actor=town.lamps_officer, part=first, reason="저희 일이 아닙니다")
    parts.take_out(actor=town.roads_officer, part=first, reason="등은 지난주에 고쳤습니다")
    first.matter.refresh_from_db()
    assert first.matter.state == "withdrawn" and [part.number for part in parts.waiting(town.case.pk)] == [2]


def test_moderation_of_the_case_holds_for_its_parts() -> None:
    town = Town()
    first, _second = town.split()
    Matter.objects.filter(pk=town.case.pk).update(disclosure="hidden")
    parts.follow_disclosure(town.case.pk)
    first.matter.refresh_from_db()
    assert first.matter.disclosure == "hidden"


def test_leaving_erases_a_private_case_with_its_parts_and_place() -> None:
    town = Town(is_public=False, address="배움길 31", point=(34.86, 128.69))
    town.split()
    erasing.erase_author(actor=actors.system("test"), user=town.author)
    case = Case.objects.get(pk=town.case.pk)
    assert (case.address, case.point, case.answers) == ("", None, {})
    assert {(part.what, part.matter.body, part.matter.title) for part in case.parts.all()} == {("–", "", "–")}


# --- the type ---------------------------------------------------------------------------------------------


def test_a_corrected_type_counts_from_the_first_day_and_is_kept_with_its_reason() -> None:
    with made.monday():
        town = Town()
    first_due = town.case.matter.due_at
    with clock.at(town.case.matter.filed_at + timedelta(days=2)):
        retyping.retype(
            actor=town.roads_officer, case=town.case, to="suggestion", reason="제도를 고쳐 달라는 건의입니다"
        )
    case = Case.objects.get(pk=town.case.pk)
    fresh = made.case(town.center, case_type="suggestion", at=town.case.matter.filed_at)
    assert case.type == "suggestion" and case.matter.due_at == fresh.matter.due_at != first_due
    assert case.matter.responsible == town.roads and case.matter.state == "assigned"
    change = TypeChange.objects.get()
    assert (change.from_type, change.to_type, change.by) == (
        "grievance",
        "suggestion",
        town.roads_officer.user,
    )
    assert change.rule.code == "casework.type.suggestion"


def test_a_correction_does_not_win_the_office_days() -> None:
    with made.monday():
        town = Town()
    with clock.at(town.case.matter.filed_at + timedelta(days=30)):
        retyping.retype(actor=town.roads_officer, case=town.case, to="suggestion", reason="건의입니다")
        late = Case.objects.get(pk=town.case.pk).matter
        assert matters.is_late(late)


@pytest.mark.parametrize("to", ["grievance", "magic", ""])
def test_a_type_that_is_none_or_the_same_is_refused(to: str) -> None:
    town = Town()
    with pytest.raises(RefusedError):
        retyping.retype(actor=town.triage, case=town.case, to=to, reason="이유가 있습니다")
    assert not TypeChange.objects.exists()


def test_nobody_else_corrects_the_type_and_the_desk_has_no_other_way() -> None:
    town = Town()
    for who in (town.me(), town.lamps_officer):
        with pytest.raises(RefusedError):
            retyping.retype(actor=who, case=town.case, to="suggestion", reason="이유가 있습니다")
    with pytest.raises(RefusedError) as refusal:
        handling.retype(actor=town.triage, matter=town.case.matter, kind="idea", reason="제안입니다")
    assert refusal.value.code == "retype.case"


# --- joining ----------------------------------------------------------------------------------------------


def test_joining_gives_a_receipt_of_ones_own_and_adds_no_second_clock() -> None:
    town = Town()
    other = UserFactory()
    joined = joining.join(actor=actors.person(other), case=town.case, words="저희 집 앞도 그래요.")
    mine = joined.joining.matter
    assert mine.state == "merged" and mine.merged_into == town.case.matter and not mine.is_public
    assert matters.by_code(joined.filed.code) == mine and matters.receipt(mine) is not None
    assert not mine.clocks.exists()
    assert matters.visible(town.roads_officer).filter(pk=mine.pk).exists()
    assert not matters.visible(town.lamps_officer).filter(pk=mine.pk).exists()


def test_joining_twice_or_ones_own_or_what_is_private_or_ended_is_refused() -> None:
    town = Town()
    other = actors.person(UserFactory())
    joining.join(actor=other, case=town.case)
    for who in (other, town.me()):
        with pytest.raises(RefusedError):
            joining.join(actor=who, case=town.case)
    private = made.case(town.center, is_public=False, by=town.author)
    with pytest.raises(RefusedError):
        joining.join(actor=other, case=private)
    answered(town.case.matter, town.roads_officer, town.roads_head)
    with pytest.raises(RefusedError):
        joining.join(actor=actors.person(UserFactory()), case=town.case)
    assert Joining.objects.count() == 1


def test_joining_without_a_name_where_the_category_allows() -> None:
    town = Town()
    joined = joining.join(
        actor=actors.person(town.author.__class__.objects.get(pk=UserFactory().pk)),
        case=town.case,
        is_anonymous=True,
    )
    assert joined.joining.matter.author is None
    named = made.category(town.center, "named", may_be_anonymous=False)
    strict = made.case(town.center, category=named, by=town.author)
    with pytest.raises(RefusedError):
        joining.join(actor=actors.person(None), case=strict)


# --- after the answer -------------------------------------------------------------------------------------


def test_an_answer_is_rated_once_by_its_author() -> None:
    town = Town()
    with pytest.raises(RefusedError):
        feedback.rate(actor=town.me(), case=town.case, score=5)
    answered(town.case.matter, town.roads_officer, town.roads_head)
    case = Case.objects.get(pk=town.case.pk)
    with pytest.raises(RefusedError):
        feedback.rate(actor=actors.person(UserFactory()), case=case, score=5)
    with pytest.raises(RefusedError):
        feedback.rate(actor=town.me(), case=case, score=6)
    feedback.rate(actor=town.me(), case=case, score=2, words="늦었어요")
    with pytest.raises(RefusedError):
        feedback.rate(actor=town.me(), case=case, score=5)
    assert Rating.objects.get().score == 2


def test_not_fixed_reopens_with_the_lead_and_the_part_that_is_named() -> None:
    town = Town()
    first, second = town.split()
    for part, officer, head in (
        (first, town.lamps_officer, town.lamps_head),
        (second, town.water_officer, town.water_head),
    ):
        answered(part.matter, officer, head)
    answered(town.case.matter, town.roads_officer, town.roads_head)
    case = Case.objects.get(pk=town.case.pk)
    with pytest.raises(RefusedError):
        feedback.not_fixed(actor=actors.person(UserFactory()), case=case, reason="아직 막혀 있어요")
    chosen = list(case.parts.filter(number=2).select_related("matter"))
    fresh = feedback.not_fixed(actor=town.me(), case=case, reason="아직 막혀 있어요", parts=chosen)
    states = [part.matter.state for part in fresh.parts.all()]
    assert (fresh.matter.state, states) == ("assigned", ["answered", "assigned"])
    assert fresh.matter.responsible == town.roads and fresh.matter.due_at is not None
    # Until the part is answered again, so is the case.
    draft = answers.save(
        actor=town.roads_officer,
        matter=fresh.matter,
        disposition="rejected",
        reason="다시 살펴보았고 이상이 없습니다. 확인해 주세요.",
    )
    with pytest.raises(RefusedError, match="하수구"):
        answers.submit(actor=town.roads_officer, answer=draft)


def test_only_the_office_adds_photos_of_the_spot(picture: Any) -> None:
    town = Town()
    with pytest.raises(RefusedError):
        feedback.add_photos(
            actor=town.me(), case=town.case, matter=town.case.matter, moment="after", uploads=(picture(),)
        )
    with pytest.raises(RefusedError):
        feedback.add_photos(
            actor=town.roads_officer,
            case=town.case,
            matter=town.case.matter,
            moment="later",
            uploads=(picture(),),
        )
    assert not Attachment.objects.exists()
    feedback.add_photos(
        actor=town.roads_officer,
        case=town.case,
        matter=town.case.matter,
        moment="after",
        uploads=(picture(),),
    )
    assert SitePhoto.objects.get().attachment.matter_id == town.case.pk
