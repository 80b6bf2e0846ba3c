"""Pages and the API: the way of a person, a facilitator and a program; one number of queries."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from madang.commons.opinions import export, importing, live
from madang.commons.opinions.domain import conversations, counting, statements
from madang.commons.opinions.limits import STEP_FROM
from madang.commons.opinions.models import Board, Conversation, Statement, Vote
from madang.kernel.imports import importers
from madang.kernel.levels import Level
from tests import factories
from tests.opinions import rooms

pytestmark = pytest.mark.django_db
KO_EN = ("", "/en")


def test_without_an_account_a_browser_is_a_person() -> None:
    room = rooms.room()
    client, url = Client(), reverse("opinion_answer", args=[room.code])
    for number in (0, 1, 0):
        assert client.post(url, {"statement": number, "answer": "agree"}).status_code == 302
    assert Vote.objects.count() == 2 and len(set(Vote.objects.values_list("participant"))) == 1
    cookie = client.cookies[f"voice_{room.code}"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    # A key that somebody made up is none.
    forged = Client()
    forged.cookies[f"voice_{room.code}"] = "0" * 32
    forged.post(url, {"statement": 0, "answer": "agree"})
    assert len(set(Vote.objects.values_list("participant"))) == 2
    mine = client.get(reverse("opinion_mine", args=[room.code]))
    assert mine.content.decode().count('class="mine-row"') == 2
    client.post(reverse("opinion_withdraw", args=[room.code]))
    assert Vote.objects.count() == 1


@pytest.mark.parametrize("typed", ["", "yes", "1"])
def test_no_answer_is_refused_in_both_languages(typed: str) -> None:
    room = rooms.room()
    for prefix in KO_EN:
        answer = Client().post(f"{prefix}/opinions/{room.code}/answer/", {"statement": "0", "answer": typed})
        assert answer.status_code == 422
    assert not Vote.objects.exists()


def test_signing_in_leads_back() -> None:
    room = rooms.room(level=Level.CONTACT)
    answer = Client().post(reverse("opinion_answer", args=[room.code]), {"statement": "0", "answer": "agree"})
    assert answer.status_code == 302 and room.code in answer["Location"] and "login" in answer["Location"]


@pytest.mark.parametrize("people", [0, 3, 40])
def test_every_page_opens_in_both_languages(people: int) -> None:
    room = rooms.room()
    if people:
        rooms.crowd(room, people=people)
    for prefix in KO_EN:
        for page in (
            "",
            "map/",
            "statements/?order=split",
            "results/",
            "log/",
            "hall/",
            "write/",
            "mine/",
            "results.json",
        ):
            assert Client().get(f"{prefix}/opinions/{room.code}/{page}").status_code == 200, page
        assert Client().get(f"{prefix}/o/{room.code.lower()}/").status_code == 302


def test_a_draft_is_nobodys_business() -> None:
    room = rooms.room()
    Conversation.objects.filter(pk=room.pk).update(state="draft")
    client = Client()
    for name in ("opinion", "opinion_map", "opinion_hall", "opinion_json"):
        assert client.get(reverse(name, args=[room.code])).status_code == 404
    assert live.boards([room.code]) == {}
    client.force_login(rooms.facilitator())
    assert client.get(reverse("opinion", args=[room.code])).status_code == 200


def test_the_list_needs_the_same_queries_for_one_and_many() -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert Client().get("/opinions/").status_code == 200
        return len(caught)

    rooms.room()
    queries()
    one = queries()
    for _each in range(9):
        rooms.room(seeds=["의자가 더 있어야 한다"])
    assert queries() == one


def test_the_statements_need_the_same_queries_for_few_and_many() -> None:
    def queries(room: Conversation) -> int:
        with CaptureQueriesContext(connection) as caught:
            for page in ("", "map/", "statements/"):
                assert Client().get(f"/opinions/{room.code}/{page}").status_code == 200
        return len(caught)

    few = rooms.room(seeds=["의자가 더 있어야 한다"])
    many = rooms.room(seeds=[f"의자가 {n}개 더 있어야 한다" for n in range(30)])
    queries(few)
    assert queries(few) == queries(many)


def test_a_facilitator_prepares_opens_decides_and_closes() -> None:
    client = Client()
    client.force_login(rooms.facilitator())
    typed = {
        "question_ko": "놀이터를 어디에 둘까요?", "question_en": "Where should the playground be?",
        "vote_level": "anonymous", "write_level": "anonymous", "seeds": "강가에 두어야 한다\n학교 옆에 두어야 한다\n짧다",
    }  # fmt: skip
    wrong = client.post(reverse("opinion_new"), typed)
    assert wrong.status_code == 422 and "놀이터를 어디에" in wrong.content.decode()
    assert not Conversation.objects.exists()
    made = client.post(reverse("opinion_new"), typed | {"seeds": "강가에 두어야 한다\n학교 옆에 두어야 한다"})
    room = Conversation.objects.get()
    lead = reverse("opinion_lead", args=[room.code])
    assert made["Location"] == lead
    client.post(lead, {"act": "open"})
    Client().post(
        reverse("opinion_write", args=[room.code]),
        {"words": "나무를 심어야 하고 의자도 놓아야 한다", "sure": "나무를 심어야 하고 의자도 놓아야 한다"},
    )
    waiting = Statement.objects.get(state="waiting")
    bad = client.post(
        lead, {"act": "return", "statement": waiting.number, "note": "둘입니다", "reason_code": ""}
    )
    assert bad.status_code == 422 and "둘입니다" in bad.content.decode()
    client.post(
        lead, {"act": "return", "statement": waiting.number, "note": "둘입니다", "reason_code": "two_claims"}
    )
    waiting.refresh_from_db()
    assert (waiting.state, waiting.author) == ("returned", None)
    assert "둘입니다" in Client().get(reverse("opinion_log", args=[room.code])).content.decode()
    client.post(reverse("opinion_close", args=[room.code]))
    room.refresh_from_db()
    assert (room.state, room.secret) == ("closed", "")


def test_the_card_hangs_on_what_it_is_about() -> None:
    idea = factories.idea()
    room = rooms.room(about=idea.matter.reference)
    page = Client().get(reverse("item", args=[idea.matter.number])).content.decode()
    assert reverse("opinion", args=[room.code]) in page
    assert idea.matter.title in Client().get(reverse("opinion", args=[room.code])).content.decode()


def test_programs_read_what_pages_show() -> None:
    room = rooms.room()
    rooms.crowd(room)
    base = "/api/v1/opinions"
    assert Client().get(base).json()["items"][0]["code"] == room.code
    assert Client().get(f"{base}/{room.code}").json()["people"] == 40
    rows = Client().get(f"{base}/{room.code}/statements").json()["items"]
    assert rows[0]["counts"] == {"agree": 40, "pass": 0, "disagree": 0}
    found = Client().get(f"{base}/{room.code}/results").json()["map"]
    assert found["placed"] == 40 and 0 in found["unites"]
    assert sum(group["size"] for group in found["groups"]) <= 40
    assert Client().get(f"{base}/ZZZZZZ").status_code == 404


def test_the_live_value_names_nobody() -> None:
    room = rooms.room()
    rooms.crowd(room, people=12)
    value = live.boards([room.code])[room.code]
    assert (value["people"], value["votes"]) == (12, 96)
    assert sum(cell[3] for cell in value["cells"]) == 12
    names = Vote.objects.values_list("participant", flat=True)
    assert not [name for name in names if name in repr(value)]


def test_new_answers_are_on_the_map_with_the_next_step() -> None:
    room = rooms.room()
    rooms.crowd(room, people=12)
    counting.work()
    before = Board.objects.get(pk=room.pk)
    for person in range(2 * STEP_FROM):
        assert Board.objects.get(pk=room.pk).revision == before.revision
        for number in range(8):
            rooms.say(room, f"late-{person}", number, 1)
        counting.work()
    after = Board.objects.get(pk=room.pk)
    assert after.picture["placed"] == before.picture["placed"] + STEP_FROM
    assert after.revision > before.revision


def test_what_is_exported_comes_back_as_it_was(tmp_path: Path) -> None:
    room = rooms.room()
    rooms.crowd(room, people=14)

    closed = conversations.close(actor=factories.actor(rooms.facilitator()), conversation=room)
    path = tmp_path / "out.zip"
    path.write_bytes(export.bundle(closed, "https://madang.example/o/X"))
    report = importers()["opinions"](path, lambda done, total: None)
    assert not report.bad
    again = Conversation.objects.get(is_archive=True)
    votes = zipfile.ZipFile(path).read("votes.csv").decode()
    mine = zipfile.ZipFile(io.BytesIO(export.bundle(again, ""))).read("votes.csv").decode()
    strip = [row[2:] for row in csv.reader(io.StringIO(votes))]
    assert strip == [row[2:] for row in csv.reader(io.StringIO(mine))]
    assert again.board.people == 14 and importing.run(path, lambda done, total: None).already == 1


def test_real_conversations_are_read_with_their_source(shared_data: Path) -> None:
    rooms.host()
    for name, people in (("brexit-consensus", 204), ("scoop-hivemind.ubi", 234)):
        report = importers()["opinions"](shared_data / "polis" / name, lambda done, total: None)
        assert not report.bad
        room = Conversation.objects.latest("pk")
        assert room.board.people == people and "CC BY 4.0" in room.source
        page = Client().get(reverse("opinion", args=[room.code])).content.decode()
        assert "CC BY 4.0" in page and "choice-big" not in page
        assert Client().get(reverse("opinion_map", args=[room.code])).status_code == 200
        with (shared_data / "polis" / name / "participants-votes.csv").open() as file:
            theirs = {row["participant"]: int(row["n-agree"]) for row in csv.DictReader(file)}
        answers = counting.answers(room.pk)
        ours = {key.removeprefix("polis:"): list(said.values()).count(1) for key, said in answers.items()}
        same = sum(theirs[key] == value for key, value in ours.items() if key in theirs)
        assert same / len(ours) > 0.95, "agreement with Polis's own final table"
    call_command("opinions", "check")


def test_the_log_of_decisions_counts_statements_as_the_pages_do() -> None:
    room = rooms.room()
    made = statements.seed(
        actor=factories.actor(rooms.facilitator()), conversation=room, texts=["종이 지도도 걸어야 한다"]
    )
    assert (made[0].number, made[0].place) == (8, 9)
    assert "Statement 9 let through" in Client().get(f"/en/opinions/{room.code}/log/").content.decode()


@pytest.mark.parametrize("prefix", KO_EN)
def test_what_comes_after_closing_is_not_lost_and_not_counted(prefix: str) -> None:
    room, client = rooms.room(), Client()
    client.post(reverse("opinion_answer", args=[room.code]), {"statement": "0", "answer": "agree"})
    conversations.close(actor=factories.actor(rooms.facilitator()), conversation=room)
    before = (Vote.objects.count(), Statement.objects.count())
    words = "밤에도 <걸을> 수 있게 불을 켜야 한다"
    answer = client.post(f"{prefix}/opinions/{room.code}/write/", {"words": words})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "밤에도 &lt;걸을&gt; 수 있게 불을 켜야 한다</textarea>" in page
    assert ("was not taken" if prefix else "받지 않았어요") in page
    assert page.count("This conversation is not open now" if prefix else "지금은 열려 있지") <= 1
    assert not client.session.get("opinions.statement"), "nothing is kept for a form that does not come back"
    late = client.post(f"{prefix}/opinions/{room.code}/answer/", {"statement": "1", "answer": "agree"})
    page = late.content.decode()
    assert late.status_code == 403
    assert ("does not count" if prefix else "세지 않아요") in page
    assert "<textarea" not in page, "an answer is no words to copy"
    assert (Vote.objects.count(), Statement.objects.count()) == before


def test_signing_in_in_another_window_loses_no_words() -> None:
    """It makes the protection of every open form run out; a click is asked for again, words stand in the form again."""
    room = rooms.room()
    client = Client(enforce_csrf_checks=True)
    said = client.post(f"/opinions/{room.code}/answer/", {"statement": "3", "answer": "agree"})
    assert said.status_code == 403 and 'name="statement" value="3"' in said.content.decode()
    client.force_login(factories.UserFactory())
    written = client.post(f"/opinions/{room.code}/write/", {"words": "다리 아래에도 시계를 걸어야 한다"})
    assert (
        written.status_code == 403
        and "다리 아래에도 시계를 걸어야 한다</textarea>" in written.content.decode()
    )
    assert not Vote.objects.exists() and not Statement.objects.filter(text__startswith="다리 아래").exists()
