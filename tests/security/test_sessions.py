"""Signing in and out, and what an outsider can learn from it."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client

from madang.kernel.actors import person
from madang.kernel.models import User
from madang.portal.api import tokens
from tests import factories as make

KNOWN, UNKNOWN, PASSWORD = "known@example.org", "nobody@example.org", "pass-word-2026"


@pytest.fixture(autouse=True)
def _person(db: None) -> None:
    from allauth.account.models import EmailAddress

    cache.clear()
    user = make.UserFactory(email=KNOWN, password=PASSWORD)
    EmailAddress.objects.create(user=user, email=KNOWN, verified=True, primary=True)


def sign_in(client: Client, **more: str) -> Any:
    return client.post("/account/login/", {"login": KNOWN, "password": PASSWORD} | more)


def test_the_session_is_new_after_signing_in_and_gone_after_signing_out() -> None:
    client = Client()
    client.post("/receipt/", {"code": make.idea(make.process()).code})
    before = client.cookies["sessionid"].value
    assert sign_in(client).status_code == 302
    after = client.cookies["sessionid"].value
    assert after != before
    for key in (before, "a" * 32, ""):
        thief = Client()
        thief.cookies["sessionid"] = key
        assert thief.get("/my/account/").status_code == 302
        assert thief.get("/my/").context["filed"] == []
    client.post("/account/logout/")
    thief = Client()
    thief.cookies["sessionid"] = after
    assert thief.get("/my/account/").status_code == 302


def test_cookies_are_closed_to_scripts_and_other_sites() -> None:
    client = Client()
    client.get("/account/login/")
    sign_in(client)
    for name in ("sessionid", "csrftoken"):
        assert client.cookies[name]["httponly"] and client.cookies[name]["samesite"] == "Lax", name


def test_signing_out_needs_a_post() -> None:
    client = Client()
    sign_in(client)
    client.get("/account/logout/")
    assert client.get("/my/account/").status_code == 200


def test_no_password_in_a_log_or_page(caplog: Any) -> None:
    with caplog.at_level(logging.DEBUG):
        for data in ({"login": KNOWN, "password": PASSWORD}, {"login": KNOWN, "password": "wrong-secret-77"}):
            page = Client().post("/account/login/", data).content.decode()
            assert data["password"] not in page
        strict = Client(enforce_csrf_checks=True)
        for url in ("/account/password/change/", "/account/signup/", "/account/password/set/"):
            typed = {
                "oldpassword": "old-secret-77",
                "password1": "new-secret-77",
                "password2": "new-secret-78",
            }
            assert "secret-7" not in strict.post(url, typed).content.decode()
    assert PASSWORD not in caplog.text and "secret-7" not in caplog.text


def test_guessing_a_password_is_slowed_whatever_the_sender_says_of_herself() -> None:
    for place in range(8):
        header = {"X-Forwarded-For": f"203.0.113.{place}", "Forwarded": f"for=203.0.113.{place}"}
        answer = Client(headers=header).post(
            "/account/login/", {"login": KNOWN, "password": f"wrong-{place}-pass"}
        )
    assert sign_in(Client()).status_code != 302, answer.status_code


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize(
    ("url", "more"),
    [
        ("/account/signup/", {"password1": "A-long-new-pass-2026", "name": "새 이름"}),
        ("/account/password/reset/", {}),
        ("/account/login/code/", {}),
    ],
)
def test_a_mail_server_that_is_away_is_said_calmly_and_tells_nothing(
    prefix: str, url: str, more: dict[str, str], settings: Any
) -> None:
    """The same page for an address with an account and one without; the way in by password stays."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    said = set()
    for address in (KNOWN, UNKNOWN):
        cache.clear()
        answer = Client().post(prefix + url, {"email": address} | more)
        assert answer.status_code == 503
        said.add(plain(answer, address))
        assert "A-long-new" not in answer.content.decode()
    assert len(said) == 1
    assert sign_in(Client()).status_code == 302


def test_whoever_changes_a_password_does_not_do_it_behind_her_back(settings: Any) -> None:
    """She is told by mail, her other devices are signed out, and without a mail server it is changed all the same."""
    here, elsewhere = Client(), Client()
    sign_in(here), sign_in(elsewhere)
    fresh, fresher = "a-new-losung-2026", "another-losung-2026"
    typed = {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh}
    assert here.post("/account/password/change/", typed).status_code == 302
    assert [letter.to for letter in mail.outbox] == [[KNOWN]]
    assert fresh not in mail.outbox[0].body
    assert elsewhere.get("/my/account/").status_code == 302
    assert here.get("/my/account/").status_code == 200

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    typed = {"oldpassword": fresh, "password1": fresher, "password2": fresher}
    assert here.post("/account/password/change/", typed).status_code == 302
    assert Client().post("/account/login/", {"login": KNOWN, "password": fresher}).status_code == 302


