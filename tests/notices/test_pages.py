"""The pages, with CSRF checked and without JavaScript."""

from __future__ import annotations

import re

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from madang.commons.notices import api
from madang.commons.notices import outbox as letters
from madang.commons.notices.models import Follow


@pytest.fixture
def strict() -> Client:
    return Client(enforce_csrf_checks=True)


def post(client: Client, page: str, path: str, **values: str):
    """Post a form with the token that its page carries."""
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get(page).content.decode())
    assert token is not None
    return client.post(path, values | {"csrfmiddlewaretoken": token[1]})


def test_my_notices(strict, person, public, django_assert_max_num_queries) -> None:
    user = person()
    assert strict.get("/my/notices/").status_code == 302
    strict.force_login(user)
    empty = strict.get("/my/notices/").content.decode()
    assert "아직 알림이 없어요" in empty
    api.follow(reference="thing:a", user=user, why="follower")
    for number in range(33):
        api.tell(reference="thing:a", kind="thing.answered", title=f"<b>{number}</b>")
    with django_assert_max_num_queries(12):
        page = strict.get("/my/notices/").content.decode()
    assert "&lt;b&gt;32&lt;/b&gt;" in page
    assert "<b>32</b>" not in page
    assert 'href="/things/thing:a/"' in page
    assert "읽지 않은 알림 33개" in page
    assert "&lt;b&gt;0&lt;/b&gt;" in strict.get("/my/notices/?page=2").content.decode()
    assert "33 unread notices" in strict.get("/en/my/notices/").content.decode()
    assert strict.post("/my/notices/").status_code == 403
    assert post(strict, "/my/notices/", "/my/notices/").status_code == 302
    assert api.unread_count(user) == 0
    assert "읽지 않은" not in strict.get("/my/notices/").content.decode()


def test_follow_button(client, person, public) -> None:
    user = person()
    values = {"reference": "thing:a", "next": "/things/thing:a/"}
    away = client.post("/follow/", values)
    assert away.status_code == 302
    assert "next=%2Fthings%2Fthing%3Aa%2F" in away["Location"]
    assert not Follow.objects.exists()
    client.force_login(user)
    assert client.get("/follow/").status_code == 405
    assert client.post("/follow/", values)["Location"] == "/things/thing:a/"
    assert api.is_following(user, "thing:a")
    client.post("/follow/", values)
    assert not api.is_following(user, "thing:a")
    assert client.post("/follow/", {"reference": "thing:secret"}).status_code == 404
    assert client.post("/follow/", {}).status_code == 404
    outside = client.post("/follow/", values | {"next": "https://evil.example/"})
    assert outside["Location"] == "/"


def test_follow_needs_the_forms_token(strict, person, public) -> None:
    strict.force_login(person())
    assert strict.post("/follow/", {"reference": "thing:a"}).status_code == 403
    assert not Follow.objects.exists()


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_stop_link(strict, db, public, prefix: str) -> None:
    api.follow(reference="thing:a", address="kim@example.org", why="follower")
    row = Follow.objects.get()
    path = f"{prefix}/stop/{row.token}/"
    page = strict.get(path)
    assert page.status_code == 200
    assert "kim@example.org" not in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    row.refresh_from_db()
    assert row.ended_at is None  # opening the link changes nothing
    answer = strict.post(path, {"List-Unsubscribe": "One-Click"})  # RFC 8058: no cookie, no token of a form
    assert answer.status_code == 200
    row.refresh_from_db()
    assert row.ended_at is not None
    assert strict.post(path).status_code == 200  # again is fine
    assert strict.get(f"{prefix}/stop/unknown/").status_code == 404
    assert strict.post(f"{prefix}/stop/unknown/").status_code == 404


def test_stop_page_does_not_name_a_private_thing(strict, db, public) -> None:
    api.follow(reference="thing:secret", address="kim@example.org", why="author")
    page = strict.get(f"/stop/{Follow.objects.get().token}/").content.decode()
    assert "secret" not in page


def test_outbox_is_the_demos_alone(client, db, settings, tmp_path) -> None:
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    settings.IS_DEMO = False
    assert client.get("/outbox/").status_code == 404
    settings.IS_DEMO = True
    assert "아직 메일이 없어요" in client.get("/outbox/").content.decode()
    from django.core.mail import get_connection

    connection = get_connection("django.core.mail.backends.filebased.EmailBackend")
    for subject in ("첫 편지", "둘째 <편지>"):
        letter = EmailMultiAlternatives(subject, "확인 번호는 123456 입니다 " * 9, to=["kim@example.org"])
        letter.attach_alternative("<p>HTML</p>", "text/html")
        connection.send_messages([letter])
    page = client.get("/outbox/").content.decode()
    assert page.index("둘째 &lt;편지&gt;") < page.index("첫 편지")
    assert "123456" in page
    assert all(letter.at is not None and letter.at.tzinfo is not None for letter in letters.latest())


def test_unread_badge(person, public, rf) -> None:
    from madang.commons.notices.manifest import unread
    from madang.kernel import actors

    user = person()
    api.follow(reference="thing:a", user=user, why="follower")
    api.tell(reference="thing:a", kind="thing.answered", title="가")
    assert unread(actors.person(user)) == 1
    assert unread(actors.person(None)) == 0


def test_the_component_button(person, public, rf) -> None:
    from django.template.loader import render_to_string

    request = rf.get("/things/thing:a/?tab=2")
    html = render_to_string("notices/follow.html", {"reference": "thing:a", "following": False}, request)
    assert 'value="/things/thing:a/?tab=2"' in html
