"""The gate, the queue and what authors are told; what cannot be said twice."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from madang.commons.notices import api as notices
from madang.commons.opinions.domain import conversations, statements
from madang.commons.opinions.logic import gate
from madang.commons.opinions.models import Board, Conversation, Statement
from madang.kernel.errors import RefusedError
from madang.kernel.levels import Level
from madang.kernel.models import Audit
from tests import factories
from tests.opinions import rooms


@pytest.mark.parametrize(
    "words, kind",
    [
        ("문의는 010-1234-5678로 해야 한다", "phone"),
        ("담당자 02-123-4567 번은 바꿔야 한다", "phone"),
        ("901010-1234567 같은 번호는 없애야 한다", "resident_number"),
        ("mina.kim@example.org 로 받아야 한다", "email"),
        ("국민은행 110-234-567890 계좌로 모아야 한다", "account"),
        ("4111 1111 1111 1111 로 내야 한다", "card"),
        ("12가 3456 차가 늘 서 있다", "plate"),
        ("@haedam_kim 은 물러나야 한다", "handle"),
    ],
)
def test_data_of_a_person_are_found_where_they_stand(words: str, kind: str) -> None:
    found = gate.personal(words)
    assert [finding.kind for finding in found] == [kind]
    assert words[found[0].start : found[0].end].strip()


@pytest.mark.parametrize(
    "words",
    [
        "2024-2025년 예산을 늘려야 한다",
        "시속 30km를 넘지 않아야 한다",
        "120번 전화는 밤에도 받아야 한다",
        "제곱미터당 1,500,000원은 너무 비싸다",
        "버스 701번은 10분마다 와야 한다",
    ],
)
def test_numbers_of_a_city_are_nobodys_data(words: str) -> None:
    assert gate.personal(words) == []


@pytest.mark.parametrize(
    "words",
    [
        "의자를 더 놓아야 하고 화장실도 새로 지어야 한다",
        "나무를 심어야 한다. 그리고 길을 넓혀야 한다.",
        "나무를 심어야 한다; 길을 넓혀야 한다",
        "자전거는 내려서 걸어야 하지만 킥보드는 타도 된다",
        "Trees must stay and the path should be wider",
    ],
)
def test_two_claims_are_noticed(words: str) -> None:
    assert gate.two_claims(words)


@pytest.mark.parametrize(
    "words",
    [
        "빠르고 안전한 길이 필요하다",
        "조명과 의자를 놓아야 한다",
        "조명 및 의자를 놓아야 한다",
        "길이 좁고 어두워서 위험하다",
        "비가 오면 길이 잠기니 물이 빠지게 먼저 고쳐야 한다",
        "Trees and benches must stay",
    ],
)
def test_one_claim_with_two_words_is_left_alone(words: str) -> None:
    assert not gate.two_claims(words)


def test_near_statements_are_laid_beside() -> None:
    known = [(4, "전동킥보드는 이 길에 들어오지 못하게 해야 한다"), (5, "의자를 더 놓아야 한다")]
    assert [number for number, _ in gate.near("전동킥보드는 이 길에 못 들어오게 막아야 한다", known)] == [4]
    assert gate.near("나무 그늘이 더 필요하다", known) == []


@pytest.mark.django_db
def test_a_doubtful_statement_waits_and_its_author_is_told_the_reason() -> None:
    room, author = rooms.room(), factories.UserFactory()
    statement = statements.write(
        actor=factories.actor(author),
        conversation=room,
        words="의자를 더 놓아야 하고 그늘도 더 만들어야 한다",
    )
    assert (statement.state, statement.doubts) == ("waiting", ["two_claims"])
    with pytest.raises(RefusedError):  # nobody answers what nobody may see
        rooms.say(room, "a", statement.number, 1)
    lead = factories.actor(rooms.facilitator())
    for code, note, error in (("", "둘로 나눠 주세요", 422), ("two_claims", "", 422)):
        with pytest.raises(RefusedError) as refused:
            statements.send_back(actor=lead, statement=statement, reason_code=code, note=note)
        assert refused.value.status == error
    back = statements.send_back(
        actor=lead, statement=statement, reason_code="two_claims", note="둘로 나눠 주세요."
    )
    told = [str(row.sentence) for row in notices.inbox(author, limit=9)]
    assert len(told) == 1 and "둘로 나눠 주세요." in told[0]
    again = statements.reword(
        actor=factories.actor(author), statement=back, words="쉴 수 있는 그늘이 더 있어야 한다"
    )
    assert again.state in ("shown", "waiting") and again.reason_code == ""
    acts = Audit.objects.filter(target=statement.reference, is_public=True).order_by("pk")
    assert [act.action.rpartition(".")[2] for act in acts][:2] == ["return", "reword"]


@pytest.mark.django_db
def test_only_the_right_people_decide() -> None:
    room, author = rooms.room(), factories.UserFactory()
    statement = statements.write(
        actor=factories.actor(author),
        conversation=room,
        words="의자를 더 놓아야 하고 그늘도 더 만들어야 한다",
    )
    elsewhere = factories.official("moderator", factories.OrganisationFactory())
    for user in (None, author, factories.UserFactory(), elsewhere):
        with pytest.raises(RefusedError):
            statements.accept(actor=factories.actor(user), statement=statement)
        with pytest.raises(RefusedError):
            conversations.close(actor=factories.actor(user), conversation=room)
    statement.refresh_from_db()
    room.refresh_from_db()
    assert (statement.state, room.state) == ("waiting", "open") and room.secret


@pytest.mark.django_db
def test_the_same_words_are_taken_once() -> None:
    room = rooms.room()
    with pytest.raises(RefusedError) as refused:
        statements.write(
            actor=factories.actor(factories.UserFactory()), conversation=room, words=rooms.SEEDS[0] + "!"
        )
    assert refused.value.code == "opinions.same"
    one = Statement.objects.get(conversation=room, number=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        Statement.objects.create(
            conversation=room, number=99, text="x", fingerprint=one.fingerprint, at=one.at, state="shown"
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Conversation.objects.filter(pk=room.pk).update(state="closed")  # with its secret


@pytest.mark.django_db
def test_what_was_taken_down_counts_no_more_and_comes_back_whole() -> None:
    room = rooms.room()
    rooms.crowd(room, people=12)
    lead = factories.actor(rooms.facilitator())
    statement = Statement.objects.get(conversation=room, number=3)
    hidden = statements.hide(actor=lead, statement=statement, reason_code="abuse", note="욕설입니다.")
    from madang.commons.opinions.domain import counting

    counting.work()
    assert "3" not in Board.objects.get(pk=room.pk).picture["statements"]
    page = Client().get(reverse("opinion_statements", args=[room.code])).content.decode()
    assert statement.text not in page
    statements.restore(actor=lead, statement=hidden, note="잘못 내렸습니다.")
    counting.work()
    assert sum(Board.objects.get(pk=room.pk).picture["statements"]["3"]["all"]) == 12


@pytest.mark.django_db
def test_the_page_of_writing_loses_nothing() -> None:
    room, author = rooms.room(level=Level.CONTACT), factories.UserFactory()
    url = reverse("opinion_write", args=[room.code])
    words = "문의 010-1234-5678 번을 크게 적어야 한다"
    stranger = Client()
    stranger.post(url, {"words": words})
    assert not Statement.objects.filter(is_seed=False).exists()
    assert words in stranger.get(url).content.decode(), "kept over signing in"
    client = Client()
    client.force_login(author)
    page = client.post(url, {"words": words})
    assert page.status_code == 422 and words in page.content.decode()
    assert not Statement.objects.filter(is_seed=False).exists()
    assert client.post(url, {"words": "짧다"}).status_code == 422
    assert client.post(url, {"words": "가" * 141}).status_code == 422
    # Sure of other words than those that were looked at: they are looked at again.
    other = client.post(url, {"words": words, "sure": "다른 문장"})
    assert other.status_code == 422
    done = client.post(url, {"words": words, "sure": words})
    assert done.status_code == 302
    assert Statement.objects.get(is_seed=False).state == "waiting"
