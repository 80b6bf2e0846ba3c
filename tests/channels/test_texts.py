"""Text messages: by the carrier's signed call in, by the same rights, once, and whose it was forgotten after."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from madang.commons.channels import providers
from madang.commons.channels.domain import persons, texts
from madang.commons.channels.logic import signing, texting
from madang.commons.channels.models import Entry, Number, Text
from madang.commons.matters.models import Matter
from madang.kernel import clock, ids
from madang.kernel.models import User
from madang.services.square.domain import ideas
from madang.services.square.models import Comment, Idea, Support
from tests import factories as make

pytestmark = pytest.mark.django_db
PHONE = "010-2345-6789"
WORDS = "버스 정류장에 의자를 놓아 주세요. 어르신들이 오래 서서 기다립니다."


@pytest.fixture(autouse=True)
def _carrier(settings) -> None:
    settings.SMS_PROVIDER = "sandbox"


def sandbox() -> providers.Sandbox:
    found = providers.sandbox()
    assert found is not None
    return found


def post(headers: dict[str, str], body: bytes):
    return Client(enforce_csrf_checks=True).post(
        reverse("texts_hook"), body, content_type="application/json", headers=headers
    )


def send(words: str, *, sender: str = PHONE, key: str = ""):
    return post(*sandbox().call(sender=sender, words=words, key=key or ids.new_code()))


def replies(number: str = "+821023456789") -> list[str]:
    """What this number was answered, the latest last."""
    texts.answer()
    rows = [row for row in sandbox().messages(1000) if row["way"] == "out" and row["number"] == number]
    return [row["words"] for row in reversed(rows)]


def code_of(reply: str) -> str:
    """The four figures that a question of ours asks back."""
    found = re.search(r"(?<![\d-])\d{4}(?![\d-])", reply)
    assert found is not None, reply
    return found[0]


def file(words: str = WORDS, *, sender: str = PHONE) -> str:
    """Send words and say yes to the question that comes back; the last answer."""
    number = texting.phone_number(sender)
    send(words, sender=sender)
    send(code_of(replies(number)[-1]), sender=sender)
    return replies(number)[-1]


def everything() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Text, Number, Matter, Support, Comment, User, Entry))


# --- the way in -----------------------------------------------------------------------------------------


def test_a_message_becomes_an_idea_and_its_answer_holds_number_and_code(hall):
    reply = file()
    matter = Matter.objects.get()
    assert (matter.channel, matter.title, matter.body) == ("sms", "버스 정류장에 의자를 놓아 주세요", WORDS)
    assert matter.author is None
    assert matter.number in reply
    code = next(word for word in reply.split() if ids.read_code(word))
    assert ids.code_hash(code) == matter.code_hash
    row = Text.objects.get(state="filed")
    assert (row.filed_as, row.sealed_reply, row.sealed_words) == (matter.reference, "", "")
    assert "문자" in Client().get(reverse("item", args=[matter.number])).content.decode()
    assert texts.answer() == 0


FORGERIES = {
    "unsigned": lambda h, b: ({}, b),
    "other words": lambda h, b: (h, b.replace("의자".encode(), "탁자".encode())),
    "other number": lambda h, b: (h, b.replace(b"2345", b"9999")),
    "other name": lambda h, b: (h | {"webhook-id": "another"}, b),
    "other moment": lambda h, b: (h | {"webhook-timestamp": str(int(h["webhook-timestamp"]) + 1)}, b),
    "other key": lambda h, b: (
        h | {"webhook-signature": signing.sign(b"k" * 32, h["webhook-id"], int(h["webhook-timestamp"]), b)},
        b,
    ),
    "nonsense": lambda h, b: (h | {"webhook-signature": "v1,é"}, b),
}


@pytest.mark.parametrize("kind", FORGERIES)
def test_a_call_that_the_carrier_did_not_sign_changes_nothing(hall, kind):
    before = everything()
    headers, body = sandbox().call(sender=PHONE, words=WORDS, key="one")
    assert post(*FORGERIES[kind](headers, body)).status_code == 401
    assert everything() == before
    assert sandbox().messages() == []


def test_a_call_that_is_signed_but_not_whole_changes_nothing(hall):
    moment = int(clock.now().timestamp())
    for body in (b"[]", b"{", b'{"from": 1, "text": "x"}', json.dumps({"from": PHONE}).encode()):
        headers = {
            "webhook-id": "x",
            "webhook-timestamp": str(moment),
            "webhook-signature": signing.sign(sandbox().key, "x", moment, body),
        }
        assert post(headers, body).status_code == 401
    assert not Text.objects.exists()


def test_the_same_call_again_changes_nothing(hall):
    call = sandbox().call(sender=PHONE, words=WORDS, key="one")
    assert post(*call).status_code == 200
    before = everything()
    assert post(*call).status_code == 409  # at once
    fresh = sandbox().call(sender=PHONE, words=WORDS, key="one")
    assert post(*fresh).status_code == 409  # signed anew by the carrier, which has not heard our answer
    with clock.at(clock.now() + timedelta(seconds=signing.TOLERANCE + 5)):
        assert post(*call).status_code == 401  # overheard, and played back later
    assert everything() == before
    assert len(replies()) == 1


def test_without_a_carrier_there_is_no_way_in(hall, settings):
    call = sandbox().call(sender=PHONE, words=WORDS, key="one")
    settings.SMS_PROVIDER = ""
    assert post(*call).status_code == 404
    assert "010-0000" not in Client().get(reverse("means")).content.decode()


def test_a_call_without_end_is_refused(hall):
    call = sandbox().call(sender=PHONE, words="가" * providers.LARGEST, key="one")
    assert post(*call).status_code == 413
    assert not Text.objects.exists()


def test_forgers_are_slowed(hall):
    answers = {post({}, b"{}").status_code for _try in range(70)}
    assert answers == {401, 429}
    assert send(WORDS).status_code == 200  # the carrier is not


# --- taking part ----------------------------------------------------------------------------------------


def test_a_number_supports_once_and_takes_it_back(hall):
    idea = make.idea(hall.process)
    for _turn in range(3):
        send(f"공감 {idea.matter.number}")
    ideas.tally()
    assert Idea.objects.get().support_total == 1
    assert Support.objects.get().channel == "sms"
    assert "이미" in replies()[-1]
    send(f"공감취소 {idea.matter.number.lower()}")
    ideas.tally()
    assert Idea.objects.get().support_total == 0
    send(f"support {idea.matter.number}", sender="+82 10 2345 6789")  # the same number, written otherwise
    ideas.tally()
    assert Idea.objects.get().support_total == 1
    assert Number.objects.count() == 1


def test_a_comment_stands_on_the_page_with_its_means(hall):
    idea = make.idea(hall.process)
    send(f"찬성 {idea.matter.number} 우리 동네에도 꼭 필요합니다")
    said = Comment.objects.get()
    assert (said.channel, said.stance, said.body) == ("sms", "for", "우리 동네에도 꼭 필요합니다")
    page = Client().get(reverse("item", args=[idea.matter.number])).content.decode()
    assert "우리 동네에도 꼭 필요합니다" in page
    assert "문자 메시지 접수" in page
    assert "2345" not in page


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("공감 ID-2611-00042-A", "맞지 않아요"),
        ("도움", "제안"),
        ("네", "문장"),
        ("고맙습니다", "문장"),
        ("네, 알겠습니다. 감사합니다!", "문장"),
        ("1234", "기다리는"),
    ],
)
def test_what_cannot_be_done_is_told_and_changes_nothing(hall, words, part):
    send(words)
    assert len(replies()) == 1
    assert (
        Matter.objects.count(),
        Support.objects.count(),
        User.objects.filter(email__endswith="number.invalid").count(),
    ) == (0, 0, 0)


def test_a_private_idea_is_neither_named_nor_supported(hall):
    idea = make.idea(hall.process)
    Matter.objects.filter(pk=idea.pk).update(disclosure="private", title="비밀 제목")
    send(f"공감 {idea.matter.number}")
    assert "비밀" not in replies()[-1]
    assert not Support.objects.exists()
    assert Text.objects.get().state == "refused"


def test_a_closed_phase_is_told_with_its_reason(hall):
    hall.process.cells.update(can_file=False)
    send(f"test {WORDS}")
    assert not Matter.objects.exists()
    assert Text.objects.get().state == "refused"
    assert "제안을 받지 않" in replies()[-1]


def test_of_several_places_the_sender_is_asked_which(hall):
    make.process(slug="parks")
    send(WORDS)
    assert not Matter.objects.exists()
    assert "parks" in replies()[-1]
    file(f"Parks: {WORDS}")
    assert Idea.objects.get().process.slug == "parks"
    assert Matter.objects.get().body == WORDS


# --- stop, and too much -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("stop", "start"), [("그만", "시작"), (" STOP. ", "start")])
def test_stop_is_confirmed_once_and_then_there_is_silence(hall, stop, start):
    send(stop)
    assert len(replies()) == 1
    send(stop)
    send(WORDS)
    send("도움")
    assert len(replies()) == 1
    assert not Matter.objects.exists()
    with clock.at(clock.now() + timedelta(days=200)):
        texts.forget()
        send(WORDS)
        assert not Matter.objects.exists()
        send(start)
        assert len(replies()) == 1  # what was told half a year ago is forgotten
    with clock.at(clock.now() + timedelta(days=200, minutes=1)):
        file()
    assert Matter.objects.exists()


def test_a_flood_of_one_number_is_not_answered_and_others_are(hall):
    for _turn in range(texts.PER_DAY + 5):
        send("도움")
    send(WORDS)
    assert not Matter.objects.exists()
    assert len(replies()) == texts.PER_DAY
    file(sender="010-9999-9999")
    assert Matter.objects.count() == 1


# --- asked before anything is filed -----------------------------------------------------------------------


def test_words_are_filed_when_the_number_that_was_asked_says_yes(hall):
    """A forged sender line files nothing: the question goes to the number's holder, and its figures come back."""
    send(WORDS)
    assert not Matter.objects.exists()
    asked = replies()[-1]
    code = code_of(asked)
    assert "버스 정류장" in asked
    send(code, sender="010-8888-7777")  # somebody else's yes is no yes
    send(f"{(int(code) + 1) % 10_000:04}")
    assert not Matter.objects.exists()
    with clock.at(clock.now() + timedelta(hours=25)):
        send(code)
        texts.forget()
    assert not Matter.objects.exists()
    assert not Text.objects.exclude(sealed_words="").exists()
    file()
    assert Matter.objects.count() == 1


