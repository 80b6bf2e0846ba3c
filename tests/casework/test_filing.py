"""Filing a case: receipt, type, clock and office in one transaction; refusals leave nothing behind."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext

from madang.commons.matters import api as matters
from madang.commons.matters.domain import outages
from madang.commons.matters.models import Assignment, Clock, Matter
from madang.commons.search import api as search
from madang.kernel import actors, clock
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Outbox, Rule
from madang.services.casework import queries
from madang.services.casework.domain import types
from madang.services.casework.enums import CaseType
from madang.services.casework.models import Case
from tests.casework import made
from tests.factories import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_case_gets_receipt_rule_clock_and_office_at_once() -> None:
    town, (roads, _officer, _approver) = made.center(), made.office("roads")
    road = made.category(town, default_type="query_procedure")
    rule = made.route(town, roads, category=road)
    with made.monday():
        filed = made.filed(town, category=road)
    matter = filed.case.matter
    assert filed.filed is not None and filed.filed.code
    assert (matter.kind, matter.state, matter.responsible) == ("question", "assigned", roads)
    assert filed.case.route == rule and filed.case.type == "query_procedure"
    assert matter.rule.code == "casework.type.query_procedure"
    running = Clock.objects.get(matter=matter)
    # Seven days from a Monday, the first day included, Saturday and Sunday left out: the Tuesday after next.
    assert running.due_at.astimezone(matter.filed_at.tzinfo).date() == date(2026, 12, 8)
    acts = list(
        Audit.objects.filter(target=matter.reference).order_by("pk").values_list("action", "actor_kind")
    )
    assert acts == [("matters.matter.file", "anonymous"), ("matters.matter.assign", "system")]
    assert Outbox.objects.filter(audit__target=matter.reference).count() == 2


def test_what_filing_gives_back_knows_its_dates() -> None:
    """As its row and its clock do, also where an outage that was declared before moves the date at once."""
    town = made.center()
    began = clock.now() - timedelta(days=2)
    outages.declare(
        actor=actors.system("test"), start=began + timedelta(hours=1), end=began + timedelta(hours=30),
        reason="도로 공사로 회선이 끊겼습니다.", source="https://example.org/notice",
    )  # fmt: skip
    for case in (made.case(town), made.case(town, at=began)):
        running = Clock.objects.get(matter=case.matter)
        assert case.matter.due_at == running.due_at == Matter.objects.get(pk=case.pk).due_at
    assert running.events.filter(kind="outage").count() == 1


def test_the_index_holds_of_a_new_case_what_a_rebuild_would() -> None:
    town = made.center()
    road = made.category(town)
    for case in (
        made.case(town, category=road, district="11110"),
        made.case(town),
        made.case(town, is_public=False),
    ):
        known = search.entry_of(case.reference)
        assert (known is not None) is case.matter.is_public
        matters.put_in_index(case.pk)
        assert search.entry_of(case.reference) == known


def test_others_wait_for_few_statements() -> None:
    """From the number on, which whoever files next waits for, nothing is read that could be read before."""
    town = made.center()
    road = made.category(town)
    made.case(town, category=road, district="11110")
    with CaptureQueriesContext(connection) as asked:
        made.case(town, category=road, district="11110", body="다른 골목도 어둡습니다. 밤에 걷기 무섭습니다.")
    statements = [one["sql"] for one in asked.captured_queries]
    number = next(at for at, sql in enumerate(statements) if sql.startswith('UPDATE "kernel_counter"'))
    later = statements[number + 1 :]
    assert len(later) <= 28, "\n".join(later)
    reading = [sql for sql in later if sql.startswith("SELECT")]
    early = (
        "kernel_rule",
        "kernel_calendarday",
        "matters_outage",
        "kernel_assurance",
        "casework_routingrule",
    )
    assert not [sql for sql in reading for table in early if table in sql]


@pytest.mark.parametrize(
    ("case_type", "kind"), [("query_law", "question"), ("grievance", "complaint"), ("waste", "complaint")]
)
def test_the_type_decides_kind_and_rule(case_type: str, kind: str) -> None:
    case = made.case(case_type=case_type)
    assert (case.matter.kind, case.matter.rule.code) == (kind, f"casework.type.{case_type}")


def test_every_type_has_a_rule_with_period_article_and_source() -> None:
    made.center()
    meanings = types.meanings()
    assert [one.type for one in meanings] == list(types.CaseType.values)
    assert all(one.article and one.source and one.means and one.remedy and one.amount for one in meanings)
    assert {one.type for one in meanings if one.is_checked} == {
        "query_law", "query_procedure", "suggestion", "grievance", "regulation",
    }  # fmt: skip


def test_a_day_before_the_first_rule_counts_by_the_first_and_one_after_its_end_by_none() -> None:
    made.center()
    first = Rule.objects.get(code=types.code_of(CaseType.GRIEVANCE))
    Rule.objects.filter(pk=first.pk).update(valid_from=date(2026, 3, 1), valid_to=date(2026, 9, 1))
    assert (
        types.rule_of("grievance", on=date(2022, 1, 3))
        == first
        == types.rule_of("grievance", on=date(2026, 9, 1))
    )
    for day in (date(2026, 9, 2), None):
        with pytest.raises(RefusedError) as refusal:
            types.rule_of("grievance", on=day)
        assert refusal.value.status == 422


def test_a_changed_rule_leaves_what_was_filed_before_alone() -> None:
    town = made.center()
    before = made.case(town, case_type="grievance")
    rows = [dict(row, amount="5") for row in types.shipped() if row["code"] == "grievance"]
    assert types.enact(actor=actors.system("test"), rows=rows, valid_from=date(2026, 1, 1)) == 1
    assert types.enact(actor=actors.system("test"), rows=rows, valid_from=date(2026, 1, 1)) == 0
    after = made.case(town, case_type="grievance")
    assert before.matter.rule.version == 1 and after.matter.rule.version == 2


def test_without_a_fitting_route_it_waits_at_the_desk_of_the_host() -> None:
    town = made.center()
    case = made.case(town)
    assert (case.matter.state, case.matter.responsible, case.route) == ("triage", town.host, None)


def test_a_private_case_has_no_number_and_is_read_by_its_author_alone() -> None:
    author = UserFactory()
    case = made.case(by=author, is_public=False)
    assert case.matter.number is None and case.ref.startswith("~")
    assert queries.by_ref(actors.person(author), case.ref) == case
    assert queries.by_ref(actors.person(UserFactory()), case.ref) is None
    assert queries.by_ref(actors.person(author), case.ref[:12]) is None
    assert not queries.public().exists()


def test_without_a_name_nothing_leads_to_the_account() -> None:
    author = UserFactory(name="김비밀")
    filed = made.filed(made.center(), by=author, is_anonymous=True, author_label="김비밀")
    matter = filed.case.matter
    assert filed.case.is_anonymous
    assert (matter.author, matter.author_label) == (None, "")
    assert not Audit.objects.filter(target=matter.reference, actor=author).exists()
    assert queries.by_ref(actors.person(author), filed.case.ref) is not None  # public: as anybody
    assert matter not in Matter.objects.filter(author=author)


def test_the_same_form_files_once() -> None:
    town = made.center()
    first = made.filed(town, form_key="k" * 24)
    second = made.filed(town, form_key="k" * 24)
    assert second.case == first.case and not second.is_new and second.filed is None
    assert Case.objects.count() == 1


REFUSED = (
    ({"point": (48.85, 2.35)}, "case.point"),
    ({"point": (128.7, 34.8)}, "case.point"),
    ({"district": "00000"}, "case.district"),
    ({"case_type": "magic"}, "case.type"),
    ({"answers": {"nobody": "asked"}}, "case.field.unknown"),
)


@pytest.mark.parametrize(("fields", "code"), REFUSED)
def test_what_is_refused_leaves_nothing_behind(fields: dict, code: str) -> None:
    town = made.center()
    before = Audit.objects.count()
    with pytest.raises(RefusedError) as refusal:
        made.filed(town, **fields)
    assert refusal.value.code == code
    assert (Matter.objects.count(), Assignment.objects.count(), Audit.objects.count()) == (0, 0, before)


@pytest.mark.parametrize(
    ("allowed", "fields", "code"),
    [
        ({"may_be_public": False}, {"is_public": True}, "case.not_public"),
        ({"may_be_anonymous": False}, {"is_public": False}, "case.not_anonymous"),
        ({"place": "required"}, {}, "case.place"),
        ({"is_active": False}, {}, "case.category"),
    ],
)
def test_a_category_says_what_it_takes(allowed: dict, fields: dict, code: str) -> None:
    town = made.center()
    road = made.category(town, **allowed)
    with pytest.raises(RefusedError) as refusal:
        made.filed(town, category=road, **fields)
    assert refusal.value.code == code and not Matter.objects.exists()


def test_a_category_of_another_center_is_refused() -> None:
    town = made.center()
    other = made.category(made.center("other"))
    with pytest.raises(RefusedError, match="목록"):
        made.filed(town, category=other)


def test_a_category_without_a_place_keeps_none() -> None:
    town = made.center()
    case = made.case(town, category=made.category(town, place="none"), address="우리집", point=(34.8, 128.7))
    assert (case.address, case.point) == ("", None)


def test_answers_are_kept_checked() -> None:
    town = made.center()
    road = made.category(town)
    made.field(road, "size", "singlevaluelist", "hand", "tyre", required=True)
    made.field(road, "who", "multivaluelist", "bike", "walk")
    made.field(road, "depth", "number")
    case = made.case(town, category=road, answers={"size": "tyre", "who": ["bike", "bike"], "depth": "1,200"})
    assert case.answers == {"size": "tyre", "who": ["bike"], "depth": "1200"}
    with pytest.raises(RefusedError) as refusal:
        made.filed(town, category=road, answers={"size": "whale"})
    assert refusal.value.code == "case.field.choice"


def test_the_database_refuses_a_point_outside_and_half_a_point() -> None:
    case = made.case()
    for wrong in ({"lat": 52.0, "long": 13.0}, {"lat": 36.0, "long": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Case.objects.filter(pk=case.pk).update(**wrong)


def test_an_office_with_rules_cannot_be_deleted() -> None:
    office = OrganisationFactory()
    made.route(made.center(), office)
    with pytest.raises(ProtectedError):
        office.delete()
