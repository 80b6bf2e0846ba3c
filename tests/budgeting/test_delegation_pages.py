"""The pages of a delegation: the office sets it up and runs it, delegates weigh without a script, a journalist checks."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from madang.commons.panels.domain import seats
from madang.commons.panels.logic import lottery
from madang.commons.panels.models import Panel, Seat
from madang.kernel import clock
from madang.kernel.models import Audit, User
from madang.services.budgeting import delegation_reading as reading
from madang.services.budgeting.domain import delegating, seating
from madang.services.budgeting.models import Applicant, Assessment, Delegate, Delegation, Presence, Sitting
from tests.budgeting.delegation_made import (
    DURING,
    SAID,
    SITS,
    WHY,
    a_meeting,
    a_project,
    a_sitting,
    applied,
    approver,
    closed,
    facilitator,
    scored,
    seated,
    with_delegation,
)
from tests.budgeting.rounds_support import BORN, draft
from tests.factories import UserFactory, actor
from tests.panels.support import House

PAGE, DESK = "/en/budget/rounds/next/delegation/", "/en/desk/budget/next/delegation/"


def client(user: User | None = None) -> Client:
    cache.clear()
    found = Client()
    if user is not None:
        found.force_login(user)
    return found


def words(answer: Any) -> str:
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", text)


SETUP = {
    "by_lot": "10",
    "open_seats": "2",
    "criteria_ko": "사는 동네와 나이가 고르게.",
    "criteria_en": "A mix of districts and ages.",
    "applies_from": "2026-03-16T00:00",
    "applies_until": "2026-03-30T00:00",
    "most": "5",
    "title_ko_1": "필요성",
    "title_en_1": "Need",
    "weight_1": "60",
    "title_ko_2": "실현 가능성",
    "title_en_2": "Feasibility",
    "weight_2": "30",
}


def test_the_office_sets_it_up_in_the_draft_and_only_there(db) -> None:
    row = draft()
    office = client(facilitator())
    with clock.at(BORN):
        wrong = office.post(DESK, SETUP)
        assert wrong.status_code == 422 and "add up to 100" in words(wrong)
        assert 'value="Feasibility"' in wrong.content.decode() and not Delegation.objects.exists()
        lacking = office.post(DESK, SETUP | {"weight_2": "40", "title_en_2": ""})
        assert lacking.status_code == 422 and "all three fields" in words(lacking)
        assert office.post(DESK, SETUP | {"weight_2": "40"}).status_code == 302
        assert client(approver()).post(DESK, SETUP | {"weight_2": "40"}).status_code == 403
        assert client(UserFactory()).get(DESK).status_code == 403
        assert office.post("/en/desk/budget/next/announce/", {"seen": row.revision}).status_code == 302
        said = Client().get("/en/budget/rounds/next/round.json").json()["announced"]["delegation"]
        assert (said["by_lot"], [line["weight"] for line in said["rubric"]]) == (10, [60, 40])
        shown = words(Client().get(PAGE))
        assert "0 of 10 taken" in shown and "Feasibility 40 %" in shown
        assert office.post(DESK, SETUP | {"weight_2": "40", "do": "save"}).status_code == 404
    assert (
        'href="/en/budget/rounds/next/delegation/"'
        in Client().get("/en/budget/rounds/next/").content.decode()
    )


def test_a_round_without_one_has_no_page(db) -> None:
    from tests.budgeting.rounds_support import announced

    announced()
    assert Client().get(PAGE).status_code == 404
    assert "delegation/" not in Client().get("/en/budget/rounds/next/").content.decode()
    assert "without a delegation" in words(client(facilitator()).get(DESK))
    assert Client().get("/api/v1/rounds/next/delegation").status_code == 404


def test_a_resident_applies_and_reads_why(db) -> None:
    delegation = with_delegation(open_seats=1)
    guest, one = Client(), UserFactory()
    with clock.at(DURING):
        assert guest.get(PAGE + "apply/").status_code == 302
        mine = client(one)
        short = mine.post(PAGE + "apply/", {"motive": "짧아요"})
        assert short.status_code == 422 and "짧아요" in short.content.decode()
        assert (
            mine.post(
                PAGE + "apply/", {"motive": "여러 동네의 사정을 듣고 함께 따져 보고 싶습니다."}
            ).status_code
            == 302
        )
        applicant = Applicant.objects.get()
        office = client(facilitator())
        assert one.shown_name in words(office.get(DESK))
        do = f"decline:{applicant.pk}"
        empty = office.post(DESK, {"do": do})
        assert empty.status_code == 422 and Applicant.objects.get().state == "applied"
        assert office.post(DESK, {"do": do, f"applicant{applicant.pk}-reason": WHY}).status_code == 302
        assert WHY in words(mine.get(PAGE + "seat/"))
        # Nobody else reads it, and the public page has the number only.
        assert WHY not in words(client(UserFactory()).get(PAGE + "seat/"))
        assert one.name not in words(guest.get(PAGE)) and "Applied 1" in words(guest.get(PAGE))
        assert (
            office.post(
                DESK, {"do": f"choose:{applicant.pk}", f"applicant{applicant.pk}-reason": WHY}
            ).status_code
            == 302
        )
        number = Delegate.objects.get().number
        assert str(number) in words(mine.get(PAGE + "seat/"))
        assert str(number) not in words(office.get(DESK))
    assert delegation.delegates.count() == 1


@pytest.fixture
def few_panels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lottery, "PANELS", 60)


def test_a_drawn_resident_takes_the_seat_with_her_code_and_is_replaced_when_she_leaves(
    db: None, few_panels: None
) -> None:
    delegation = with_delegation(by_lot=10, open_seats=2)
    applied(delegation)
    house = House()
    lot = house.drawn(slug="next-panel", min_cell=3)
    panel = Panel.objects.get()
    with clock.at(DURING):
        office = client(facilitator())
        assert office.post(DESK, {"do": "link", "link-panel": "next-panel"}).status_code == 302
        rows = list(Seat.objects.filter(round=lot).select_related("round__panel").order_by("pk"))
        first, second = UserFactory(), UserFactory()
        mine = client(first)
        wrong = mine.post(PAGE + "seat/", {"do": "claim", "claim-code": "AAAA-BBBB-CCCC-DDDD-EEEE"})
        assert wrong.status_code == 422 and "AAAA-BBBB" in wrong.content.decode()
        assert mine.post(PAGE + "seat/", {"do": "claim", "claim-code": rows[0].code}).status_code == 302
        assert Seat.objects.get(pk=rows[0].pk).state == "accepted"
        # The code opens one seat for one account; her own second click changes nothing.
        taken = client(second).post(PAGE + "seat/", {"do": "claim", "claim-code": rows[0].code})
        assert taken.status_code == 409
        again = seating.claim(actor=actor(first), delegation=delegation, code=rows[0].code)
        assert Delegate.objects.get() == again
        assert (
            client(facilitator())
            .post(PAGE + "seat/", {"do": "claim", "claim-code": rows[1].code})
            .status_code
            == 403
        )
        shown = words(Client().get(PAGE))
        assert "1 of 10 taken" in shown and "too few" in shown
        assert "Register" in shown
        # One who gives the seat back at the panel's own desk has none here either.
        assert (
            client(second).post(PAGE + "seat/", {"do": "claim", "claim-code": rows[1].code}).status_code
            == 302
        )
        seats.note(
            actor=house.officer,
            seat=Seat.objects.select_related("round__panel").get(pk=rows[1].pk),
            step="leave",
            reason="이사",
        )
        assert [one.user for one in reading.active(delegation)] == [first]
        gone = mine.post(PAGE + "seat/", {"do": "leave", "leave-reason": "돌볼 사람이 생겨 그만둡니다."})
        assert gone.status_code == 302
        assert Seat.objects.get(pk=rows[0].pk).state == "left" and not reading.active(delegation)
        assert mine.post(PAGE + "seat/", {"do": "claim", "claim-code": rows[0].code}).status_code == 409
    assert Delegation.objects.get().panel == panel


def form_of(delegation: Delegation, *given: object, **more: object) -> dict[str, str]:
    keys = delegation.rubric.values_list("pk", flat=True)
    named = {f"criterion_{key}": str(one) for key, one in zip(keys, given, strict=True)}
    return (
        {"seen": "0", "verdict": "recommend", "reason_code": ""}
        | named
        | {k: str(v) for k, v in more.items()}
    )


def test_a_delegate_weighs_without_a_script(db) -> None:
    delegation = with_delegation()
    project, other = a_project(delegation.round), a_project(delegation.round, "002")
    one = seated(delegation)
    sitting = a_sitting(delegation, "001", "002")
    mine, here = client(one.user), PAGE + "seat/001/"
    with clock.at(SITS):
        assert client(UserFactory()).get(here).status_code == 302
        page = words(mine.get(here))
        assert "Declare" in page and "Save points" not in page
        assert (
            mine.post(here, form_of(delegation, 5, 5)).status_code == 403 and not Assessment.objects.exists()
        )
        declared = {"do": "declare", f"declare-project_{other.pk}": "gain"}
        assert mine.post(PAGE + "seat/", declared).status_code == 422  # silence about 001 is no declaration
        declared[f"declare-project_{project.pk}"] = "none"
        assert mine.post(PAGE + "seat/", declared).status_code == 302
        assert "do not score it" in words(mine.get(PAGE + "seat/002/"))
        assert mine.post(PAGE + "seat/002/", form_of(delegation, 1, 1)).status_code == 403
        for given, more in (
            ((9, 5), {}),
            (("", 5), {}),
            ((1, 1), {"verdict": "against"}),
            ((1, 1), {"verdict": ""}),
        ):
            assert mine.post(here, form_of(delegation, *given, **more)).status_code == 422
        assert not Assessment.objects.exists()
        assert mine.post(here, form_of(delegation, 4, 2)).status_code == 302
        # The second window still had nothing; what was chosen there stays, and sent again it counts.
        stale = mine.post(here, form_of(delegation, 1, 2))
        assert stale.status_code == 409 and "another window" in words(stale)
        assert 'name="seen" value="1"' in stale.content.decode()
        assert mine.post(here, form_of(delegation, 1, 2, seen=1)).status_code == 302
        assert sorted(Assessment.objects.get().points.values_list("given", flat=True)) == [1, 2]
        closed(sitting)
        late = mine.post(here, form_of(delegation, 5, 5, seen=2))
        assert late.status_code == 409
        assert sorted(Assessment.objects.get().points.values_list("given", flat=True)) == [1, 2]
    assert project.assessments.count() == 1


def test_sessions_and_findings_and_what_a_journalist_can_check(db) -> None:
    delegation = with_delegation()
    project = a_project(delegation.round)
    one, other = seated(delegation), seated(delegation)
    office = client(facilitator())
    number = a_meeting().number
    with clock.at(SITS):
        lost = office.post(DESK, {"do": "plan", "plan-number": "ME-0000-00000-0", "plan-projects": ["001"]})
        assert lost.status_code == 422 and not Sitting.objects.exists()
        assert (
            office.post(DESK, {"do": "plan", "plan-number": number, "plan-projects": ["001"]}).status_code
            == 302
        )
        here = f"{DESK}1/"
        assert office.post(here, {"do": "open"}).status_code == 302
        for who in (one, other):
            scored(who, project, 3, 4, verdict="change")
        page = office.get(here)
        assert "2 of 2 delegates" in words(page) and "3.4" not in words(page)
        assert office.post(here, {"do": "record", "record-came": [one.pk]}).status_code == 302
        assert Presence.objects.filter(came=True).count() == 1
        signs = client(approver())
        early = signs.get(DESK + "findings/")
        assert "Close every session" in words(early) and "3.4" not in words(early)
        assert Client().get(PAGE + "points.csv").status_code == 404
        assert office.post(here, {"do": "close"}).status_code == 302
        assert office.post(DESK + "findings/", {"reason": WHY}).status_code == 403
        lacking = signs.post(DESK + "findings/", {"words_001": "", "reason": WHY})
        # A title is in the language of who proposed it.
        assert lacking.content.decode().count('001 <span lang="ko">') == 1
        assert lacking.status_code == 422 and WHY in lacking.content.decode()
        assert signs.post(DESK + "findings/", {"words_001": SAID, "reason": WHY}).status_code == 302
        shown = words(Client().get(PAGE))
        assert (
            "3.4" in shown and SAID in shown and "1 of 2" in shown and "Recommended with changes: 2" in shown
        )
        assert SAID in words(Client().get("/en/budget/rounds/next/projects/001/"))
        answer = Client().get(PAGE + "points.csv")
        rows = answer.content.decode("utf-8-sig").splitlines()
        assert (
            rows[0] == "project,delegate,criterion_1_weight_60,criterion_2_weight_40,mark,verdict,reason_code"
        )
        assert sorted(rows[1:]) == sorted(f"001,{who.number},3,4,3.40,change," for who in (one, other))
        act = Audit.objects.get(action="budgeting.delegation.publish")
        assert act.payload["data"]["points_sha256"] == hashlib.sha256(answer.content).hexdigest()
        said = Client().get("/api/v1/rounds/next/delegation").json()
        assert said["findings"][0]["mark_thousandths"] == 3400 and said["points_csv"].endswith("points.csv")
        for text in (shown, str(said), answer.content.decode()):
            assert one.user.name not in text
        assert client(one.user).post(PAGE + "seat/", {"do": "name", "name-named": "on"}).status_code == 302
        assert one.user.shown_name in words(Client().get(PAGE))
        assert client(one.user).post(PAGE + "seat/", {"do": "name"}).status_code == 302
        assert one.user.shown_name not in words(Client().get(PAGE))
        delegating_again = office.post(DESK, {"do": "plan", "plan-number": number})
        assert delegating_again.status_code == 409
    assert delegating.HEARD and delegation.sittings.count() == 1
