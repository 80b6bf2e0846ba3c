"""Who is signed in comes along with the session, in one statement; what ends a session ends it at once all the same."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from madang.kernel import rows
from madang.kernel.models import Device, User
from madang.kernel.sessions import stored
from tests import factories as make

PRIVATE = "/my/account/"


@pytest.fixture
def person(db: None) -> User:
    return make.UserFactory(email="here@example.org")


@pytest.fixture
def client(person: User) -> Client:
    signed = Client()
    signed.force_login(person)
    assert Device.objects.get().user == person
    return signed


def asked(client: Client) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(PRIVATE).status_code == 200
    return [one["sql"] for one in captured]


def test_session_and_person_are_one_statement(client: Client) -> None:
    whole = asked(client)
    assert sum("django_session" in sql for sql in whole) == 1
    assert not [sql for sql in whole if 'FROM "kernel_user"' in sql and '"kernel_user"."id" = ' in sql]


def test_without_a_device_on_record_the_person_is_asked_for(client: Client, person: User) -> None:
    Device.objects.all().delete()
    assert any('"kernel_user"."id" = ' in sql for sql in asked(client))


def test_the_session_says_who_it_is_not_the_device(client: Client, person: User) -> None:
    """A device that names somebody else, by a slip or on purpose, lends nobody her account."""
    other = make.UserFactory(email="other@example.org")
    Device.objects.update(user=other)
    answer = client.get(PRIVATE)
    assert answer.status_code == 200
    assert answer.wsgi_request.user == person


def test_a_device_signs_nobody_in(person: User) -> None:
    visitor = Client()
    session = visitor.session
    session["draft"] = "words"
    session.save()
    visitor.cookies["sessionid"] = session.session_key
    Device.objects.create(user=person, session=stored(session.session_key))
    answer = visitor.get("/")
    assert answer.wsgi_request.session["draft"] == "words"
    assert not answer.wsgi_request.user.is_authenticated


def _revoke() -> None:
    Session.objects.all().delete()


def _run_out() -> None:
    Session.objects.update(expire_date=timezone.now())


def _switch_off() -> None:
    User.objects.update(is_active=False)


def _change_password() -> None:
    someone = User.objects.get()
    someone.set_password("another-pass-2026")
    someone.save()


@pytest.mark.parametrize("end", [_revoke, _run_out, _switch_off, _change_password])
def test_what_ends_a_session_ends_it_at_the_next_request(client: Client, end: Any) -> None:
    assert client.get(PRIVATE).status_code == 200
    end()
    assert client.get(PRIVATE).status_code == 302


def test_a_row_that_is_asked_for_again_is_read_again(person: User) -> None:
    """Only the look at who is signed in may use the row at hand; all others see the database as it is."""
    first = User.objects.get(pk=person.pk)
    User.objects.filter(pk=person.pk).update(name="새 이름")
    assert (first.name, User.objects.get(pk=person.pk).name) == (person.name, "새 이름")
    with pytest.raises(User.DoesNotExist):
        User.objects.get(pk=person.pk + 1)


@pytest.mark.django_db(transaction=True)
def test_a_statement_that_failed_leaves_the_next_one_whole() -> None:
    """Statements that are kept share a cursor on PostgreSQL."""
    from django.db import DatabaseError

    for _ in range(2):
        with pytest.raises(DatabaseError):
            rows.first("SELECT nothing_of_this_name FROM kernel_user", [])
        assert rows.first("SELECT count(*) FROM kernel_user WHERE email = %s", ["nobody"]) == (0,)
