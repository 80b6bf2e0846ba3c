"""What the pages after the vote show to whom, what their forms do, and what they cost."""

from __future__ import annotations

import csv
import io
import itertools
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madang.commons.matters.api import Origin, clean_file
from madang.kernel import clock
from madang.services.budgeting import funnel, progress
from madang.services.budgeting.models import Pot, Round, Stage, StageFile
from tests.budgeting import rounds_made as made
from tests.budgeting.rounds_made import MILLION
from tests.budgeting.test_progress import carried_out, pledged, tell
from tests.factories import UserFactory
from tests.security.conftest import picture

pytestmark = pytest.mark.django_db
HOME = "/budget/rounds/y2027/progress/"
DESK = "/desk/budget/y2027/progress/"


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def table(address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text_of(Client(), address).lstrip("\ufeff"))))


def story() -> Round:
    """Two projects carried out or stopped, one lost, and proposals that ended at every step."""
    of = made.decided()
    east: Pot = of.pots.get(code="east")
    done = pledged(of)
    carried_out(done)
    dead = pledged(of, "P2", pot=east, millions=40, values=(3, 5))
    tell(dead, "stopped", "2026-11-02", stop_code="site", note="그 자리를 쓸 수 없습니다.")
    made.project(of, "P3", state="not_funded")
    made.proposal(of, done, origin=Origin.ORGANISED)
    made.proposal(of)
    made.proposal(of, state="eligible")
    made.proposal(of, state="withdrawn")
    made.proposal(of, state="dropped", drop_code="elsewhere", origin=Origin.AGENCY)
    return of


def test_the_funnel_counts_each_proposal_once_and_says_where_it_ended_and_from_whom() -> None:
    of = story()
    steps = funnel.funnel(of, progress.lines(of))
    assert [step.total for step in steps] == [8, 5, 4, 4, 3, 2]
    assert steps[5].by_origin == {"individual": 1, "organised": 1}
    lost = {(step.key, why): many.total() for step in steps for why, many in step.reasons}
    assert lost == {
        ("eligible", "waiting"): 1,
        ("eligible", "withdrawn"): 1,
        ("eligible", "proposal:elsewhere"): 1,
        ("joined", "not_joined"): 1,
        ("funded", "not_funded"): 1,
        ("carried_out", "stop:site"): 1,
    }
    for before, after in itertools.pairwise(steps):
        assert before.total == after.total + sum(many.total() for many in after.lost.values())


def test_a_proposal_that_was_answered_with_its_project_ended_there() -> None:
    of = made.decided()
    gone = made.project(of, "P9", state="dropped", drop_code="law", filed=False)
    made.proposal(of, gone, state="dropped", drop_code="law")
    made.proposal(of, gone)  # not answered yet
    steps = funnel.funnel(of, [])
    assert [step.total for step in steps] == [2, 2, 2, 0, 0, 0]
    late = made.proposal(
        of, state="dropped", drop_code="law", was_eligible=True
    )  # an office had taken it further
    steps = funnel.funnel(of, [])
    assert [step.total for step in steps] == [3, 3, 2, 0, 0, 0] and dict(steps[2].reasons) == {
        "proposal:law": {"individual": 1}
    }
    late.delete()
    steps = funnel.funnel(of, [])
    assert dict(steps[3].reasons) == {
        "proposal:law": {"individual": 1},
        "project:law": {"individual": 1},
    }


def test_the_page_sets_decision_and_payment_beside_each_other() -> None:
    story()
    page = text_of(Client(), f"/en{HOME}")
    assert "₩100,000,000" in page and "₩54,000,000" in page  # decided, paid
    assert "54.0 %" in page and "₩900,000,000,000" in page and "해담시 예산서" in page
    assert "The place cannot be used" in page and "그 자리를 쓸 수 없습니다." in page
    assert "Not enough votes for its cost" in page
    assert "1억 원" in text_of(Client(), HOME)


def test_every_figure_is_in_the_files() -> None:
    of = story()
    rows = table(f"{HOME}projects.csv")
    assert [(row["project_id"], row["state"]) for row in rows] == [("P1", "result"), ("P2", "stopped")]
    assert (rows[0]["executed"], rows[0]["executed_slip_days"]) == (str(54 * MILLION), "-29")
    assert rows[1]["stop_code"] == "site"
    found = {
        (row["figure"], row["key"], row["reason"], row["origin"]): (row["number"], row["won"])
        for row in table(f"{HOME}figures.csv")
    }
    assert found["round_decided", "y2027", "", ""] == ("2", str(100 * MILLION))
    assert found["pot_decided", "east", "", ""] == ("1", str(40 * MILLION))
    # A value's share counts every project that serves it.
    assert found["value_decided", "3", "", ""] == ("2", str(100 * MILLION))
    assert found["value_decided", "5", "", ""] == ("1", str(40 * MILLION))
    assert found["reached", "handed_in", "", "agency"] == ("1", "")
    assert found["lost_before", "carried_out", "stop:site", "individual"] == ("1", "")
    assert found["whole_budget", "2027", "", ""] == ("", str(of.whole_budget))


def test_titles_that_look_like_formulas_do_not_run() -> None:
    made.project(made.decided(), title="=HYPERLINK(1)")
    assert table(f"{HOME}projects.csv")[0]["title"] == "'=HYPERLINK(1)"


