"""The pages of the desk of cases: what they show, to whom, at what price, and what a refusal keeps."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.commons.matters.domain import answers, handling
from madang.commons.matters.models import Matter
from madang.kernel import actors, clock
from madang.kernel.models import Role
from madang.services.casework import desk_queries
from madang.services.casework.domain import consulting, notes, repeats, templates
from madang.services.casework.models import Consultation, Covering, Handover, Note, Part, Review
from tests.casework import made
from tests.casework.test_desk_repeats import WEIGHED
from tests.casework.test_desk_same import publish
from tests.casework.test_desk_templates import BODY
from tests.factories import OrganisationFactory, UserFactory, official

pytestmark = pytest.mark.django_db


def sign_in(actor) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(actor.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def english(name, *args):
    """The English address, whatever language the last request left behind."""
    path = reverse(name, args=args)
    return path if path.startswith("/en/") else f"/en{path}"


def get(actor, name, *args, **query):
    return sign_in(actor).get(english(name, *args), query)


def post(actor, name, *args, **data):
    return sign_in(actor).post(english(name, *args), data)


@pytest.fixture
def work():
    office, officer, approver = made.office("lights")
    center = made.center()
    road = made.category(center, "road")
    made.route(center, office)
    return center, road, office, officer, approver


def cases(center, many, **fields):
    return [made.case(center, by=UserFactory(), title=f"가로등 {n}", **fields) for n in range(many)]


def with_everything(work, case):
    """A part elsewhere, an opinion, a draft that waits, a flag."""
    center, _road, _office, officer, _approver = work
    parks = OrganisationFactory(code="parks")
    consulting.ask(
        actor=officer,
        matter=case.matter,
        question="의견을 주십시오. 부탁합니다.",
        office=parks,
        due_on=clock.today(),
    )
    notes.flag(actor=officer, matter=case.matter, kind="abuse", what="욕설")
    draft = answers.save(
        actor=officer,
        matter=case.matter,
        disposition="rejected",
        reason="현장을 확인하고 답변드립니다. 이상 없음.",
    )
    answers.submit(actor=officer, answer=draft)
    matter = made.case(center, by=UserFactory(), title=f"{case.pk} 부분").matter
    part = Matter.objects.get(pk=matter.pk)
    part.case.fingerprint.delete()
    part.case.delete()
    Matter.objects.filter(pk=matter.pk).update(responsible=parks)
    Part.objects.create(case=case, matter=matter, number=1, what="나무", added_at=clock.now())


def test_as_many_queries_for_thirty_rows_as_for_one(work):
    center, _road, _office, officer, _approver = work
    client = sign_in(officer)
    with_everything(work, cases(center, 1)[0])
    client.get(reverse("desk_cases"))
    with CaptureQueriesContext(
        connection,
    ) as one:
        assert client.get(reverse("desk_cases"), {"tab": "all"}).status_code == 200
    for case in cases(center, 29):
        with_everything(work, case)
    with CaptureQueriesContext(connection) as thirty:
        page = client.get(reverse("desk_cases"), {"tab": "all"}).content.decode()
    assert page.count('class="desk-title"') == 30
    assert len(thirty) <= len(one)


def test_a_row_says_for_whom_it_waits_and_since_when(work):
    center, _road, _office, officer, _approver = work
    case = cases(center, 1)[0]
    assert "No officer named yet" in get(officer, "desk_cases", tab="stuck").content.decode()
    with_everything(work, case)
    page = get(officer, "desk_cases", tab="stuck").content.decode()
    for said in ("Part 1: ", "Opinion of ", "Approver", "since ", "Abuse"):
        assert said in page, said


def test_tabs_and_filters(work):
    center, road, _office, officer, approver = work
    late = made.case(center, category=road, case_type="other", title="늦은 것", by=UserFactory())
    cases(center, 2, case_type="suggestion")
    handling.take(actor=approver, matter=late.matter, officer=officer.user)
    with clock.at(clock.now() + timedelta(days=12)):
        one = desk_queries.desk(officer)
        assert desk_queries.counts(one)["late"] == 1 and desk_queries.counts(one)["all"] == 3
        for query in ({"category": "road"}, {"type": "other"}, {"mine": "1"}, {"late": "1"}, {"q": "늦은"}):
            page = get(officer, "desk_cases", tab="all", **query).content.decode()
            assert page.count('class="desk-title"') == 1 and "늦은 것" in page, query
        page = get(
            officer, "desk_cases", tab="all", type="x", district="'", office="-1", after="~", before="~9x"
        ).content.decode()
        assert page.count('class="desk-title"') == 3


def test_another_office_and_a_citizen_see_nothing(work):
    center, _road, _office, officer, _approver = work
    case = cases(center, 1)[0]
    stranger = made.office("else")[1]
    assert 'class="desk-title"' not in get(stranger, "desk_cases", tab="all").content.decode()
    assert get(stranger, "desk_work", case.pk).status_code == 404
    citizen = actors.person(UserFactory())
    assert get(citizen, "desk_cases").status_code == 403
    assert Client().get(reverse("desk_cases")).status_code == 302
    assert get(officer, "desk_work", case.pk).status_code == 200


@settings(max_examples=25, deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(0, 5)), min_size=1, max_size=25), st.integers(1, 7))
def test_pages_by_key_show_everything_once_in_both_directions(days, size):
    """Equal and missing dates included."""
    from django.db import transaction

    with transaction.atomic():
        base = clock.now()
        host = OrganisationFactory(code="host-x")
        made.center("keys", host=host)
        center = host and made.Center.objects.get(code="keys")
        one = made.case(center).matter
        fields = {
            f.name: getattr(one, f.name)
            for f in Matter._meta.fields
            if f.name not in ("id", "number", "code_hash", "due_at")
        }
        fields["disclosure"] = "private"
        Matter.objects.bulk_create(
            [Matter(**fields, due_at=None if day is None else base + timedelta(days=day)) for day in days]
        )
        rows = Matter.objects.filter(disclosure="private")
        want = list(
            rows.order_by(desk_queries.F("due_at").asc(nulls_last=True), "pk").values_list("pk", flat=True)
        )
        seen, cut = [], desk_queries.cut(rows, order="due", size=size)
        assert not cut.before
        while True:
            seen += cut.pks
            if not cut.after:
                break
            cut = desk_queries.cut(rows, order="due", after=cut.after, size=size)
        assert seen == want
        back = cut.pks
        while cut.before:
            cut = desk_queries.cut(rows, order="due", before=cut.before, size=size)
            back = cut.pks + back
        assert back == want
        transaction.set_rollback(True)


def test_the_acts_of_the_page(work):
    center, _road, _office, officer, _approver = work
    case = cases(center, 1, body="전화 010-1234-5678로 연락 주세요. 어둡습니다.")[0]
    parks, gardener, _x = made.office("parks")
    post(
        officer,
        "desk_work_note",
        case.pk,
        **{"note-kind": "phone", "note-text": "통화함", "note-whom": "본인"},
    )
    assert Note.objects.get().text == "통화함"
    asked = {
        "consult-office": parks.pk,
        "consult-question": "베어도 되는지 의견을 주십시오.",
        "consult-due_on": clock.today(),
    }
    assert (
        post(officer, "desk_work_consult", case.pk, **asked, **{"consult-shares_text": "on"}).status_code
        == 302
    )
    row = Consultation.objects.get()
    page = get(gardener, "desk_opinion", row.pk).content.decode()
    assert "010-1234-5678" not in page and "어둡습니다" in page
    assert get(gardener, "desk_work", case.pk).status_code == 404
    assert get(made.office("else")[1], "desk_opinion", row.pk).status_code == 404
    assert (
        post(gardener, "desk_opinion", row.pk, opinion="보호수가 아닙니다. 베어도 됩니다.").status_code == 302
    )
    assert "보호수가 아닙니다" in get(officer, "desk_work", case.pk).content.decode()
    assert (
        post(
            officer,
            "desk_work_cover",
            case.pk,
            **{"cover-found": "010-1234-5678", "cover-more": "", "cover-reason": "개인정보"},
        ).status_code
        == 302
    )
    assert Covering.objects.count() == 1
    public = Client().get(english("case", case.ref)).content.decode()
    assert "010-1234-5678" not in public and "Personal data were covered" in public
    mine = get(actors.person(case.matter.author), "case", case.ref).content.decode()
    assert "010-1234-5678" in mine and "통화함" not in mine and "보호수가" not in mine


def test_a_refused_form_keeps_the_words(work):
    center, _road, _office, officer, _approver = work
    case = cases(center, 1)[0]
    made_wrong = post(
        officer,
        "desk_work_consult",
        case.pk,
        **{"consult-expert": "나무 의사", "consult-question": "짧다", "consult-due_on": clock.today()},
    )
    assert made_wrong.status_code == 422 and "나무 의사" in made_wrong.content.decode()
    assert not Consultation.objects.exists()


def test_template_pages(work):
    center, _road, _office, officer, approver = work
    case = cases(center, 1)[0]
    assert post(approver, "desk_template_new", title="가로등", body=BODY, is_active="on").status_code == 302
    row = templates.AnswerTemplate.objects.get()
    assert "가로등" in get(officer, "desk_templates").content.decode()
    assert post(officer, "desk_template", row.pk, title="남의 것", body=BODY).status_code == 403
    assert "{what was found}" in get(officer, "desk_template", row.pk).content.decode()
    assert post(officer, "desk_work_use", case.pk, **{"use-template": row.pk}).status_code == 302
    assert "{what was found}" in case.matter.answers.get().reason
    assert post(approver, "desk_template", row.pk, title="가로등", body="짧다").status_code == 422


def test_repeat_and_board_in_the_browsers_terms(work):
    center, _road, _office, officer, approver = work
    author = UserFactory()
    earlier = [made.case(center, by=author) for _ in range(2)]
    for case in earlier:
        publish(case, officer, approver)
    third = made.case(center, by=author)
    page = get(officer, "desk_work_repeat", third.pk).content.decode()
    assert "100 % alike" in page and "of 3 needed" in page
    short = post(
        officer,
        "desk_work_repeat",
        third.pk,
        pick=[one.pk for one in earlier],
        **{f"repeat-{k}": "" for k in WEIGHED},
    )
    assert short.status_code == 422 and not third.matter.answers.exists()
    sent = post(
        officer,
        "desk_work_repeat",
        third.pk,
        pick=[one.pk for one in earlier],
        **{f"repeat-{k}": v for k, v in WEIGHED.items()},
    )
    assert sent.status_code == 302
    answers.publish(actor=approver, answer=third.matter.answers.get())
    me = actors.person(author)
    assert "Ask the review board" in get(me, "case", third.ref).content.decode()
    assert post(me, "case_review", third.ref).status_code == 302
    review = Review.objects.get()
    arbiter = actors.person(official(Role.ARBITER, OrganisationFactory(code="board")))
    assert get(officer, "desk_reviews").status_code == 403
    assert third.matter.title in get(arbiter, "desk_reviews").content.decode()
    assert get(arbiter, "desk_review", review.pk).status_code == 200
    assert post(arbiter, "desk_review", review.pk, reason="다시 답하십시오.", uphold="1").status_code == 302
    third.matter.refresh_from_db()
    assert third.matter.state == "assigned"
    assert repeats.closed_as_repeat(third.matter) is None


def test_same_page_and_handed_page(work):
    center, _road, office, officer, approver = work
    some = cases(center, 6)
    page = get(officer, "desk_work_same", some[0].pk).content.decode()
    assert page.count('name="pick"') == 5
    few = post(officer, "desk_work_same", some[0].pk, pick=[some[1].pk], **{"together-reason": "같은 취지"})
    assert few.status_code == 422
    sent = post(
        officer,
        "desk_work_same",
        some[0].pk,
        pick=[one.pk for one in some[1:]],
        **{"together-reason": "같은 취지"},
    )
    assert sent.status_code == 302
    assert "6 cases" in get(officer, "desk_cases", tab="all").content.decode()
    assert (
        get(officer, "desk_work", some[0].pk).status_code
        == get(officer, "desk_work", some[1].pk).status_code
        == 200
    )
    row = Handover.objects.create(matter=some[0].matter, office=office, of=UserFactory(), at=clock.now())
    assert "nobody yet" in get(approver, "desk_handed").content.decode()
    assert post(approver, "desk_handed", officer=officer.user.pk).status_code == 422
    assert post(approver, "desk_handed", pick=[row.pk], officer=officer.user.pk).status_code == 302
    assert Matter.objects.get(pk=some[0].pk).officer == officer.user