def test_the_same_yes_twice_files_once(hall):
    send(WORDS)
    code = code_of(replies()[-1])
    send(f"접수 {code}")
    send(f"접수 {code}")
    assert Matter.objects.count() == 1
    assert "기다리는" in replies()[-1]


@pytest.mark.parametrize(
    "said",
    [
        "운전 중이라 전화를 받을 수 없습니다. 나중에 연락드리겠습니다.",
        "Sorry, I can't talk right now. I'll call you later.",
    ],
)
def test_a_phone_that_answers_by_itself_files_nothing_and_the_talk_ends(hall, said):
    for _turn in range(10):
        send(said)
    assert not Matter.objects.exists()
    assert len(replies()) == 3


def test_our_own_number_as_the_sender_is_no_sender(hall, settings):
    settings.SMS_NUMBER = "010-0000-0000"
    assert send(WORDS, sender="+82 10-0000-0000").status_code == 409
    assert not Text.objects.exists()


def test_words_that_hide_something_are_filed_as_they_are_read(hall):
    """Signs that turn the direction of writing, or that nobody sees, stand in no title and no answer."""
    file("\u202e버스 정류장에\u200b 의자를\x00 놓아\x07 주세요.\r\n어르신들이 오래 서서 기다립니다.\u2066")
    matter = Matter.objects.get()
    assert not set("\u202e\u2066\x00\x07\r") & set(matter.title + matter.body + "".join(replies()))


