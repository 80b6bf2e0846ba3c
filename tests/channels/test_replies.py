"""A reply to a mail of ours is added to the matter that the mail was about, by who received it, when she says so."""

from __future__ import annotations

import re
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest
from django.core import mail as outgoing
from django.test import Client

from madang.commons.channels.domain import answering, mail, replies
from madang.commons.channels.models import Message
from madang.commons.matters.domain import clocks, handling
from madang.commons.matters.models import Contact, Inquiry, Matter
from madang.kernel import clock, ids
from madang.services.square.models import Comment, Idea
from tests import factories as make

pytestmark = pytest.mark.django_db
BODY = "저도 매일 그 길을 다니는데 꼭 필요합니다."


@pytest.fixture(autouse=True)
def _address(settings) -> None:
    settings.MAILBOX_ADDRESS = "madang@haedam.example"
    settings.MAILBOX_URL = "imaps://somewhere.example"


def reply(to: str, sender: str, body: str = BODY, **headers: str) -> Message:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, "Re: [마당] 소식"
    made["Message-ID"] = f"<{ids.new_code()}@example.org>"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(f"{body}\n\n2026년 11월 2일 (월) 오전 10:00, 마당님이 작성:\n> 새 소식이 있어요")
    mail.keep(raw=made.as_bytes())
    answering.answer()
    return Message.objects.order_by("-pk").first()


def link() -> str:
    return urlsplit(re.search(r"https?://\S+/in/\S+", outgoing.outbox[-1].body)[0]).path


def counts() -> tuple[int, int, int]:
    return Matter.objects.count(), Comment.objects.count(), Idea.objects.count()


def test_a_reply_becomes_a_comment_when_its_sender_says_so(hall):
    idea, user = make.idea(hall.process), make.UserFactory(email="nara@example.org")
    before = counts()
    row = reply(replies.address_for(idea.matter.number, "Nara@example.org"), "nara@example.org")
    assert (row.state, row.about, row.body) == ("asked", idea.matter.reference, BODY)
    assert counts() == before
    there, client = link(), Client()
    page = client.get(there).content.decode()
    assert BODY in page
    assert idea.matter.title in page
    client.post(there, {"answer": "yes", "how": "against"})
    client.post(there, {"answer": "yes", "how": "for"})
    said = Comment.objects.get()
    assert (said.author, said.stance, said.body, said.channel) == (user, "against", BODY, "email")
    row.refresh_from_db()
    assert (row.state, row.body, row.filed_as) == ("added", "", None)
    assert Idea.objects.count() == 1
    assert idea.matter.title in client.get(there).content.decode()


def test_a_reply_from_another_address_is_added_nowhere_and_told(hall):
    idea = make.idea(hall.process)
    make.UserFactory(email="other@example.org")
    before = counts()
    row = reply(replies.address_for(idea.matter.number, "nara@example.org"), "other@example.org")
    assert (row.state, row.letter, row.body, row.about) == ("told", "other", "", "")
    assert idea.matter.number not in outgoing.outbox[-1].body
    assert counts() == before


def test_an_address_that_was_made_up_is_no_new_idea_either(hall):
    idea = make.idea(hall.process)
    before = counts()
    right = replies.address_for(idea.matter.number, "nara@example.org")
    local, _at, host = right.partition("@")
    reply(local[:-1] + ("a" if local[-1] != "a" else "b") + "@" + host, "nara@example.org")
    assert counts() == before
    assert Message.objects.get().state == "told"


def test_an_author_without_an_account_answers_the_office_by_mail(hall):
    idea = make.idea(hall.process)
    Matter.objects.filter(pk=idea.pk).update(code_hash="x" * 64)
    make.supporters(idea, 3)
    officer = make.official("officer", hall.host)
    matter = handling.assign(
        actor=make.actor(hall.triage), matter=Matter.objects.get(pk=idea.pk), office=hall.host
    )
    clocks.pause(
        actor=make.actor(officer), matter=matter, reason_code="supplement", reason="어느 정류장인가요?"
    )
    asked, now = Inquiry.objects.get(), clock.now()
    Contact.objects.create(
        matter=idea.matter, email="grandma@example.org", asked_at=now, sent_at=now, confirmed_at=now
    )
    stranger = reply(replies.address_for(idea.matter.number, "x@example.org"), "x@example.org")
    assert Client().get(link()).status_code == 200
    Client().post(link(), {"answer": "yes", "how": "answer"})  # she received a mail, and is not the author
    asked.refresh_from_db()
    stranger.refresh_from_db()
    assert (asked.state, stranger.state) == ("open", "asked")
    assert not Comment.objects.exists()
    reply(
        replies.address_for(idea.matter.number, "grandma@example.org"),
        "grandma@example.org",
        "도서관 앞이요.",
    )
    there = link()
    assert "도서관 앞이요." in Client().get(there).content.decode()
    Client().post(there, {"answer": "yes", "how": "answer"})
    asked.refresh_from_db()
    assert (asked.state, asked.answer) == ("answered", "도서관 앞이요.")


def test_a_reply_to_our_letter_is_known_by_its_name(hall):
    make.UserFactory(email="nara@example.org")
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = (
        "nara@example.org",
        "madang+test@haedam.example",
        "정류장에 의자를",
    )
    made["Message-ID"] = "<one@example.org>"
    made.set_content(BODY)
    mail.keep(raw=made.as_bytes())
    answering.answer()
    Client().post(link(), {"answer": "yes"})
    answering.answer()
    receipt = outgoing.outbox[-1]
    matter = Matter.objects.get()
    assert receipt.extra_headers["Reply-To"] == replies.address_for(matter.number, "nara@example.org")
    name = receipt.extra_headers["Message-ID"]
    row = reply("madang@haedam.example", "nara@example.org", In_Reply_To=name)
    assert (row.state, row.about) == ("asked", matter.reference)
    row = reply("madang@haedam.example", "other@example.org", In_Reply_To=name)
    assert (row.state, row.letter, row.about) == ("told", "other", "")
    assert Idea.objects.count() == 1


def test_without_an_account_the_page_says_why_nothing_can_be_added(hall):
    idea = make.idea(hall.process)
    reply(replies.address_for(idea.matter.number, "x@example.org"), "x@example.org")
    there = link()
    page = Client().get(there).content.decode()
    assert "로그인" in page
    assert 'value="yes"' not in page
    Client().post(there, {"answer": "yes", "how": "for"})
    assert not Comment.objects.exists()
    Client().post(there, {"answer": "no"})
    assert Message.objects.get().body == ""


def test_an_ended_discussion_takes_no_reply(hall):
    idea = make.idea(hall.process)
    make.UserFactory(email="nara@example.org")
    hall.process.cells.update(can_comment=False)
    reply(replies.address_for(idea.matter.number, "nara@example.org"), "nara@example.org")
    answer = Client().post(link(), {"answer": "yes", "how": "for"})
    assert answer.status_code in (403, 409, 422)
    assert not Comment.objects.exists()


def test_where_no_mailbox_is_read_no_reply_is_asked_for(settings):
    settings.MAILBOX_URL, settings.IS_DEMO = "", False
    assert replies.reply_to("matter:ID-2611-00042-7", "a@example.org") == ""
