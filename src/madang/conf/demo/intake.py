"""What came to Haedam by other means than the web: a batch of paper forms, a call. All made up."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

from django.apps import apps

from madang.commons.channels import api as channels
from madang.commons.channels.domain import mail, paper, taking
from madang.conf.demo.story import acting_as, days_ago

TARGET = "square.idea:neighbourhood"


def paper_forms() -> None:
    """Twelve paper forms at a library: entered, spoiled, unused, some still out."""
    with days_ago(20):
        batch = paper.issue(
            actor=acting_as("triage"), target=TARGET, booth="해담중앙도서관 1층", size=12, sample=0
        )
    forms = list(batch.forms.all())
    words = (
        (
            "도서관 앞 버스 정류장에 의자를 놓아 주세요",
            "무릎이 아파서 오래 서 있기 힘듭니다. 등받이가 있으면 더 좋겠습니다.",
            "솔마을 할머니",
        ),
        (
            "큰 글씨 시내버스 노선도를 나눠 주세요",
            "휴대전화로 보기가 어렵습니다. 종이로 접어 다닐 수 있으면 좋겠습니다.",
            "",
        ),
    )
    for place, (title, body, name) in enumerate(words):
        with days_ago(12 - place):
            paper.enter(
                actor=acting_as("intake"),
                form=forms[place],
                words=channels.Words(title=title, body=body, name=name),
            )
    with days_ago(10):
        paper.spoil(actor=acting_as("intake"), form=forms[2], why="empty")
    with days_ago(9):
        paper.give_back(actor=acting_as("intake"), batch=batch, first=10, last=12)


def a_call() -> None:
    """Somebody calls, and an operator writes down what she says."""
    with days_ago(7):
        taking.take(
            key="phone:demo",
            channel="phone",
            target=channels.find(TARGET),
            words=channels.Words(
                title="시장 골목 가로등을 고쳐 주세요",
                body="어두워서 저녁 장을 보러 가기가 무섭습니다. 세 개가 한 달째 꺼져 있습니다.",
                name="시장 상인",
            ),
            operator=acting_as("intake"),
            payload={"consent": 1},
        )


def mails() -> None:
    """Three mails wait for their senders; the letters to them lie in the demo's outbox."""
    address = mail.address_of(channels.find(TARGET))
    for sender, subject, body in MAILS:
        made = EmailMessage()
        made["From"], made["To"], made["Subject"] = sender, address, subject
        made["Message-ID"] = f"<{sender}>"
        made.set_content(body)
        mail.keep(raw=made.as_bytes())


MAILS = (
    (
        "bada@haedam.example",
        "놀이터 모래를 새로 깔아 주세요",
        "아이들이 맨발로 놀기에 유리 조각이 걱정됩니다. 봄이 오기 전에 새 모래를 깔아 주세요.\n\n-- \n이바다",
    ),
    ("silent@haedam.example", "(사진)", "> 지난번에 보낸 메일"),
    ("no-reply@newsletter.example", "이번 주 소식", "자동으로 보내는 소식지입니다."),
)

CHAPTERS: tuple[Callable[[], None], ...] = (paper_forms, a_call, mails)


def tell(report: Callable[[str], None]) -> None:
    """Only where the square takes ideas in; the channels know no other service yet."""
    if not apps.is_installed("madang.services.square"):
        return
    for chapter in CHAPTERS:
        chapter()
        report(chapter.__doc__ or chapter.__name__)