def test_too_long_is_told_with_the_length(hall):
    send("가" * 5001)
    assert "5,000" in replies()[-1]
    assert not Matter.objects.exists()


# --- numbers ------------------------------------------------------------------------------------------------


def test_no_number_and_no_code_stands_in_the_database(hall):
    idea = make.idea(hall.process)
    send(WORDS)
    assert Text.objects.exclude(sealed_words="").count() == 1
    send(code_of(replies()[-1]))
    send(f"공감 {idea.matter.number}")
    assert Text.objects.exclude(sealed_reply="").count() == 2
    with connection.cursor() as cursor:
        for model in (Number, Text, User, Entry):
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")  # noqa: S608 - our own table
            kept = repr(cursor.fetchall())
            assert "23456789" not in kept
            assert "의자" not in kept


def test_a_silent_number_is_forgotten_when_nothing_of_it_is_counted_any_more(hall):
    idea = make.idea(hall.process)
    send(f"공감 {idea.matter.number}")
    person = Number.objects.get().user
    with clock.at(clock.now() + timedelta(days=31)):
        assert texts.forget() == 0  # else it could come back and count twice
        assert Text.objects.get().number is None
        Matter.objects.filter(pk=idea.pk).update(ended_at=clock.now())
        assert texts.forget() == 1
    assert not Number.objects.exists()
    person.refresh_from_db()
    assert person.erased_at is not None
    assert Support.objects.count() == 1