def test_whoever_signs_up_with_the_address_of_another_does_not_get_in_with_her() -> None:
    """The stranger's password dies at the moment in which the holder of the address first shows that it is hers."""
    address, password = "victim@example.org", "a-strangers-losung-2026"
    typed = {"email": address, "password1": password, "name": "시민"}
    assert Client().post("/account/signup/", typed).status_code == 302
    holder = Client()
    holder.post("/account/login/code/", {"email": address})
    code = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", mail.outbox[-1].body)
    assert code is not None
    said = holder.post("/account/login/code/confirm/", {"code": code[0]}, follow=True)
    assert "_auth_user_id" in holder.session and "비밀번호" in said.content.decode()
    stranger = Client()
    stranger.post("/account/login/", {"login": address, "password": password})
    assert "_auth_user_id" not in stranger.session
    # Whoever confirms by the form that chose the password keeps it.
    own = Client()
    own.post("/account/signup/", typed | {"email": "own@example.org"})
    code = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", mail.outbox[-1].body)
    assert code is not None
    own.post("/account/confirm-email/", {"code": code[0]})
    assert User.objects.get(email="own@example.org").has_usable_password()
    # A code for a known address changes nothing.
    known = Client()
    known.post("/account/login/code/", {"email": KNOWN})
    code = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", mail.outbox[-1].body)
    assert code is not None
    known.post("/account/login/code/confirm/", {"code": code[0]})
    assert sign_in(Client()).status_code == 302


def test_a_new_password_ends_the_tokens_of_programs_too() -> None:
    """Changed by whoever knew the old one, or reset by mail: a token that a thief made opens nothing any more."""
    user = User.objects.get(email=KNOWN)

    def token() -> str:
        return tokens.make(actor=person(user), name="a thief's", scopes=["own:read"], days=90)[1]

    def opens(plain: str) -> int:
        return Client().get("/api/v1/me", headers={"Authorization": f"Bearer {plain}"}).status_code

    other = make.UserFactory()
    hers = tokens.make(actor=person(other), name="hers", scopes=["own:read"], days=90)[1]
    here, first = Client(), token()
    sign_in(here)
    assert opens(first) == 200
    fresh = "a-new-losung-2026"
    typed = {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh}
    wrong = here.post("/account/password/change/", typed | {"oldpassword": "wrong"})
    assert wrong.status_code == 200
    assert opens(first) == 200  # a refusal changes nothing
    said = here.post("/account/password/change/", typed, follow=True).content.decode()
    assert opens(first) == 401
    assert "토큰 1개" in said
    assert "토큰" in mail.outbox[-1].body

    second = token()
    Client().post("/account/password/reset/", {"email": KNOWN})
    link = re.search(r"https?://[^/]+(/\S*reset/key/\S+)", mail.outbox[-1].body)
    assert link
    reader = Client()
    form = reader.get(link[1], follow=True)
    fresher = "another-losung-2026"
    reader.post(form.request["PATH_INFO"], {"password1": fresher, "password2": fresher})
    assert opens(second) == 401
    assert opens(hers) == 200


def plain(answer: Any, address: str) -> tuple[int, str, str]:
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())
    return answer.status_code, answer.headers.get("Location", ""), page.replace(address, "")


@pytest.mark.parametrize(
    ("url", "field", "more"),
    [
        ("/account/login/", "login", {"password": "wrong-pass-2026"}),
        ("/account/signup/", "email", {"password1": "A-long-new-pass-2026", "name": "새 이름"}),
        ("/account/password/reset/", "email", {}),
        ("/account/login/code/", "email", {}),
    ],
)  # fmt: skip
def test_nobody_learns_who_has_an_account(url: str, field: str, more: dict[str, str]) -> None:
    said, next_pages = set(), set()
    for address in (KNOWN, UNKNOWN):
        cache.clear()
        client = Client()
        answer = client.post(url, {field: address} | more)
        said.add(plain(answer, address))
        if answer.status_code == 302:
            next_pages.add(plain(client.get(answer["Location"]), address))
    assert len(said) == 1
    assert len(next_pages) <= 1
    assert all(KNOWN not in letter.body or KNOWN in letter.to for letter in mail.outbox)


def test_the_demo_is_not_there_without_its_switch(settings: Any) -> None:
    settings.IS_DEMO = False
    make.UserFactory(email="resident@haedam.example", is_demo=True)
    for client in (Client(), Client()):
        assert client.post("/account/demo/", {"email": "resident@haedam.example"}).status_code == 404
        assert client.get("/outbox/").status_code == 404
        assert client.get("/en/outbox/").status_code == 404
    settings.IS_DEMO = True
    assert Client().post("/account/demo/", {"email": KNOWN}).status_code == 404
    assert Client().post("/account/demo/", {"email": "resident@haedam.example"}).status_code == 302


def test_a_database_that_fails_before_the_view_is_said_calmly(monkeypatch: Any) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(make.UserFactory(), backend="django.contrib.auth.backends.ModelBackend")

    def fail(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("madang.kernel.sessions.SessionStore.load", fail)
    answer = client.post("/ideas/new/test/", {"title": "제가 쓴 제목입니다", "password": "secret-77"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "제가 쓴 제목입니다" in answer.content.decode() and "secret-77" not in answer.content.decode()
    assert "default-src 'none'" in answer["Content-Security-Policy"]
