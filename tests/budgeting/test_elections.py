"""A file of ballots is brought in, counted by the published program, and shown beside what the city decided."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from madang.conf.demo import budget
from madang.kernel.models import Audit
from madang.services.budgeting.domain import counting, importing
from madang.services.budgeting.enums import METHODS
from madang.services.budgeting.models import Count, Election, Item
from tests.budgeting.support import FILE, brought

pytestmark = pytest.mark.django_db


def counted(**more: Any) -> Election:
    one = brought(**more)
    counting.count_waiting()
    return one


def test_a_file_is_kept_byte_for_byte_with_amounts_in_the_smallest_unit() -> None:
    one = brought()
    assert one.ballots == FILE.encode() and one.digest == hashlib.sha256(FILE.encode()).hexdigest()
    assert (one.slug, one.unit, one.budget, one.voters) == ("village-2025", 10, 1_005, 4)
    assert one.held_until is None  # there is no 30 February
    rows = [(item.code, item.cost, item.votes, item.won) for item in one.items.all()]
    assert rows == [("a", 605, 3, True), ("b", 500, 2, False), ("c", 400, 2, True)]
    assert Audit.objects.filter(action="budgeting.election.bring_in", target=one.reference).count() == 1


def test_the_same_file_again_changes_nothing() -> None:
    one = brought()
    same, is_new = importing.bring_in(FILE.encode(), slug="other")
    assert (same.pk, is_new) == (one.pk, False)
    assert Election.objects.count() == 1 and Count.objects.count() == len(METHODS)


def test_every_rule_counts_it_and_the_log_has_each_digest() -> None:
    one = counted()
    rows = list(one.counts.all())
    assert {row.method for row in rows} == {method.key for method in METHODS}
    assert all(row.state == Count.State.DONE and len(row.digest) == 64 for row in rows)
    greedy = one.counts.get(method="greedy")
    assert greedy.result["winners"] == ["a", "c"] and greedy.served == 4
    said = Audit.objects.filter(action="budgeting.election.count", target=one.reference)
    assert {row.payload["data"]["result_digest"] for row in said} == {row.digest for row in rows}


def test_a_count_that_failed_says_why_in_the_readers_language(client: Client) -> None:
    one = brought()
    said = ["16행: 표에 적힌 사업이 없어요.", "line 16: The vote names a project that is not there."]
    one.counts.filter(method="greedy").update(state=Count.State.FAILED, said=said)
    for prefix, shown, hidden in (("", *said), ("/en", *reversed(said))):
        page = client.get(f"{prefix}/budget/{one.slug}/?by=greedy").content.decode()
        assert shown in page and hidden not in page


def test_a_second_worker_writes_nothing_twice() -> None:
    one = counted()
    before = Audit.objects.count()
    assert counting.count_waiting() == 0
    late = one.counts.get(method="greedy")
    counting._count(late)  # a worker that took it before the first had ended
    assert Audit.objects.count() == before
    assert one.counts.get(method="greedy").counted_at == late.counted_at


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("budget;100.50", "budget;0"),
        ("3;a,c", "3;a,z"),
        ("VOTES\n", ""),
        ("vote_type;approval", "vote_type;song"),
    ],
)
def test_a_file_that_cannot_be_counted_leaves_nothing_behind(wrong: str, right: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.pb"
    path.write_text(FILE.replace(wrong, right), "utf-8")
    with pytest.raises((CommandError, SystemExit)):
        call_command("import", "pabulib", str(path))
    assert not Election.objects.exists() and not Item.objects.exists() and not Count.objects.exists()
    assert not Audit.objects.filter(action__startswith="budgeting").exists()


def test_the_page_shows_decision_and_count_and_links_each_project(client: Client) -> None:
    counted()
    for prefix in ("", "/en"):
        page = client.get(f"{prefix}/budget/village-2025/").content.decode()
        assert "Bridge" in page and "/budget/village-2025/a/" in page
        for method in METHODS:
            answer = client.get(f"{prefix}/budget/village-2025/", {"by": method.key})
            assert answer.status_code == 200 and str(method.label) in answer.content.decode()
    assert client.get("/budget/village-2025/", {"by": "astrology"}).status_code == 404
    assert client.get("/budget/nowhere/").status_code == 404


def test_before_it_is_counted_the_page_says_so(client: Client) -> None:
    brought()
    page = client.get("/en/budget/village-2025/").content.decode()
    assert "Is being counted" in page
    assert client.get("/budget/village-2025/count.json").status_code == 404


def test_files_can_be_taken_and_formulas_do_not_run(client: Client) -> None:
    counted()
    assert client.get("/budget/village-2025/ballots.pb").content == FILE.encode()
    table = client.get("/budget/village-2025/count.csv").content.decode("utf-8-sig").splitlines()
    assert table[0] == "project_id,name,votes,cost,decided,funded"
    assert table[1] == "a,Bridge,3,60.5,1,1" and table[2].startswith("b,'=Well,2,50")
    result = json.loads(client.get("/budget/village-2025/count.json", {"by": "phragmen"}).content)
    assert result["digest"] == Count.objects.get(method="phragmen").digest


def test_a_project_says_why_by_every_rule(client: Client) -> None:
    counted()
    page = client.get("/en/budget/village-2025/b/").content.decode()
    assert page.count("<article") == len(METHODS) and "Not funded" in page
    assert client.get("/budget/village-2025/zz/").status_code == 404


def test_the_api_tells_the_same(client: Client) -> None:
    counted()
    listed = client.get("/api/v1/elections").json()["items"]
    assert [(row["slug"], row["budget"], row["projects"]) for row in listed] == [("village-2025", "100.5", 3)]
    whole = client.get("/api/v1/elections/village-2025").json()
    assert next((row["project_id"], row["cost"], row["decided"]) for row in whole["items"]) == (
        "a",
        "60.5",
        True,
    )
    result = client.get("/api/v1/elections/village-2025/counts/greedy").json()
    assert result["winners"] == ["a", "c"]
    assert client.get("/api/v1/elections/village-2025/counts/song").status_code == 404


@pytest.mark.parametrize("many", [1, 30])
def test_pages_ask_as_often_for_one_row_as_for_many(
    many: int, client: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(many):
        brought(FILE.replace("2025", str(2000 + number)))
    with django_assert_max_num_queries(6):
        assert client.get("/budget/").status_code == 200


def test_the_history_of_the_national_scheme_has_its_sources(client: Client) -> None:
    page = client.get("/en/budget/history/").content.decode()
    assert "₩142.9 bn" in page and "₩5.01 bn" in page and "naeil 522449" in page and "Unchecked" in page


def test_the_demo_city_has_an_election_that_says_so(client: Client) -> None:
    budget.tell(lambda line: None)
    page = client.get("/en/budget/haedam-2026/").content.decode()
    assert "Demo" in page
    greedy = Count.objects.get(method="greedy")
    assert {item.code for item in Item.objects.filter(won=True)} == set(greedy.result["winners"])
    shares = Count.objects.get(method="equal-shares.cost.add1")
    assert set(shares.result["winners"]) != set(greedy.result["winners"]) and shares.served > greedy.served


def test_a_stranger_repeats_the_digest_with_what_the_page_gives_her(client: Client, tmp_path: Path) -> None:
    counted()
    for name, address in (
        ("count.pyz", "/budget/count.pyz"),
        ("village-2025.pb", "/budget/village-2025/ballots.pb"),
    ):
        (tmp_path / name).write_bytes(client.get(address).content)
    page = client.get("/en/budget/village-2025/", {"by": "equal-shares.cost.add1"}).content.decode()
    command = re.search(r"<code>python (count\.pyz village-2025\.pb [^<]+)</code>", page)
    assert command is not None
    words = [sys.executable, "-I", "-S", *command[1].split()]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert Count.objects.get(method="equal-shares.cost.add1").digest in done.stdout
