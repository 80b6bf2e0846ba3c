"""Signing up, in and out through the real pages, with the mails that are sent."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client, override_settings

from madang.kernel.models import User
from madang.portal import demo_accounts
from tests import factories as f

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-pass-2026"
NEW = "another-long-pass-2026"


@pytest.fixture(autouse=True)
def _no_limits_left_over() -> None:
    """Rate limits count in the cache, which tests share."""
    cache.clear()


def code_in(body: str) -> str:
    found = re.search(r"^([0-9A-Z][0-9A-Z-]{4,})$", body, re.MULTILINE)
    assert found, body
    return found[1]


def sign_up(client: Client, prefix: str, email: str = "new@example.org") -> Any:
    return client.post(
        f"{prefix}/account/signup/", {"email": email, "password1": PASSWORD, "name": "새 주민"}, follow=True
    )


@pytest.mark.parametrize(("prefix", "word"), [("", "이메일"), ("/en", "Confirm your e-mail address")])
def test_sign_up_confirm_by_code_and_sign_out(client: Client, prefix: str, word: str) -> None:
    page = sign_up(client, prefix)
    assert page.status_code == 200
    sent = mail.outbox[-1]
    assert word in sent.subject
    wrong = client.post(page.request["PATH_INFO"], {"code": "ZZZZZZ"})
    assert wrong.status_code == 200
    client.post(page.request["PATH_INFO"], {"code": code_in(str(sent.body))}, follow=True)
    user = User.objects.get(email="new@example.org")
    assert (user.name, user.language) == ("새 주민", "en" if prefix else "ko")
    assert client.get(f"{prefix}/my/").context["user"].is_authenticated
    client.post(f"{prefix}/account/logout/")
    assert not client.get(f"{prefix}/my/").context["user"].is_authenticated


def test_the_form_names_what_is_wrong_and_keeps_what_was_typed(client: Client) -> None:
    page = client.post("/en/account/signup/", {"email": "not-an-address", "password1": "x", "name": "이름"})
    text = page.content.decode()
    assert 'value="not-an-address"' in text
    assert 'value="이름"' in text
    assert "error-summary" in text
    assert not User.objects.exists()


def verified(email: str = "known@example.org", language: str = "ko") -> User:
    from allauth.account.models import EmailAddress

    user = f.UserFactory(email=email, password=PASSWORD, language=language)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def test_sign_in_with_a_password(client: Client) -> None:
    verified()
    wrong = client.post("/account/login/", {"login": "known@example.org", "password": "nothing-of-it"})
    assert wrong.status_code == 200
    right = client.post(
        "/account/login/", {"login": "known@example.org", "password": PASSWORD, "next": "/plan/"}
    )
    assert (right.status_code, right.url) == (302, "/plan/")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_sign_in_with_a_code_in_the_language_of_the_account(client: Client, language: str) -> None:
    verified(language=language)
    page = client.post("/account/login/code/", {"email": "known@example.org"}, follow=True)
    sent = mail.outbox[-1]
    assert sent.subject == {"ko": "로그인 코드", "en": "Your sign-in code"}[language]
    client.post(page.request["PATH_INFO"], {"code": code_in(str(sent.body))}, follow=True)
    assert client.get("/my/").context["user"].is_authenticated


def test_reset_a_password(client: Client) -> None:
    verified()
    client.post("/account/password/reset/", {"email": "known@example.org"})
    body = str(mail.outbox[-1].body)
    link = re.search(r"https?://[^/\s]+(\S+)", body)
    assert link
    page = client.get(link[1], follow=True)
    client.post(page.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
    assert (
        Client().post("/account/login/", {"login": "known@example.org", "password": NEW}).status_code == 302
    )


def test_an_unknown_address_gets_the_same_answer_and_another_mail(client: Client) -> None:
    verified()
    known = client.post("/en/account/password/reset/", {"email": "known@example.org"}, follow=True)
    unknown = client.post("/en/account/password/reset/", {"email": "nobody@example.org"}, follow=True)
    assert known.request["PATH_INFO"] == unknown.request["PATH_INFO"]
    assert "there is no account with this address" in str(mail.outbox[-1].body)


def test_the_address_can_be_changed(client: Client) -> None:
    client.force_login(verified())
    page = client.post("/en/account/email/", {"action_add": "", "email": "other@example.org"}, follow=True)
    assert page.status_code == 200
    assert mail.outbox[-1].to == ["other@example.org"]
    assert code_in(str(mail.outbox[-1].body))


@pytest.mark.parametrize(
    "url", ["/account/password/change/", "/account/email/", "/account/logout/", "/account/password/reset/"]
)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_account_pages_stand_in_the_shell(client: Client, url: str, prefix: str) -> None:
    client.force_login(verified())
    page = client.get(prefix + url)
    assert page.status_code == 200
    assert "site-header" in page.content.decode()


def demo_person() -> User:
    account = demo_accounts.ACCOUNTS[0]
    return f.UserFactory(email=account.email, name=account.name, is_demo=True)


@override_settings(IS_DEMO=True)
def test_demo_people_stand_on_the_sign_in_page_and_open_with_one_click(client: Client) -> None:
    person = demo_person()
    page = client.get("/account/login/?next=/plan/").content.decode()
    assert person.email in page
    assert client.post("/account/demo/", {"email": person.email, "next": "/plan/"}).url == "/plan/"
    assert client.get("/my/").context["user"] == person


@override_settings(IS_DEMO=True)
@pytest.mark.parametrize("email", ["", "nobody@example.org", "real@example.org"])
def test_the_demo_button_opens_no_other_account(client: Client, email: str) -> None:
    f.UserFactory(email="real@example.org")
    assert client.post("/account/demo/", {"email": email}).status_code == 404
    assert client.get("/account/demo/").status_code == 405


@override_settings(IS_DEMO=False)
def test_outside_a_demonstration_there_is_no_demo_sign_in(client: Client) -> None:
    person = demo_person()
    assert client.post("/account/demo/", {"email": person.email}).status_code == 404
    assert person.email not in client.get("/account/login/").content.decode()