def test_a_connected_number_counts_with_its_account_once(hall):
    idea, other, own = make.idea(hall.process), make.idea(hall.process), None
    user = make.UserFactory()
    own = make.idea(hall.process, author=user)
    ideas.support(actor=make.actor(user), idea=idea)
    for one in (idea, other, own):
        send(f"공감 {one.matter.number}")
    ideas.tally()
    assert Idea.objects.get(pk=idea.pk).support_total == 2
    made = Number.objects.get().user
    client = Client()
    client.force_login(user)
    page = client.post(reverse("means"), {"act": "connect"}).content.decode()
    code = page.split("<code>")[1].split("</code>")[0].split()[-1]
    send(f"연결 {code}", sender="010-7777-7777")  # a stranger who read it over the shoulder
    assert Number.objects.filter(user=user).count() == 1
    send(f"연결 {code}")  # used up: nothing happens
    assert Number.objects.get(user=user).number == "+821077777777"
    client.post(reverse("means"), {"act": "forget"})
    assert not Number.objects.filter(user=user).exists()
    send(f"연결 {texts.new_link(user)}")
    ideas.tally()
    totals = {one.pk: Idea.objects.get(pk=one.pk).support_total for one in (idea, other, own)}
    assert totals == {idea.pk: 1, other.pk: 1, own.pk: 0}
    assert set(Support.objects.filter(withdrawn_at__isnull=True).values_list("supporter", flat=True)) == {
        user.pk
    }
    made.refresh_from_db()
    assert made.erased_at is not None
    send(f"공감 {other.matter.number}")
    assert "이미" in replies()[-1]
    file()
    assert Matter.objects.filter(author=user, channel="sms").count() == 1


def test_a_link_code_that_is_guessed_or_old_connects_nothing(hall):
    user = make.UserFactory()
    code = texts.new_link(user)
    send("연결 AAAA-BBBB")
    with clock.at(clock.now()):
        cache.clear()
        send(f"연결 {code}")
    assert not Number.objects.filter(is_connected=True).exists()


