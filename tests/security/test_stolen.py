"""A copy of the database and of the uploads, in the wrong hands: nothing in it signs in, opens or stops anything."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore as OldStore
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client

from madang.commons.matters.models import Contact
from madang.commons.notices.models import Delivery, Follow
from madang.kernel import sealing
from madang.kernel.sessions import SessionStore
from tests import factories as make
from tests.security.conftest import City, picture
from tests.security.test_visibility import MAIL, put_away, scene

PASSWORD = "pass-word-2026"
LOGIN = "thief-target@example.org"


def cells() -> Iterator[tuple[str, str]]:
    """Every cell of every table, search index included, as text with the table it stands in."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names of our own tables
            for row in cursor.fetchall():
                for cell in row:
                    raw = bytes(cell) if isinstance(cell, memoryview | bytes) else str(cell).encode()
                    yield table, raw.decode("utf-8", "replace")


def tables_with(word: str) -> set[str]:
    return {table for table, cell in cells() if word in cell}


def signed_in() -> Client:
    from allauth.account.models import EmailAddress

    user = make.UserFactory(email=LOGIN, password=PASSWORD)
    EmailAddress.objects.create(user=user, email=LOGIN, verified=True, primary=True)
    client = Client()
    client.post("/account/login/", {"login": LOGIN, "password": PASSWORD})
    assert client.get("/my/account/").status_code == 200
    return client


def test_no_row_of_the_session_table_signs_in(db: None) -> None:
    key = signed_in().cookies["sessionid"].value
    assert tables_with(key) == set()
    rows = [cell for table, cell in cells() if table == "django_session"]
    assert rows
    for cell in rows:
        thief = Client()
        thief.cookies["sessionid"] = cell
        assert thief.get("/my/account/").status_code == 302
    # What a session holds is not told either: not even who it belongs to.
    [row] = Session.objects.all()
    assert OldStore().decode(row.session_data) == {}
    assert SessionStore().decode(row.session_data)["_auth_user_id"]


def test_a_code_sent_by_mail_is_not_in_the_copy(db: None) -> None:
    signed_in()
    client = Client()
    client.post("/account/login/code/", {"email": LOGIN})
    code = re.search(r"^\s*([0-9A-Z]{3,}-?[0-9A-Z]{3,})\s*$", mail.outbox[-1].body, re.MULTILINE)
    assert code is not None, mail.outbox[-1].body
    assert tables_with(code[1]) == set()


def test_passwords_codes_addresses_and_stop_tokens_are_not_in_the_copy(city: City) -> None:
    seen = scene(city)
    made = make.idea(author=city.author)
    put_away(city, "private", seen.matter)
    signed_in()
    follow = Follow.objects.get(address=MAIL)
    assert Contact.objects.get(matter=seen.matter).email == MAIL  # read through the site it is plain
    for secret in (MAIL, "secret-marker", follow.token, made.code, made.code.replace("-", ""), PASSWORD):
        assert tables_with(secret) == set(), secret
    # Nor does any cell of the copy work as a stop link.
    for cell in {cell for table, cell in cells() if table == "notices_follow" and 10 < len(cell) < 200}:
        if "/" not in cell:
            assert Client().post(f"/stop/{cell}/").status_code == 404
    assert Client().post(f"/stop/{follow.token}/").status_code == 200


def test_where_the_words_of_a_private_matter_stand(city: City) -> None:
    """In the clear, said plainly in the threat model: in its own row and in nothing that is searched or sent."""
    seen = scene(city)
    put_away(city, "private", seen.matter)
    assert tables_with("비밀제목표식") <= {"matters_matter", "notices_event"}
    assert tables_with("비밀본문표식") == {"matters_matter"}


def test_a_waiting_mail_does_not_tell_its_address(city: City) -> None:
    scene(city)
    event = Follow.objects.get(address=MAIL)
    from madang.commons.notices.models import Event

    told = Event.objects.create(reference=event.reference, kind="matters.answered", title="x")
    Delivery.objects.create(event=told, follow=event, address=MAIL, language="ko")
    assert tables_with(MAIL) == set()
    assert Delivery.objects.filter(address=MAIL, event=told).count() == 1  # and is still found by it


def test_stored_files_do_not_carry_their_owners_names(city: City) -> None:
    seen = scene(city)
    names = [*default_storage.listdir("drafts")[1]] if default_storage.exists("drafts") else []
    assert "비밀파일표식" not in seen.attachment.file.name + "".join(names)


def test_a_changed_key_keeps_what_the_one_before_sealed(db: None, settings: Any, caplog: Any) -> None:
    idea = make.idea(make.process())
    Contact.objects.create(matter=idea.matter, email=MAIL)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another-key-of-at-least-fifty-characters-0123456789-abc"
    assert Contact.objects.get(matter=idea.matter).email == ""
    assert "does not open with SECRET_KEY" in caplog.text
    settings.SECRET_KEY_FALLBACKS = [old]
    assert Contact.objects.get(matter=idea.matter).email == MAIL


def test_what_is_sealed_for_one_purpose_does_not_open_for_another() -> None:
    sealed, same = sealing.seal("x", "session"), sealing.seal_same("x", "stop")
    for call in (lambda: sealing.unseal(sealed, "other"), lambda: sealing.unseal_same(same, "address")):
        with pytest.raises(sealing.UnreadableError):
            call()
    assert sealing.seal("x", "session") != sealed and sealing.seal_same("x", "stop") == same
    with pytest.raises(sealing.UnreadableError):
        sealing.unseal_same(same[:-4], "stop")


def test_sessions_and_links_of_the_release_before_go_on(city: City) -> None:
    seen = scene(city)
    person = make.UserFactory()
    now, before = Client(), OldStore()
    now.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    before.update(dict(now.session.items()))
    before.save()
    follow = Follow.objects.get(address=MAIL)
    with connection.cursor() as cursor:  # as release 0.1 kept them
        cursor.execute(
            "UPDATE notices_follow SET token = 'an-old-token-of-0.1', address = %s WHERE id = %s",
            [MAIL, follow.pk],
        )
        cursor.execute("UPDATE matters_contact SET email = %s", [MAIL])
    assert tables_with("an-old-token-of-0.1") and tables_with(MAIL) and tables_with(str(before.session_key))

    writer = SimpleNamespace(connection=connection)  # what a migration asks its schema editor for
    importlib.import_module("madang.conf.migrations.0001_session_rows").rename(apps, writer)
    for sealed in ("notices.migrations.0003_sealed", "matters.migrations.0004_sealed"):
        importlib.import_module(f"madang.commons.{sealed}").seal(apps, writer)

    for secret in ("an-old-token-of-0.1", MAIL, str(before.session_key)):
        assert tables_with(secret) == set(), secret
    client = Client()
    client.cookies["sessionid"] = str(before.session_key)
    assert client.get("/my/account/").status_code == 200
    assert Contact.objects.get(matter=seen.matter).email == MAIL
    assert Client().post("/stop/an-old-token-of-0.1/").status_code == 200
    assert picture().size
