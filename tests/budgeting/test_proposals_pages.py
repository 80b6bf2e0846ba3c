"""The pages of proposals and projects, public and at the desk: what they show to whom, and what they cost."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madang.commons.matters.models import Answer
from madang.kernel import clock
from madang.services.budgeting.models import Estimate, Project, Proposal
from tests.budgeting import proposals_made as m
from tests.factories import OrganisationFactory, UserFactory, official

pytestmark = pytest.mark.django_db
HOME = "/budget/rounds/haedam-2027/"
DESK = "/desk/budget/haedam-2027/"


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def typed(**more: str) -> dict[str, str]:
    return {
        "kind": "project",
        "title": m.TITLE,
        "body": m.BODY,
        "pot": "city",
        "amount": "5,000,000원",
        **more,
    }


def test_handed_in_through_the_form_with_a_receipt() -> None:
    m.a_round()
    author = UserFactory()
    me = signed_in(author)
    with clock.at(m.DURING):
        page = me.get(f"{HOME}propose/").content.decode()
        key = page.split('name="form_key" value="')[1].split('"')[0]
        answer = me.post(f"{HOME}propose/", typed(title="짧음", form_key=key))
        assert answer.status_code == 422
        assert m.BODY in answer.content.decode()
        assert "5,000,000원" in answer.content.decode()
        words = typed(form_key=key, value_1="4", why_1="아이들이 함께 읽습니다.", place="중앙도서관")
        answer = me.post(f"{HOME}propose/", words)
        one = Proposal.objects.get()
        assert answer.status_code == 302
        receipt = me.get(answer["Location"], follow=True).content.decode()
        assert one.matter.number in receipt
        assert (one.amount, one.values.get().value) == (5_000_000, 4)
        # A second click, or the second of two tabs.
        again = me.post(f"{HOME}propose/", words | {"confirmed": "x"})
        assert again.status_code in (200, 302)
    assert Proposal.objects.count() == 1
    shown = Client().get(f"{HOME}proposals/{one.matter.number}/").content.decode()
    assert m.TITLE in shown
    assert "아이들이 함께 읽습니다." in shown
    assert author.email not in shown


def test_a_click_too_many_files_nothing_more() -> None:
    m.a_round()
    me = signed_in(UserFactory())
    with clock.at(m.DURING):
        first = me.post(f"{HOME}propose/", typed(form_key="k" * 20))
        page = me.post(f"{HOME}propose/", typed(form_key="k" * 20)).content.decode()
        mark = page.split('name="confirmed" value="')[1].split('"')[0]
        second = me.post(f"{HOME}propose/", typed(form_key="k" * 20, confirmed=mark))
    assert (first.status_code, second.status_code) == (302, 302)
    assert second["Location"] == first["Location"]
    assert Proposal.objects.count() == 1


def test_similar_ones_of_other_rounds_are_shown_first_with_how_they_stand() -> None:
    old = m.a_round("haedam-2026")
    m.turned_down(m.assigned(m.proposed(old)))
    m.a_round()
    me = signed_in(UserFactory())
    with clock.at(m.DURING):
        page = me.post(f"/en{HOME}propose/", typed()).content.decode()
        assert "There is such a project or service already" in page
        assert Proposal.objects.count() == 1
        part = me.get(f"{HOME}propose/similar/", {"title": m.TITLE, "body": m.BODY}).content.decode()
        assert m.TITLE in part
        back = me.post(f"{HOME}propose/", typed(edit="1")).content.decode()
        assert m.BODY in back
        mark = page.split('name="confirmed" value="')[1].split('"')[0]
        assert me.post(f"{HOME}propose/", typed(confirmed=mark)).status_code == 302
        other = typed(confirmed=mark, title="전혀 다른 제목을 썼습니다")
        me.post(f"{HOME}propose/", other)
    assert Proposal.objects.count() in (2, 3)


def test_without_an_account_nothing_is_asked_and_nothing_is_lost() -> None:
    m.a_round()
    nobody, author = Client(), UserFactory()
    with clock.at(m.DURING):
        assert 'name="title"' not in nobody.get(f"{HOME}propose/").content.decode()
        answer = nobody.post(f"{HOME}propose/", typed())
        assert answer.status_code == 403
        assert m.BODY in answer.content.decode()
        nobody.force_login(author, backend="django.contrib.auth.backends.ModelBackend")
        assert m.BODY in nobody.get(f"{HOME}propose/").content.decode()
    assert not Proposal.objects.exists()
    with clock.at(m.UNTIL):
        answer = signed_in(author).post(f"{HOME}propose/", typed())
        assert answer.status_code == 403
        assert 'name="title"' not in signed_in(author).get(f"{HOME}propose/").content.decode()
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"value_1": "1"}, "Say in a sentence how your proposal serves this value."),
        ({"why_1": "모두에게 좋습니다."}, "Choose the value that your sentence is about."),
        (
            {"value_1": "1", "why_1": "모두에게 좋습니다.", "value_2": "1", "why_2": "모두에게 좋습니다."},
            "You chose this value above already.",
        ),
        ({"value_1": "99"}, "Choose a value from the list"),
        ({"amount": "많이"}, "Write whole won in figures"),
        ({"amount": "0"}, "at least 1 won"),
        ({"pot": "nowhere"}, "Choose from which money"),
        ({"district": "x"}, "Choose a district from the list"),
        ({"form_key": "<x>"}, ""),
    ],
)
def test_every_error_says_what_to_do(fields: dict[str, str], said: str) -> None:
    m.a_round()
    with clock.at(m.DURING):
        answer = signed_in(UserFactory()).post(f"/en{HOME}propose/", typed(**fields))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Proposal.objects.exists()


def test_lists_cost_the_same_for_one_row_and_for_thirty() -> None:
    made = m.a_round()
    first = m.costed(made)
    officer = signed_in(m.holder("officer", m.office()))
    pages = [
        (Client(), f"{HOME}proposals/"),
        (Client(), f"{HOME}proposals.csv"),
        (Client(), f"{HOME}projects/"),
        (Client(), f"{HOME}map/"),
        (Client(), f"{HOME}projects/{first.code}/"),
        (officer, f"{DESK}proposals/?state=joined"),
        (officer, f"{DESK}projects/{first.code}/"),
        (Client(), "/api/v1/rounds/haedam-2027/proposals"),
        (Client(), "/api/v1/rounds/haedam-2027/projects"),
        (signed_in(m.holder("approver", m.host())), f"{DESK}ballot/"),
    ]

    def queries() -> list[int]:
        found = []
        for client, address in pages:
            client.get(address)
            with CaptureQueriesContext(
                connection,
            ) as seen:
                answer = client.get(address)
                if answer.streaming:
                    list(answer.streaming_content)
            assert answer.status_code == 200, address
            found.append(len(seen))
        return found

    before = queries()
    for n in range(8):
        m.costed(made, amount=1000 + n)
        one = m.accepted(made, title=f"또 다른 제안 {n}번입니다", values=[(1 + n, "이웃에게 좋습니다.")])
        Proposal.objects.filter(pk=one.pk).update(state="joined", project=first)
    assert queries() == before


def test_the_list_is_narrowed_and_a_strange_filter_is_left_out() -> None:
    made = m.a_round()
    m.proposed(made, title="첫째 제안입니다", values=[(2, "이웃에게 좋습니다.")], district="11010")
    m.proposed(made, title="둘째 제안입니다", kind="saving", pot=made.pots.get(code="green"))
    m.accepted(made, title="셋째 제안입니다")
    titles = ("첫째", "둘째", "셋째")

    def seen(query: str) -> str:
        page = Client().get(f"{HOME}proposals/?{query}").content.decode()
        return "".join(one[0] for one in titles if f"{one} 제안입니다" in page)

    assert seen("") == "첫둘셋"
    assert seen("kind=saving") == "둘"
    assert seen("pot=green") == "둘"
    assert seen("value=2") == "첫"
    assert seen("district=11010") == "첫"
    assert seen("state=eligible") == "셋"
    assert seen("state=eligible&kind=saving") == ""
    assert seen("state=x&pot=x&kind=x&value=x&district=x&page=x") == "첫둘셋"


def test_what_moderation_took_down_is_nowhere() -> None:
    made = m.a_round()
    one = m.proposed(made)
    type(one.matter).objects.filter(pk=one.pk).update(disclosure="hidden")
    for address in (f"{HOME}proposals/", f"{HOME}proposals.csv", "/api/v1/rounds/haedam-2027/proposals"):
        assert m.TITLE not in Client().get(address).content.decode()
    assert Client().get(f"{HOME}proposals/{one.matter.number}/").status_code == 404
    assert signed_in(one.matter.author).get(f"{HOME}proposals/{one.matter.number}/").status_code == 200


def test_a_draft_has_none_of_these_pages() -> None:
    m.a_round(state="draft", frozen=None)
    for page in ("propose/", "proposals/", "proposals.csv", "projects/", "projects/001/", "propose/similar/"):
        assert Client().get(HOME + page).status_code == 404, page
    assert Client().get("/api/v1/rounds/haedam-2027").status_code == 404
    assert Client().get("/api/v1/rounds").json() == {"items": []}


def test_the_file_has_the_reasons_and_no_names() -> None:
    made = m.a_round()
    author = UserFactory(name="홍길동")
    one = m.assigned(m.proposed(made, author, title="=SUM(A1) 이라는 제목"))
    m.turned_down(one)
    text = Client().get(f"{HOME}proposals.csv").content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["reason_code"] == "existing"
    assert row["title"].startswith("'=")
    assert "홍길동" not in text
    assert row["url"].endswith(f"{HOME}proposals/{one.matter.number}/")


def test_the_desk_from_screening_to_the_ballot() -> None:
    made = m.a_round()
    author = UserFactory()
    one, two = (
        m.assigned(m.proposed(made, author)),
        m.assigned(m.proposed(made, title="다른 제안도 있습니다")),
    )
    officer, approver = (
        signed_in(m.holder("officer", m.office())),
        signed_in(m.holder("approver", m.office())),
    )
    signer = signed_in(m.holder("approver", m.host()))
    page = f"{DESK}proposals/{one.matter.number}/"
    other = f"{DESK}proposals/{two.matter.number}/"
    with clock.at(m.DURING):
        assert Client().get(page).status_code == 302
        assert signed_in(author).get(page).status_code == 403
        stranger = signed_in(official("officer", OrganisationFactory(code="elsewhere")))
        assert stranger.get(page).status_code == 404
        assert officer.post(page, {"do": "accept", "accept-reason": "짧음"}).status_code == 422
        assert officer.post(page, {"do": "nothing"}).status_code == 404
        assert approver.post(page, {"do": "accept", "accept-reason": m.REASON}).status_code == 403
        assert m.fresh(one).state == "submitted"
        assert officer.post(page, {"do": "accept", "accept-reason": m.REASON}).status_code == 302
        begin = {"do": "begin", "begin-title": "점자 도서", "begin-about": m.BODY, "begin-reason": m.REASON}
        assert officer.post(page, begin).status_code == 302
        project = Project.objects.get()
        at = f"{DESK}projects/{project.code}/"
        estimate = {
            "do": "estimate",
            "estimate-amount": "20,000,000",
            "estimate-low": "30000000",
            "estimate-high": "22000000",
            "estimate-method": "출판사 세 곳의 견적 평균입니다.",
        }
        answer = officer.post(at, estimate)
        assert answer.status_code == 422
        assert "20,000,000" in answer.content.decode()
        assert officer.post(at, estimate | {"estimate-low": "18000000"}).status_code == 302
        assert Estimate.objects.get().amount == 20_000_000
        part = {"do": "part", "part-office": m.host().pk, "part-task": "돈을 댑니다, 해마다."}
        assert officer.post(at, part).status_code == 302
        why = "시립도서관이 지난해부터 점자 책을 빌려 주고 있습니다."
        down = {"do": "turn_down", "turn_down-code": "", "turn_down-reason": why}
        assert officer.post(other, down).status_code == 422
        assert officer.post(other, down | {"turn_down-code": "existing"}).status_code == 302
        assert m.fresh(two).state == "submitted"
        assert approver.get(f"/desk/{two.pk}/").status_code in (200, 404)
    m.screened(made)
    with clock.at(m.SCREENING):
        ballot = f"{DESK}ballot/"
        assert two.matter.number in signer.get(ballot).content.decode()
        assert officer.get(ballot).status_code == 404
        refused = signer.post(ballot, {"do": "fix", "fix-reason": m.REASON})
        assert refused.status_code == 422
        assert two.matter.number in refused.content.decode()
        from madang.commons.matters.domain import answers
        from tests.factories import actor

        answers.publish(actor=actor(m.holder("approver", m.office())), answer=Answer.objects.get())
        assert signer.post(ballot, {"do": "fix", "fix-reason": m.REASON}).status_code == 302
        assert m.fresh(project).state == "on_ballot"
        recost = {
            "do": "recost",
            "recost-amount": "15000000",
            "recost-low": "15000000",
            "recost-high": "15000000",
            "recost-reason": "견적서의 책 수가 잘못 적혀 있었습니다.",
        }
        assert officer.post(at, recost).status_code == 403
        assert signer.post(at, recost).status_code == 302
        shown = Client().get(f"{HOME}projects/{project.code}/").content.decode()
        assert "1,500만 원" in shown
        assert "2,000만 원" in shown
        assert "견적서의 책 수가 잘못 적혀 있었습니다." in shown
        strike = {"do": "strike", "drop-code": "other", "drop-reason": "빌려 줄 자리가 없어졌습니다."}
        assert signer.post(at, strike).status_code == 302
        assert (
            "빌려 줄 자리가 없어졌습니다." in Client().get(f"{HOME}projects/{project.code}/").content.decode()
        )


def test_an_old_address_of_the_matter_leads_to_the_proposal() -> None:
    one = m.proposed(m.a_round())
    answer = Client().get(f"/ideas/{one.matter.number}/")
    assert answer.status_code in (301, 302)
    assert answer["Location"].endswith(f"{HOME}proposals/{one.matter.number}/")


def test_the_api_reads_rounds_proposals_and_projects() -> None:
    made = m.a_round()
    one = m.costed(made).proposals.get()
    client = Client()
    (row,) = client.get("/api/v1/rounds").json()["items"]
    assert (row["slug"], row["state"], row["year"]) == ("haedam-2027", "announced", 2027)
    whole = client.get("/api/v1/rounds/haedam-2027").json()
    assert [pot["amount"] for pot in whole["pots"]] == [100_000_000, 30_000_000]
    (proposal,) = client.get("/api/v1/rounds/haedam-2027/proposals").json()["items"]
    assert (proposal["number"], proposal["state"], proposal["project"]) == (
        one.matter.number,
        "joined",
        "001",
    )
    (project,) = client.get("/api/v1/rounds/haedam-2027/projects").json()["items"]
    assert (project["cost"], project["low"], project["high"]) == (20_000_000, 18_000_000, 22_000_000)
    assert client.get("/api/v1/rounds/nowhere/projects").status_code == 404