def test_who_leaves_takes_her_number_along(hall):
    from madang.portal import leaving

    user = make.UserFactory()
    send(f"연결 {texts.new_link(user)}")
    assert persons.own_data(user.pk)["numbers"][0]["number"] == "+821023456789"
    leaving.leave(actor=make.actor(user), user=user)
    assert not Number.objects.exists()


# --- pages --------------------------------------------------------------------------------------------------


def test_the_desk_shows_what_became_of_messages_and_no_number(hall, sign_in, settings):
    settings.SMS_PROVIDER = "sandbox"
    send(WORDS)
    send(WORDS, sender="010-8888-7777")
    assert Client().get(reverse("channels_texts")).status_code == 302
    assert sign_in(hall.operators[0]).get(reverse("channels_texts")).status_code == 403
    page = sign_in(hall.triage).get(reverse("channels_texts"))
    assert page.status_code == 200
    settings.SMS_PROVIDER = "tests.channels.test_texts:Deaf"
    assert "8888" not in sign_in(hall.triage).get(reverse("channels_texts")).content.decode()


def test_an_operator_tries_a_message_in_the_sandbox(hall, sign_in):
    client = sign_in(hall.triage)
    sent = client.post(reverse("channels_texts"), {"sender": "010 1111 2222", "words": WORDS})
    assert sent.status_code == 302
    code = code_of(replies("+821011112222")[-1])
    client.post(reverse("channels_texts"), {"sender": "010 1111 2222", "words": code})
    assert Matter.objects.get().number in client.get(reverse("channels_texts")).content.decode()


class Deaf:
    """A carrier that refuses whatever it is to send."""

    name = "deaf"

    def receive(self, headers, body):
        raise providers.ForgedError("deaf")

    def send(self, *, to, words, key):
        raise ConnectionError


def test_a_carrier_that_refuses_is_tried_again_and_the_code_is_kept_sealed(hall, sign_in, settings):
    send(WORDS)
    send(code_of(replies()[-1]))
    settings.SMS_PROVIDER = "tests.channels.test_texts:Deaf"
    texts.answer()
    row = Text.objects.get(state="told")
    assert (row.reason, row.attempts) == ("carrier: ConnectionError", 1)
    now = clock.now()
    for minutes in (2, 10, 50, 300, 2000):
        with clock.at(now + timedelta(minutes=minutes)):
            texts.answer()
    assert Text.objects.get(state="told").reply_at is None
    sign_in(hall.triage).post(reverse("channels_texts"), {"act": "again"})
    settings.SMS_PROVIDER = "sandbox"
    assert Matter.objects.get().number in replies()[-1]


# --- reading ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("010-1234-5678", "+821012345678"),
        ("+82 10 1234 5678", "+821012345678"),
        ("821012345678", "+821012345678"),
        ("0082 10 1234 5678", "+821012345678"),
        ("02-123-4567", "+8221234567"),
        ("", ""),
        ("abc", ""),
        ("1234", ""),
        ("+8210123456789012345", ""),
    ],
)
def test_a_number_has_one_form(typed, number):
    assert texting.phone_number(typed) == number


@given(st.text(max_size=200))
def test_whatever_is_written_has_a_meaning(words):
    said = texting.read(words)
    assert said.act in {
        "stop",
        "start",
        "help",
        "idea",
        "link",
        "support",
        "unsupport",
        "for",
        "against",
        "question",
    }
    assert len(texting.title_of(words or "x", 100)) <= 100


def test_words_that_begin_like_a_command_are_an_idea():
    assert texting.read("For children we need a path").act == "idea"
    assert texting.read("질문 있습니다, 길이 어둡습니다").act == "idea"
    assert texting.read("stop the noise at night").act == "idea"
    assert texting.read("연결 도로를 고쳐 주세요").act == "idea"
