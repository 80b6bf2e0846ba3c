"""The page of an idea: support, comments, answer, history; and what moderation hides leaks nowhere."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madang.commons.matters.domain import answers as answering
from madang.commons.matters.domain import effects as effecting
from madang.commons.matters.domain import handling
from madang.commons.matters.models import Attachment, Matter
from madang.kernel import clock
from madang.kernel.models import Audit, Outbox
from madang.kernel.web import once
from madang.services.square.domain import ideas, moderation
from madang.services.square.models import Comment, Flag, Support
from madang.services.square.web import talk
from tests import factories
from tests.square.test_web_writing import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def idea():
    return factories.idea(factories.process(), author=factories.UserFactory(name="제안한 이"))


@pytest.fixture
def person(client: Client):
    user = factories.UserFactory(name="지나가는 이")
    client.force_login(user)
    return user


@pytest.fixture
def moderator(idea):
    return factories.official("moderator", idea.matter.host)


def page(client: Client, idea, path: str = "", prefix: str = "") -> str:
    return client.get(f"{prefix}/ideas/{idea.matter.number}/{path}").content.decode()


def content(answer) -> bytes:
    """The bytes of a file answer, its file closed again."""
    found = b"".join(answer.streaming_content)
    for close in answer._resource_closers:
        close()
    return found


def say(**more: str) -> dict[str, str]:
    with clock.at(clock.now() - timedelta(minutes=1)):
        ticket = once.ticket()
    return {"stance": "for", "body": "꼭 필요해요.", "ticket": ticket, **more}


def counts() -> tuple[int, ...]:
    """Everything a refused act must leave alone."""
    return tuple(model.objects.count() for model in (Audit, Outbox, Support, Comment, Flag, Matter))


def answered(idea, disposition: str = "adopted"):
    """The idea, taken all the way to a published answer."""
    host = idea.matter.host
    officer, approver = factories.official("officer", host), factories.official("approver", host)
    factories.supporters(idea, 3)
    triage = factories.actor(factories.official("triage", host))
    matter = handling.assign(actor=triage, matter=Matter.objects.get(pk=idea.pk), office=host)
    draft = answering.save(
        actor=factories.actor(officer),
        matter=matter,
        disposition=disposition,
        reason="보행 신호 두 곳을 먼저 켭니다. 나머지는 교통량을 재고 정합니다.",
        next_step="보행 신호 두 곳 설치",
        owner=host,
        promised_on=clock.today() + timedelta(days=20),
    )
    draft = answering.submit(actor=factories.actor(officer), answer=draft)
    return answering.publish(actor=factories.actor(approver), answer=draft)


# --- address --------------------------------------------------------------------------------------------


def test_number_is_read_however_it_is_typed(client: Client, idea) -> None:
    number = idea.matter.number
    for typed in (number.lower(), number.replace("-", ""), number.replace("-", " ")):
        answer = client.get(f"/ideas/{typed}/", {"stance": "for"})
        assert (answer.status_code, answer.headers["Location"]) == (301, f"/ideas/{number}/?stance=for")
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    assert client.get(f"/ideas/{wrong}/").status_code == 404


# --- support --------------------------------------------------------------------------------------------


def test_support_once_and_shown_at_once(client: Client, idea, person) -> None:
    url = f"/ideas/{idea.matter.number}/support/"
    answer = client.post(url, follow=True)
    assert answer.redirect_chain == [(f"/ideas/{idea.matter.number}/", 302)]
    said = answer.content.decode()
    assert 'actionbar-count">1<' in said and "공감했어요" in said
    client.post(url)
    client.post(url)
    assert Support.objects.count() == 1
    ideas.tally()
    assert 'actionbar-count">1<' in page(client, idea)  # counted once, not once more on top
    client.post(f"{url}undo/")
    assert Support.objects.get().withdrawn_at is not None
    ideas.tally()
    assert 'actionbar-count">0<' in page(client, idea)


def test_support_by_htmx_gives_the_panel_alone(client: Client, idea, person) -> None:
    answer = client.post(f"/ideas/{idea.matter.number}/support/", headers={"HX-Request": "true"})
    said = answer.content.decode()
    assert "<html" not in said and 'id="support"' in said and "공감했어요" in said
    # What a screen reader hears goes into a place that was on the page before; the focus stays on the one control.
    assert 'id="support-said" hx-swap-oob="innerHTML">이 제안에 공감했어요.' in said
    assert said.count('id="support-act"') == page(client, idea).count('id="support-act"') == 1
    answer = client.post(f"/ideas/{idea.matter.number}/support/undo/", headers={"HX-Request": "true"})
    assert 'hx-swap-oob="innerHTML">공감을 거뒀어요.' in answer.content.decode()


def test_support_asks_a_visitor_to_sign_in(client: Client, idea) -> None:
    before = counts()
    answer = client.post(f"/ideas/{idea.matter.number}/support/")
    assert answer.headers["Location"].startswith("/account/login/?next=%2Fideas%2FID-")
    assert counts() == before


def test_author_cannot_support_her_own(client: Client, idea) -> None:
    client.force_login(idea.matter.author)
    before = counts()
    assert client.post(f"/ideas/{idea.matter.number}/support/").status_code == 403
    assert counts() == before


# --- comments -------------------------------------------------------------------------------------------


def test_comment_and_reply_without_script(client: Client, idea, person) -> None:
    url = f"/ideas/{idea.matter.number}/comments/"
    client.post(url, say(body="신호가 먼저예요."))
    first = Comment.objects.get()
    assert client.post(f"{url}{first.pk}/", say(stance="question", body="언제부터요?")).status_code == 302
    reply = Comment.objects.exclude(pk=first.pk).get()
    assert (reply.parent, reply.author, reply.stance) == (first, person, "question")
    said = page(client, idea)
    assert "신호가 먼저예요." in said and "언제부터요?" in said
    only = client.get(f"/ideas/{idea.matter.number}/", {"stance": "against"}).content.decode()
    assert "신호가 먼저예요." not in only


def test_comment_sent_twice_is_one(client: Client, idea, person) -> None:
    typed = say()
    for _ in range(2):
        assert client.post(f"/ideas/{idea.matter.number}/comments/", typed).status_code == 302
    assert Comment.objects.count() == 1


def test_comment_errors_keep_the_words(client: Client, idea, person) -> None:
    answer = client.post(f"/ideas/{idea.matter.number}/comments/", say(stance="maybe", body="남는 말"))
    assert answer.status_code == 422 and "남는 말" in answer.content.decode()
    assert client.post(f"/ideas/{idea.matter.number}/comments/", say(body=" \u200e ")).status_code == 422
    assert Comment.objects.count() == 0


def test_comment_of_a_visitor_is_kept_and_not_published(client: Client, idea) -> None:
    answer = client.post(f"/ideas/{idea.matter.number}/comments/", say(body="로그인을 잊었어요"))
    assert answer.status_code == 422 and "로그인을 잊었어요" in answer.content.decode()
    assert Comment.objects.count() == 0
    factories.UserFactory(email="back@example.org")
    client.login(email="back@example.org", password="pass-word-2026")
    assert "로그인을 잊었어요" in page(client, idea)


def test_comment_words_are_escaped(client: Client, idea, person) -> None:
    client.post(
        f"/ideas/{idea.matter.number}/comments/", say(body="<script>alert(1)</script> http://example.org")
    )
    said = page(client, idea)
    assert "<script>alert" not in said and "&lt;script&gt;" in said and 'rel="nofollow ugc noopener"' in said


def test_official_comment_carries_its_office(client: Client, idea) -> None:
    client.force_login(factories.official("officer", idea.matter.responsible))
    client.post(f"/ideas/{idea.matter.number}/comments/", say())
    assert Comment.objects.get().is_official and "comment--official" in page(client, idea)


def test_a_thousand_comments_stay_small(client: Client, idea, person) -> None:
    people = [factories.UserFactory() for _ in range(5)]
    now = clock.now()

    def row(n: int, parent: Comment | None = None) -> Comment:
        body = f"{n}번째 말: 아이들이 걷는 길이니 신호와 과속 방지턱을 함께 놓고 밤에도 밝게 해 주세요."
        return Comment(idea=idea, author=people[n % 5], stance="for", body=body, at=now, parent=parent)

    firsts = Comment.objects.bulk_create([row(n) for n in range(200)])
    Comment.objects.bulk_create([row(n, firsts[n % 200]) for n in range(800)])
    with CaptureQueriesContext(connection) as queries:
        said = client.get(f"/ideas/{idea.matter.number}/")
    assert len(said.content) < 150_000
    assert said.content.decode().count('id="comment-') == talk.PAGE * (1 + talk.REPLIES)
    assert len(queries) < 40


def test_query_count_does_not_grow(client: Client, idea, person) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(f"/ideas/{idea.matter.number}/")
        return len(found)

    ideas.comment(actor=factories.actor(person), idea=idea, body="하나", stance="for")
    queries()
    one = queries()
    for n in range(29):
        row = ideas.comment(
            actor=factories.actor(factories.UserFactory()), idea=idea, body=f"말 {n}", stance="for"
        )
        ideas.comment(actor=factories.actor(person), idea=idea, body="답", stance="for", parent=row)
    assert queries() == one


# --- answer, history, clock -----------------------------------------------------------------------------


def test_answer_promise_and_evidence_are_on_the_page(client: Client, idea) -> None:
    answered(idea)
    said = page(client, idea)
    for words in ("보행 신호 두 곳을 먼저 켭니다", "보행 신호 두 곳 설치", "담당 부서"):
        assert words in said
    assert "Adopted" in page(client, idea, prefix="/en")
    effect = Matter.objects.get(pk=idea.pk).effects.get()
    owner = factories.actor(factories.official("officer", effect.owner))
    effecting.report(
        actor=owner,
        effect=effect,
        state="done",
        text="두 곳 모두 켰습니다.",
        evidence_url="https://example.org/photo",
    )
    said = page(client, idea)
    assert "https://example.org/photo" in said and "두 곳 모두 켰습니다." in said


def test_history_lists_acts_with_their_place(client: Client, idea) -> None:
    answered(idea)
    Outbox.objects.filter(audit__target=idea.matter.reference).order_by("pk").update(index=None)
    first = Outbox.objects.filter(audit__target=idea.matter.reference).order_by("pk").first()
    first.index = 41
    first.save()
    said = page(client, idea, "history/", prefix="/en")
    for words in ("Filed", "Given to the office that answers", "Answered", "Threshold reached", "Place 41"):
        assert words in said
    assert (
        said.count('class="timeline-event')
        == Audit.objects.filter(target=idea.matter.reference, is_public=True).count()
    )


def test_clock_is_counted_day_by_day(client: Client, idea) -> None:
    factories.supporters(idea, 3)
    matter = Matter.objects.get(pk=idea.pk)
    said = page(client, idea, "clock/")
    assert (said.count("<tr>") >= 30 and "토요일" in said) or "세는 날" in said
    due = clock.seoul(matter.due_at)
    assert f"{due.year}년 {due.month}월 {due.day}일" in said


def test_late_answer_is_said(client: Client, idea) -> None:
    factories.supporters(idea, 3)
    with clock.at(clock.now() + timedelta(days=60)):
        said = page(client, idea)
        assert "is-late" in said and "늦음" in said
        assert "is-late" in client.get("/ideas/", {"state": "late"}).content.decode()
    assert "is-late" not in page(client, idea)


def test_merged_idea_shows_where_it_went(client: Client, idea) -> None:
    other = factories.idea(idea.process, title="통학로 신호등을 켜 주세요 제발요")
    triage = factories.actor(factories.official("triage", idea.matter.host))
    ideas.merge(actor=triage, idea=other, into=idea, reason="같은 내용입니다.")
    gone = page(client, other)
    assert idea.matter.title in gone and f"/ideas/{idea.matter.number}/" in gone
    assert other.matter.title in page(client, idea)


def test_retyped_idea_says_so(client: Client, idea) -> None:
    triage = factories.actor(factories.official("triage", idea.matter.host))
    handling.retype(actor=triage, matter=idea.matter, kind="question", reason="묻는 글입니다.")
    said = page(client, idea)
    assert "처리 종류" in said and "묻는 글입니다." in said and idea.matter.number in said


# --- author ---------------------------------------------------------------------------------------------


def test_author_withdraws_after_a_page_that_asks(client: Client, idea) -> None:
    client.force_login(idea.matter.author)
    assert "withdraw/" in page(client, idea)
    assert client.get(f"/ideas/{idea.matter.number}/withdraw/").status_code == 200
    assert Matter.objects.get(pk=idea.pk).state == "open"
    client.post(f"/ideas/{idea.matter.number}/withdraw/", {"reason": "다른 곳에서 풀렸어요."})
    assert Matter.objects.get(pk=idea.pk).state == "withdrawn"
    assert "철회한 제안" in page(Client(), idea)


def test_anonymous_author_withdraws_with_the_receipt_of_the_session(client: Client, idea) -> None:
    session = client.session
    session["receipts"] = [idea.pk]
    session.save()
    client.post(f"/ideas/{idea.matter.number}/withdraw/", {"reason": ""})
    assert Matter.objects.get(pk=idea.pk).state == "withdrawn"


def test_others_cannot_withdraw_or_object(client: Client, idea, person) -> None:
    answered(idea)
    before = counts()
    for path in ("withdraw/", "objection/"):
        assert client.get(f"/ideas/{idea.matter.number}/{path}").status_code == 403
        assert (
            client.post(
                f"/ideas/{idea.matter.number}/{path}", {"reason": "나는 다른 사람입니다."}
            ).status_code
            == 403
        )
    assert counts() == before and Matter.objects.get(pk=idea.pk).state == "answered"


def test_objection_within_its_days_only(client: Client, idea) -> None:
    answered(idea)
    client.force_login(idea.matter.author)
    url = f"/ideas/{idea.matter.number}/objection/"
    assert client.post(url, {"reason": "짧다"}).status_code == 422
    with clock.at(clock.now() + timedelta(days=16)):
        late = client.post(url, {"reason": "나머지 두 곳은 언제인지 답이 없습니다."})
        assert late.status_code == 422 and "나머지 두 곳" not in page(Client(), idea)
    assert Matter.objects.get(pk=idea.pk).state == "answered"
    assert client.post(url, {"reason": "나머지 두 곳은 언제인지 답이 없습니다."}).status_code == 302
    assert Matter.objects.get(pk=idea.pk).state == "assigned"


# --- moderation -----------------------------------------------------------------------------------------


def hide(idea, moderator) -> None:
    moderation.hide_idea(
        actor=factories.actor(moderator),
        idea=idea,
        reason_code="personal_data",
        reason="이웃의 이름이 나옵니다.",
    )


def test_hidden_idea_leaks_nowhere(client: Client, moderator) -> None:
    secret = "숨은말놀이터"
    idea = factories.idea(
        title=f"{secret} 제목입니다",
        body=f"{secret} 본문이 충분히 길게 이어집니다. 그렇지요.",
        uploads=(picture(),),
    )
    file = Attachment.objects.get(matter=idea.matter)
    assert secret in client.get("/ideas/feed/").content.decode()
    assert content(client.get(f"/files/{file.pk}/")).startswith(b"\x89PNG")
    hide(idea, moderator)
    gone = client.get(f"/ideas/{idea.matter.number}/")
    assert gone.status_code == 410
    said = gone.content.decode()
    assert "개인정보" in said and "이웃의 이름이 나옵니다." in said
    sources = [
        "/ideas/",
        "/ideas/?state=open",
        "/ideas/feed/",
        "/moderation/",
        f"/ideas/similar/?title={secret}",
    ]
    sources += [f"/ideas/{idea.matter.number}/{tail}" for tail in ("", "history/", "clock/", "flag/")]
    for url in sources:
        assert secret not in client.get(url).content.decode(), url
    assert client.get(f"/files/{file.pk}/").status_code == 404
    assert client.post(f"/ideas/{idea.matter.number}/comments/", say()).status_code == 410
    client.force_login(idea.matter.author)
    assert secret in page(client, idea)
    assert content(client.get(f"/files/{file.pk}/")).startswith(b"\x89PNG")


def test_private_idea_looks_as_if_it_did_not_exist(client: Client, idea) -> None:
    Matter.objects.filter(pk=idea.pk).update(disclosure="private")
    answer = client.get(f"/ideas/{idea.matter.number}/")
    assert answer.status_code == 404 and idea.matter.title not in answer.content.decode()


def test_hidden_comment_keeps_its_place_with_the_reason(client: Client, idea, person, moderator) -> None:
    row = ideas.comment(actor=factories.actor(person), idea=idea, body="욕설욕설", stance="for")
    ideas.comment(
        actor=factories.actor(idea.matter.author), idea=idea, body="답글은 남아요", stance="for", parent=row
    )
    moderation.hide_comment(
        actor=factories.actor(moderator), comment=row, reason_code="insult", reason="사람을 욕합니다."
    )
    for said in (page(client, idea), page(client, idea, f"comments/{row.pk}/")):
        assert "욕설욕설" not in said and "모욕" in said and "답글은 남아요" in said
    log = client.get("/moderation/").content.decode()
    assert "사람을 욕합니다." in log and idea.matter.number in log and "욕설욕설" not in log


def test_reader_reports_once_and_moderator_decides(client: Client, idea, person, moderator) -> None:
    row = ideas.comment(
        actor=factories.actor(idea.matter.author), idea=idea, body="광고 보러 오세요", stance="for"
    )
    url = f"/ideas/{idea.matter.number}/flag/?comment={row.pk}"
    assert client.post(url, {}).status_code == 422
    assert client.post(url, {"reason": "advertising"}).status_code == 302
    assert client.post(url, {"reason": "advertising"}).status_code == 302
    assert Flag.objects.count() == 1
    desk = Client()
    desk.force_login(moderator)
    assert "광고 보러 오세요" in desk.get("/desk/moderation/").content.decode()
    chosen = {"thing": [f"comment:{row.pk}"], "decision": "hide"}
    assert desk.post("/desk/moderation/", chosen).status_code == 422
    assert Comment.objects.get(pk=row.pk).state == "shown"
    assert (
        desk.post(
            "/desk/moderation/", chosen | {"reason_code": "advertising", "reason": "광고입니다."}
        ).status_code
        == 302
    )
    assert Comment.objects.get(pk=row.pk).state == "hidden"
    assert "광고 보러 오세요" not in page(client, idea)
    restored = desk.post(
        "/desk/moderation/?tab=hidden", chosen | {"decision": "restore", "reason": "다시 보니 아닙니다."}
    )
    assert restored.status_code == 302 and "광고 보러 오세요" in page(client, idea)


def test_moderator_leaves_an_idea_up_or_takes_it_down_and_puts_it_back(
    client: Client, idea, moderator
) -> None:
    moderation.flag(actor=factories.actor(factories.UserFactory()), reason="insult", subject=idea)
    client.force_login(moderator)
    thing = {"thing": [f"idea:{idea.pk}"]}
    client.post("/desk/moderation/", thing | {"decision": "dismiss"})
    assert Flag.objects.get().settled_at is not None and Matter.objects.get(pk=idea.pk).is_public
    client.post(
        "/desk/moderation/",
        thing | {"decision": "hide", "reason_code": "insult", "reason": "사람을 욕합니다."},
    )
    assert Matter.objects.get(pk=idea.pk).disclosure == "hidden"
    client.post(
        "/desk/moderation/?tab=hidden", thing | {"decision": "restore", "reason": "다시 살펴보았습니다."}
    )
    assert Matter.objects.get(pk=idea.pk).is_public


@pytest.mark.parametrize("role", ["", "triage", "officer", "approver", "arbiter", "foreign"])
def test_wrong_roles_moderate_nothing(client: Client, idea, role: str) -> None:
    elsewhere = factories.OrganisationFactory(code="elsewhere")
    if role == "foreign":
        user = factories.official("moderator", elsewhere)
    else:
        user = factories.official(role, idea.matter.host) if role else factories.UserFactory()
    client.force_login(user)
    before = counts()
    decision = {
        "decision": "hide",
        "thing": [f"idea:{idea.pk}"],
        "reason_code": "insult",
        "reason": "사람을 욕합니다.",
    }
    client.post("/desk/moderation/", decision)
    assert counts() == before and Matter.objects.get(pk=idea.pk).is_public


# --- files ----------------------------------------------------------------------------------------------


def test_file_comes_locked_in(client: Client) -> None:
    factories.process()
    idea = factories.idea(uploads=(picture("길.png"),))
    file = Attachment.objects.get(matter=idea.matter)
    answer = client.get(f"/files/{file.pk}/")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert content(answer)[:4] == b"\x89PNG"
    assert client.get("/files/999999/").status_code == 404


# --- both languages -------------------------------------------------------------------------------------


def test_both_languages_are_whole(client: Client, idea) -> None:
    korean, english = page(client, idea), page(client, idea, prefix="/en")
    assert "답변하는 곳" in korean and "Who has to answer" not in korean
    assert "Who has to answer" in english and "답변하는 곳" not in english
    visible = re.sub(r"<(script|style)[^>]*>.*?</\1>|<[^>]+>", " ", korean, flags=re.DOTALL)
    left = set(re.findall(r"\b[A-Za-z]{4,}(?: [a-z]{3,})+\b", visible))
    assert not left, left
