"""A secret that was used, is old, or was made for something else."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.core import mail, signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from madang.commons.matters.models import Matter
from madang.commons.matters.web import uploads
from madang.commons.notices.models import Follow
from madang.kernel import clock
from madang.kernel.web import once
from tests import factories as make
from tests.security.conftest import picture
from tests.security.test_uploads import send

MAIL = "replay@example.org"
CODE = re.compile(r"^\s*([0-9A-Z]{3,}-?[0-9A-Z]{3,})\s*$", re.MULTILINE)


def person() -> Any:
    user = make.UserFactory(email=MAIL)
    EmailAddress.objects.create(user=user, email=MAIL, verified=True, primary=True)
    return user


def code_for(client: Client, url: str) -> str:
    mail.outbox.clear()
    client.post(url, {"email": MAIL})
    found = CODE.search(mail.outbox[-1].body)
    assert found is not None
    return found[1]


def is_in(client: Client) -> bool:
    return client.get("/my/account/").status_code == 200


def test_a_sign_in_code_works_once_and_where_it_was_asked_for(db: None) -> None:
    person()
    asked, thief = Client(), Client()
    code = code_for(asked, "/account/login/code/")
    thief.post("/account/login/code/confirm/", {"code": code})
    assert not is_in(thief)
    asked.post("/account/login/code/confirm/", {"code": code})
    assert is_in(asked)
    asked.post("/account/logout/")
    asked.post("/account/login/code/confirm/", {"code": code})
    assert not is_in(asked)


def test_a_sign_in_code_is_guessed_few_times(db: None) -> None:
    person()
    client = Client()
    code = code_for(client, "/account/login/code/")
    for _try in range(6):
        client.post("/account/login/code/confirm/", {"code": "ZZZZ-ZZZZ"})
    client.post("/account/login/code/confirm/", {"code": code})
    assert not is_in(client)


def test_a_reset_link_works_once(db: None) -> None:
    person()
    client = Client()
    client.post("/account/password/reset/", {"email": MAIL})
    link = re.search(r"(/account/password/reset/key/\S+)", mail.outbox[-1].body)
    assert link is not None, mail.outbox[-1].body
    form = client.get(link[1], follow=True).request["PATH_INFO"]
    assert (
        client.post(form, {"password1": "a-new-pass-word-77", "password2": "a-new-pass-word-77"}).status_code
        == 302
    )
    again = Client()
    used = again.get(link[1], follow=True)
    assert "이제 열리지 않는 링크예요" in used.content.decode()  # words of ours, with a way on
    assert 'href="/account/password/reset/"' in used.content.decode()
    page = used.request["PATH_INFO"]
    again.post(page, {"password1": "thiefs-pass-word-77", "password2": "thiefs-pass-word-77"})
    thief = Client()
    thief.post("/account/login/", {"login": MAIL, "password": "thiefs-pass-word-77"})
    assert not is_in(thief)


def test_a_ticket_files_once_and_a_seal_serves_its_own_purpose(db: None) -> None:
    make.process()
    client = Client()
    with clock.at(clock.now() - timedelta(minutes=1)):
        ticket = once.ticket()
    typed = {"ticket": ticket, "confirmed": "x"}
    first = send(client=client, **typed)
    assert first.status_code == 302
    send(client=client, **typed)
    assert Matter.objects.count() == 1
    kept = uploads.keep(picture())
    # A sealed file name is no ticket and a ticket is no file.
    assert once.read(kept.token) is None and uploads.find(ticket) is None
    foreign = signing.dumps({"k": "x", "t": 0}, salt="another")
    assert send(client=Client(), ticket=foreign).status_code == 422
    assert Matter.objects.count() == 1


def test_a_ticket_serves_no_second_visit(db: None) -> None:
    make.process()
    with clock.at(clock.now() - timedelta(minutes=1)):
        ticket = once.ticket()
    assert send(client=Client(), ticket=ticket, confirmed="x").status_code == 302
    other = {
        "ticket": ticket,
        "confirmed": "x",
        "title": "다른 이름의 제안을 또 보냅니다",
        "body": "도서관이 일찍 닫아서 일하는 사람은 갈 수 없습니다. 한 시간만 더 열어 주세요.",
    }
    again = send(client=Client(), **other)
    assert again.status_code == 409
    assert Matter.objects.count() == 1
    page = again.content.decode()
    assert other["title"] in page and ticket not in page
    fresh = re.search(r'name="ticket" value="([^"]+)"', page)
    assert fresh is not None and once.read(fresh[1]) is not None


def test_a_kept_file_ends_after_a_day_and_with_its_filing(db: None) -> None:
    make.process()
    kept = uploads.keep(SimpleUploadedFile("a.png", picture().read()))
    assert send(kept=[kept.token]).status_code == 302
    assert uploads.find(kept.token) is None
    assert send(kept=[kept.token], title="또 다른 제목의 제안입니다").status_code == 422


def test_a_stop_link_stops_its_own_mail_and_stopping_again_is_calm(db: None) -> None:
    first, other = make.idea(make.process()), make.idea()
    rows = [
        Follow.objects.create(address=MAIL, reference=idea.matter.reference, why="author")
        for idea in (first, other)
    ]
    for _again in range(2):
        assert Client().post(f"/stop/{rows[0].token}/").status_code == 200
    assert Follow.objects.get(pk=rows[0].pk).ended_at is not None
    assert Follow.objects.get(pk=rows[1].pk).ended_at is None
    # The same link opens nothing else.
    assert Client().get(f"/receipt/of/{first.matter.number}/").status_code == 302
    assert Client().post("/receipt/", {"code": rows[0].token}).status_code == 422
