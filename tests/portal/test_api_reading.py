"""Reading through the API: what is there, what is not, pages that hold still, one number of queries."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madang.commons.ledger import api as ledger
from madang.commons.ledger.sequencer import sequence
from madang.commons.matters.domain import answers as answering
from madang.commons.matters.domain import handling
from madang.kernel.models import Audit
from madang.services.square.domain import ideas as square
from madang.services.square.domain import moderation
from tests.factories import UserFactory, actor, idea, later, official, process, supporters

pytestmark = pytest.mark.django_db
BASE = "/api/v1"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def get(path: str, *, status: int = 200, client: Client | None = None, **headers: str) -> Any:
    response = (client or Client()).get(f"{BASE}{path}", headers=headers)
    assert response.status_code == status, response.content.decode()[:500]
    kind = "application/json" if status == 200 else "application/problem+json"
    assert response["Content-Type"].startswith(kind)
    return response.json()


def hide(target: Any) -> None:
    moderator = official("moderator", target.matter.host)
    moderation.hide_idea(
        actor=actor(moderator), idea=target, reason_code="insult", reason="사람을 욕하는 글입니다."
    )


def test_list_and_one() -> None:
    made = idea(category=None, place="강변북로", title="강변에 그늘막을 놓아 주세요")
    listed = get("/ideas")
    assert [row["number"] for row in listed["items"]] == [made.matter.number]
    assert listed["next"] is None
    card = listed["items"][0]
    assert card["responsible"]["name"] == {"ko": made.matter.host.name_ko, "en": made.matter.host.name_en}
    assert card["threshold"] == 3
    assert "body" not in card
    whole = get(f"/ideas/{made.matter.number.lower().replace('-', '')}")
    assert whole["body"] == made.matter.body
    assert whole["rule"] == "square.test v1"
    assert whole["links"]["page"].endswith(f"/ideas/{made.matter.number}/")
    assert "/en/" in get(f"/ideas/{made.matter.number}", **{"Accept-Language": "en"})["links"]["page"]


def test_filters_narrow_and_unknown_values_are_named() -> None:
    kept, other = idea(origin="organised", group_name="동네 모임"), idea()
    supporters(other, 2)
    assert [row["number"] for row in get("/ideas?origin=organised")["items"]] == [kept.matter.number]
    assert get("/ideas?order=support")["items"][0]["number"] == other.matter.number
    assert get("/ideas?state=answered")["items"] == []
    assert get("/ideas?order=due")["items"] == []
    supporters(kept, 3)
    due = get("/ideas?order=due")["items"]
    assert [row["number"] for row in due] == [kept.matter.number]
    assert due[0]["state"] == "triage"
    refused = get("/ideas?state=sleeping&limit=500", status=422)
    assert {error["field"] for error in refused["errors"]} == {"state", "limit"}


@pytest.mark.parametrize("order", ["recent", "support", "comments", "due"])
def test_pages_hold_still_while_ideas_are_filed(order: str) -> None:
    made = process()
    first = [idea(made, title=f"처음부터 있던 제안 {n}번입니다") for n in range(7)]
    for n, one in enumerate(first):
        supporters(one, 3 + n % 2)
    seen: list[str] = []
    cursor = ""
    while True:
        page = get(f"/ideas?order={order}&limit=2&cursor={cursor}")
        seen += [row["number"] for row in page["items"]]
        late = idea(made, title="그사이에 들어온 새 제안입니다")  # must neither repeat nor push out a row
        if page["next"] is None or len(seen) > 50:
            break
        cursor = page["next"]
    assert len(seen) == len(set(seen))
    assert {one.matter.number for one in first} <= set(seen)
    if order == "recent":
        assert late.matter.number not in seen


def test_cursor_of_another_list_is_refused() -> None:
    made = process()
    for _ in range(3):
        idea(made)
    cursor = get("/ideas?limit=1")["next"]
    for path in (
        f"/ideas?limit=1&order=support&cursor={cursor}",
        "/ideas?cursor=nonsense",
        f"/search?cursor={cursor}",
    ):
        refused = get(path, status=422)
        assert refused["code"] == "cursor.invalid"
        assert refused["errors"][0]["field"] == "cursor"


def test_hidden_and_private_never_appear() -> None:
    shown = idea(title="보이는 제안은 그대로 있습니다")
    author = UserFactory()
    gone = idea(author=author, title="가려진 비밀단어 제안입니다")
    private = idea(author=author, title="비공개가 된 비밀단어 민원입니다")
    supporters(private, 2)
    square.comment(actor=actor(UserFactory()), idea=gone, body="비밀단어 댓글", stance="for")
    triage = official("triage", private.matter.host)
    handling.retype(
        actor=actor(triage), matter=private.matter, kind="complaint", reason="개인 일입니다.", private=True
    )
    hide(gone)
    sequence()
    for reader in (None, author, triage, official("moderator", gone.matter.host)):
        client = Client()
        if reader is not None:
            client.force_login(reader)
        listed = get("/ideas", client=client)["items"]
        assert [row["number"] for row in listed] == [shown.matter.number]
        assert sum(row["filed"] for row in get("/figures/by-origin", client=client)["rows"]) == 1
        found = get("/search?q=비밀단어", client=client)
        assert (found["items"], found["total"]) == ([], 0)
        for one in (gone, private):
            number = one.matter.number
            for path in ("", "/comments", "/history", "/answers"):
                refused = get(f"/ideas/{number}{path}", status=404, client=client)
                assert "비밀단어" not in json.dumps(refused, ensure_ascii=False)
            get(f"/ledger/receipts/{number}", status=404, client=client)
    # A target of a merge that was taken down later is not named either.
    dropped = idea(title="합쳐질 제안 하나가 있습니다")
    into = idea(title="합친 뒤에 가려질 제안입니다")
    square.merge(actor=actor(triage), idea=dropped, into=into, reason="같은 제안입니다.")
    assert get(f"/ideas/{dropped.matter.number}")["merged_into"] == into.matter.number
    hide(into)
    assert get(f"/ideas/{dropped.matter.number}")["merged_into"] == ""


def test_hidden_comment_keeps_its_place_only() -> None:
    made = idea()
    first = square.comment(
        actor=actor(UserFactory(name="말한이")), idea=made, body="나쁜 말입니다", stance="against"
    )
    square.comment(actor=actor(UserFactory()), idea=made, body="답글입니다", stance="for", parent=first)
    moderator = official("moderator", made.matter.host)
    moderation.hide_comment(actor=actor(moderator), comment=first, reason_code="insult", reason="욕설입니다.")
    [thread] = get(f"/ideas/{made.matter.number}/comments")["items"]
    assert (thread["body"], thread["author"], thread["hidden_reason"]) == ("", "", "insult")
    assert thread["replies"][0]["body"] == "답글입니다"


def test_comment_pages_and_stance() -> None:
    made = idea()
    for n in range(5):
        square.comment(
            actor=actor(UserFactory()), idea=made, body=f"{n}번째", stance="for" if n % 2 else "question"
        )
    page = get(f"/ideas/{made.matter.number}/comments?limit=3")
    rest = get(f"/ideas/{made.matter.number}/comments?limit=3&cursor={page['next']}")
    assert [row["body"] for row in page["items"] + rest["items"]] == [f"{n}번째" for n in (4, 3, 2, 1, 0)]
    assert rest["next"] is None
    assert len(get(f"/ideas/{made.matter.number}/comments?stance=for")["items"]) == 2
    # The typed form of the number is no filter: the cursor still fits.
    get(f"/ideas/{made.matter.number.lower()}/comments?limit=3&cursor={page['next']}")


def answered() -> Any:
    made = idea()
    supporters(made, 3)
    host = made.matter.host
    triage, officer, approver = (official(role, host) for role in ("triage", "officer", "approver"))
    handling.assign(actor=actor(triage), matter=made.matter, office=host)
    made.matter.refresh_from_db()
    draft = answering.save(
        actor=actor(officer),
        matter=made.matter,
        disposition="adopted",
        reason="내년 예산으로 신호등을 놓겠습니다. 위치는 학교와 정합니다.",
        next_step="신호등 설치",
        owner=host,
        promised_on=later(90).date(),
    )
    draft = answering.submit(actor=actor(officer), answer=draft)
    answering.publish(actor=actor(approver), answer=draft)
    return made


def test_history_answers_and_effects() -> None:
    made = answered()
    number = made.matter.number
    before = get(f"/ideas/{number}/history")["items"]
    assert before[0]["action"] == "matters.matter.file"
    assert before[0]["ledger_index"] is None
    assert {
        "matters.matter.qualify",
        "matters.matter.assign",
        "matters.answer.publish",
        "matters.matter.answer",
    } <= {act["action"] for act in before}
    assert "matters.answer.submit" not in {act["action"] for act in before}  # a draft is the office's own
    sequence()
    assert get(f"/ideas/{number}/history")["items"][0]["ledger_index"] == 0
    said = get(f"/ideas/{number}/answers")
    assert said["items"][0]["disposition"] == "adopted"
    assert said["items"][0]["owner"]["code"] == made.matter.host.code
    assert said["effects"][0]["state"] == "promised"
    shown = get("/ideas?state=answered")["items"][0]
    assert (shown["has_answer"], shown["has_effect"]) == (True, False)


def test_drafts_are_not_shown() -> None:
    made = idea()
    supporters(made, 3)
    host = made.matter.host
    handling.assign(actor=actor(official("triage", host)), matter=made.matter, office=host)
    made.matter.refresh_from_db()
    answering.save(
        actor=actor(official("officer", host)),
        matter=made.matter,
        disposition="rejected",
        reason="아직 쓰는 중인 답입니다.",
    )
    assert get(f"/ideas/{made.matter.number}/answers") == {
        "number": made.matter.number,
        "items": [],
        "effects": [],
    }


def test_processes_carry_the_rules_in_force() -> None:
    made = process(filing="account", threshold=7)
    [row] = get("/processes")["items"]
    assert row["slug"] == made.slug
    assert row["filing"] == "account"
    assert row["rule"]["body"]["threshold"] == 7
    assert row["categories"][0]["slug"] == "safety"
    made.cells.update(can_file=False)
    assert get("/processes")["items"] == []


def test_plan() -> None:
    whole = get("/plan")
    assert len(whole["commitments"]) == 7
    assert len(whole["projects"]) == 21
    assert sum(row["starred"] for row in whole["projects"]) == 10
    assert {row["status"] for row in whole["projects"]} == {"not_started"}
    idea()
    assert get("/plan/projects/7")["status"] in {"under_way", "delivered"}
    refused = get("/plan/projects/22", status=404, **{"Accept-Language": "en"})
    assert refused["code"] == "plan.unknown"
    get("/plan/projects/seven", status=422)


def test_figures_name_their_denominator() -> None:
    idea(), idea(origin="organised", group_name="모임"), answered()
    found = get("/figures/by-origin")
    rows = {row["origin"]: row for row in found["rows"]}
    assert (rows["individual"]["filed"], rows["individual"]["answered"]) == (2, 1)
    assert rows["individual"]["answered_share"] == 0.5
    assert rows["organised"]["answered_share"] == 0
    assert rows["agency"]["answered_share"] is None
    assert found["source"]
    assert found["at"]


def test_ledger_gives_proofs_and_never_salts() -> None:
    assert get("/ledger/checkpoint", status=404)["code"] == "ledger.empty"
    made = idea()
    number = made.matter.number
    assert get(f"/ledger/receipts/{number}")["proof"] is None
    sequence()
    checkpoint = get("/ledger/checkpoint")
    assert checkpoint["size"] == 1
    assert checkpoint["note"] == ledger.latest_checkpoint()[0]  # type: ignore[index]
    assert len(base64.b64decode(checkpoint["root"])) == 32
    shown = get(f"/ledger/receipts/{number}")
    assert shown["proof"]["index"] == 0
    leaf = json.loads(shown["leaf"])
    assert set(leaf) == {"v", "obj", "act", "at", "role", "n", "commit"}
    salt = bytes(Audit.objects.get(target=f"matter:{number}").salt)
    text = json.dumps(shown)
    assert salt.hex() not in text
    assert base64.b64encode(salt).decode() not in text
    assert get("/ledger/receipts/ID-2601-00001-X", status=404)["code"] == "number.unknown"


def test_search_pages_and_number() -> None:
    made = process()
    filed = [idea(made, title=f"가로등 불빛을 바꿔 주세요 {n}호") for n in range(5)]
    page = get("/search?q=가로등&limit=2")
    assert page["total"] == 5
    seen = [row["reference"] for row in page["items"]]
    while page["next"]:
        page = get(f"/search?q=가로등&limit=2&cursor={page['next']}")
        seen += [row["reference"] for row in page["items"]]
    assert sorted(seen) == sorted(f"matter:{one.matter.number}" for one in filed)
    [hit] = get(f"/search?q={filed[0].matter.number}&kind=idea")["items"][:1]
    assert hit["url"].endswith(f"/ideas/{filed[0].matter.number}/")
    assert "<script" not in hit["snippet"]


def test_imported_words_stay_at_the_source_outside_a_demonstration(settings: Any) -> None:
    made = idea(title="옮겨 온 제안의 제목입니다", body="옮겨 온 제안의 본문은 출처에서 읽을 수 있습니다.")
    made.process.space.is_archive = True
    made.process.space.source = "Source, licence"
    made.process.space.save()
    type(made.matter).objects.filter(pk=made.matter.pk).update(channel="import")
    settings.IS_DEMO = False
    whole = get(f"/ideas/{made.matter.number}")
    assert (whole["body"], whole["excerpt"], whole["source"]) == ("", "", "Source, licence")
    assert get("/search?q=옮겨")["items"][0]["snippet"] == ""
    settings.IS_DEMO = True
    assert get(f"/ideas/{made.matter.number}")["body"]


@pytest.mark.parametrize(
    "path",
    ["/ideas?limit=100", "/ideas/{number}/comments?limit=100", "/processes", "/search?q=제안&limit=100"],
)
def test_queries_do_not_grow(path: str) -> None:
    def fill(count: int) -> str:
        for n in range(count):
            one = idea(made, title=f"질의 수를 재는 제안 {n}번")
            said = square.comment(actor=actor(UserFactory()), idea=target, body=f"의견 {n}", stance="for")
            square.comment(actor=actor(UserFactory()), idea=target, body="답글", stance="for", parent=said)
            process(f"more-{made.ideas.count()}") if n % 10 == 0 else None
            assert one.pk
        return path.format(number=target.matter.number)

    made = process()
    target = idea(made, title="질의 수를 재는 제안입니다")
    counts = []
    for more in (1, 29):
        url = fill(more)
        get(url)  # caches of content types and the like
        with CaptureQueriesContext(connection) as captured:
            assert get(url)["items"]
        counts.append(len(captured))
    assert counts[0] == counts[1], counts
    assert counts[0] <= (16 if "search" in path else 8)


def test_headers_for_programs_on_other_sites() -> None:
    idea()
    client = Client()
    first = client.get(f"{BASE}/ideas", headers={"Origin": "https://elsewhere.example"})
    assert first["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in first
    assert client.get(f"{BASE}/ideas", headers={"If-None-Match": first["ETag"]}).status_code == 304
    idea()
    assert client.get(f"{BASE}/ideas", headers={"If-None-Match": first["ETag"]}).status_code == 200
    head = client.head(f"{BASE}/ideas")
    assert (head.status_code, head.content) == (200, b"")
    asked = client.options(f"{BASE}/ideas")
    assert asked.status_code == 204
    assert "GET" in asked["Allow"]
