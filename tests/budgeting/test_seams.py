"""Where the parts of a round meet: what was announced is what is done, and no page leads nowhere."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from madang.kernel import clock
from madang.services.budgeting.domain import counting
from madang.services.budgeting.enums import BY_KEY
from madang.services.budgeting.logic import rehearsal, writing
from madang.services.budgeting.models import Count, Election, Pot, Round
from madang.services.budgeting.web import desk_rounds, rehearsing, shell
from tests.budgeting import rounds_support as s
from tests.budgeting import voting_made as made
from tests.budgeting.test_rounds_pages import signed_in, words

METHOD = "equal-shares.cost.add1"
STATES = list(Round.State.values)


@given(budget=st.integers(1, 10**15), voters=st.integers(1, 10**7))
def test_the_step_is_what_its_rule_says(budget: int, voters: int) -> None:
    step = writing.step_of(budget, voters)
    assert re.fullmatch("10*", str(step))
    if step > 1:
        assert step * 100 * voters <= budget  # at most a hundredth of the first share
    assert step * 1_000 * voters > budget  # and the largest such power of ten


@pytest.mark.django_db
def test_closing_and_rehearsal_take_the_announced_step(monkeypatch: pytest.MonkeyPatch) -> None:
    pot = made.opened(method=METHOD)
    made.closed(pot, [["A1"], ["A1", "A2"], ["A3"]])
    assert Election.objects.get().increment == str(writing.step_of(pot.amount, 3)) == "100000"
    row, taken = pot.round, []
    projects = rehearsal.made_projects(pot.amount, 1)
    crowd = rehearsing.Crowd(row, pot, projects, 1)
    monkeypatch.setattr(rehearsal, "result", lambda *given: taken.append(given[-1]))
    rehearsing._count(row, BY_KEY[METHOD], crowd)
    assert taken[0].increment == str(writing.step_of(pot.amount, rehearsal.VOTERS)) == "1000"


@pytest.mark.django_db
def test_the_public_page_says_the_rule_of_the_step_where_shares_grow() -> None:
    s.announced()
    s.announced("plain", method="greedy")
    for prefix, tongue in (("", "ko"), ("/en", "en")):
        assert writing.STEP[tongue] in words(Client().get(f"{prefix}/budget/rounds/next/"))
        assert writing.STEP[tongue] not in words(Client().get(f"{prefix}/budget/rounds/plain/"))


@pytest.mark.django_db
@pytest.mark.parametrize("method", [METHOD, "greedy"])
def test_the_command_that_is_shown_gives_the_digest_that_is_shown(
    method: str, client: Client, tmp_path: Path
) -> None:
    pot = made.opened(method=method, tie_order="cost")
    made.closed(pot, [["A1"], ["A1", "A2"], ["A3", "A2"], ["A4"], ["A4", "A3"]])
    counting.count_waiting()
    one = Election.objects.get()
    assert (one.tie_order, one.increment) == ("cost", "100000")
    for address in ("/budget/count.pyz", f"/budget/{one.slug}/ballots.pb"):
        answer = client.get(address)
        name = re.search(r'filename="([^"]+)"', answer["Content-Disposition"])
        assert name is not None
        (tmp_path / name[1]).write_bytes(answer.content)
    page = words(client.get(f"/en/budget/{one.slug}/", {"by": method}))
    command = re.search(rf"<code>python (count\.pyz {one.slug}\.pb [^<]+)</code>", page)
    assert command is not None and "--ties cost" in command[1]
    assert ("--increment 100000" in command[1]) == (method == METHOD)
    run = [sys.executable, "-I", "-S", *command[1].split()]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=True)
    digest = Count.objects.get(method=method).digest
    assert digest in page and f"digest {digest}" in done.stdout


def _in(state: str) -> Pot:
    """A round in this state. A draft was never announced; one that was called off was."""
    pot = made.opened(host=s.host(), method="greedy")
    over = state in ("counting", "decided", "settled", "called_off")
    if state in ("counting", "decided", "settled"):
        made.closed(pot, [["A1"]])
    Round.objects.update(
        state=state, frozen=None if state == "draft" else {}, secret="" if over else "s" * 64
    )
    return pot


@pytest.mark.django_db
@pytest.mark.parametrize("state", STATES)
def test_no_tab_and_no_link_of_the_desk_leads_nowhere(state: str) -> None:
    _in(state)
    official = signed_in(s.approver())
    readers = [official] if state == "draft" else [official, Client()]
    for reader in readers:
        assert reader.get("/en/budget/rounds/2027/").status_code == 200
        for name, _label in shell.pages(Round.objects.get()):
            address = reverse(name, args=["2027"])
            assert reader.get(address, follow=True).status_code == 200, address
    desk = words(official.get("/en/desk/budget/2027/"))
    for name, _label in desk_rounds.PAGES:
        assert official.get(reverse(name, args=["2027"])).status_code == 200
    nav = re.search(r'<nav class="cluster no-print".*?</nav>', desk, re.DOTALL)
    assert (nav is None) == (state == "draft")
    links = re.findall(r'href="([^"#]+)', nav[0]) if nav else []
    for address in links:
        assert official.get(address).status_code == 200, address
    assert any(link.endswith("/decide/") for link in links) == (state in ("counting", "decided", "settled"))
    assert any(link.endswith("/progress/") for link in links) == (state in ("decided", "settled"))


@pytest.mark.django_db
def test_the_public_page_offers_what_can_be_done_now() -> None:
    def offered(**fields: Any) -> str:
        Round.objects.update(**fields)
        shown = re.search(
            r'<a class="btn btn--primary btn--wide no-print" href="([^"]+)"',
            words(Client().get("/en/budget/rounds/2027/")),
        )
        return shown[1].removeprefix("/en/budget/rounds/2027/") if shown else ""

    made.opened()
    now = clock.now()
    day = timedelta(days=1)
    assert offered(state="voting") == "vote/"
    assert offered(state="called_off") == ""
    assert offered(state="counting") == offered(state="decided") == offered(state="settled") == "result/"
    later = {"intake_until": now + day, "votes_from": now + 2 * day, "votes_until": now + 3 * day}
    assert offered(state="intake", intake_from=now - day, **later) == "propose/"
    assert offered(state="announced", intake_from=now + day / 2, **later) == ""


@pytest.mark.django_db
def test_the_demo_has_proposals_at_each_stage_and_a_decided_round() -> None:
    from madang.conf.demo import city, decided, proposals, rounds, story

    city.found()
    story.crowd()
    for chapter in (rounds, proposals, decided):
        chapter.tell(lambda line: None)
    open_, over = Round.objects.get(slug="haedam-next"), Round.objects.get(slug="haedam-streets")
    assert sorted(open_.proposals.values_list("state", flat=True)) == [
        "dropped",
        "eligible",
        "joined",
        "submitted",
    ]
    assert (over.state, over.secret, over.is_demo) == ("decided", "", True)
    assert sorted(over.projects.values_list("state", flat=True)) == ["funded", "funded", "not_funded"]
    assert "Demo" in words(Client().get("/en/budget/rounds/haedam-streets/"))
    for page in ("result/", "progress/", "projects/001/progress/"):
        assert Client().get(f"/en/budget/rounds/haedam-streets/{page}").status_code == 200