def test_a_draft_and_a_project_that_is_not_funded_have_no_page() -> None:
    made.decided("hidden", state="draft", frozen=None)
    of = made.decided()
    made.project(of, "P3", state="not_funded")
    for address in (
        "/budget/rounds/hidden/progress/",
        "/budget/rounds/hidden/progress/projects.csv",
        "/budget/rounds/y2027/projects/P3/progress/",
        "/budget/rounds/y2027/projects/NONE/progress/",
    ):
        assert Client().get(address).status_code == 404
    assert "Nothing is decided yet" in text_of(
        Client(), f"/en/budget/rounds/{made.decided('open', state='intake').slug}/progress/"
    )


def test_one_project_with_its_way_its_corrections_and_where_to_dispute_it() -> None:
    one = pledged(made.decided())
    carried_out(one)
    first = one.stages.get(kind="enacted")
    tell(one, "enacted", "2026-12-21", 57 * MILLION, corrects=first, why="금액을 잘못 적었습니다.")
    page = text_of(Client(), "/en/budget/rounds/y2027/projects/P1/progress/")
    assert "2 payments come to ₩54,000,000." in page
    assert "<del>Enacted by the council: ₩58,000,000</del>" in page
    assert "금액을 잘못 적었습니다." in page and "+6 days" in page
    number = one.proposals.get().matter.number
    assert f"/promises/{number}/1/" in page
    assert "P1" in text_of(Client(), f"/en/promises/{number}/1/")


def test_an_officer_promises_tells_and_corrects_through_the_desk() -> None:
    one = made.project(made.decided())
    her, other = signed_in(made.officer()), signed_in(UserFactory())
    assert Client().get(DESK).status_code == 302
    assert other.get(DESK).status_code == 403
    with clock.at(made.at("2026-06-10")):
        assert "P1" in text_of(her, DESK)
        days = {kind: day.isoformat() for kind, day in made.DAYS.items() if day}
        wrong = her.post(f"{DESK}P1/", days | {"enacted": "2026-01-01"})
        assert wrong.status_code == 422 and "2026-01-01" in wrong.content.decode()
        assert her.post(f"{DESK}P1/", days).status_code == 302
        assert other.post(f"{DESK}P1/", days).status_code == 403
    with clock.at(made.at("2026-08-30")):
        step = {
            "kind": "proposed",
            "on_date": "2026-08-30",
            "amount": "61000000",
            "note": "예산안에 들어갔습니다.",
            "link": "council.example.org/bill",
        }
        above = her.post(f"{DESK}P1/", step)
        assert above.status_code == 422 and "예산안에 들어갔습니다." in above.content.decode()
        assert not Stage.objects.exists()
        bad = her.post(f"{DESK}P1/", step | {"amount": "60000000", "files": [io.BytesIO(b"no picture")]})
        assert bad.status_code == 422 and not Stage.objects.exists()
        sent = step | {"amount": "60000000", "files": [picture(), picture(kind="JPEG")]}
        assert her.post(f"{DESK}P1/", sent).status_code == 302
        row = Stage.objects.get()
        assert (row.amount, row.files.count()) == (60 * MILLION, 2)
        fixed = step | {"amount": "59000000", "correct": str(row.pk)}
        assert her.post(f"{DESK}P1/", fixed).status_code == 422  # without a reason
        assert her.post(f"{DESK}P1/", fixed | {"why": "잘못 적었습니다."}).status_code == 302
        assert her.get(f"{DESK}P1/?correct={row.pk}").status_code == 409
    assert progress.lines(one.round)[0].amount("proposed") == 59 * MILLION


def test_a_file_is_shown_through_its_project_and_can_run_nothing() -> None:
    one = pledged(made.decided())
    tell(one, "proposed", "2026-08-30", MILLION, uploads=[clean_file(picture())])
    file = StageFile.objects.get()
    answer = Client().get(f"/budget/rounds/y2027/projects/P1/files/{file.pk}/")
    assert b"".join(answer.streaming_content)
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert Client().get(f"/budget/rounds/y2027/projects/P2/files/{file.pk}/").status_code == 404
    assert Client().get(f"/budget/rounds/y2027/projects/P1/files/{file.pk + 1}/").status_code == 404


def test_an_approver_settles_through_the_desk_and_others_read_why_not() -> None:
    of = made.decided()
    one = pledged(of)
    chief = signed_in(made.person("approver", "host"))
    reason = {"reason": "모든 사업이 끝났습니다."}
    early = chief.post(DESK, reason)
    assert early.status_code == 409 and "P1" in early.content.decode()
    tell(one, "stopped", "2026-11-02", stop_code="site", note="그 자리를 쓸 수 없습니다.")
    assert signed_in(made.officer()).post(DESK, reason).status_code == 403
    assert chief.post(DESK, {"reason": ""}).status_code == 422
    assert Round.objects.get().state == "decided"
    assert chief.post(DESK, reason).status_code == 302
    assert Round.objects.get().state == "settled"
    assert "settled" in text_of(signed_in(made.officer()), f"/en{DESK}P1/")


def test_pages_need_as_many_queries_for_many_projects_as_for_one() -> None:
    of = made.decided()
    her = signed_in(made.officer())
    first = pledged(of)
    carried_out(first)
    addresses = (HOME, f"{HOME}projects.csv", f"{HOME}figures.csv", DESK)

    def cost(address: str) -> int:
        her.get(address)
        with CaptureQueriesContext(connection) as caught:
            assert her.get(address).status_code == 200
        return len(caught)

    before = [cost(address) for address in addresses]
    for n in range(2, 9):
        carried_out(pledged(of, f"P{n}"))
    assert [cost(address) for address in addresses] == before
