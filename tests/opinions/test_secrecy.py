"""No page, export, log or row links a person to an answer."""

from __future__ import annotations

import csv
import io
import re
import zipfile

import pytest
from django.apps import apps
from django.db import connection, models
from django.test import Client
from django.urls import reverse

from madang.commons.opinions import export, pseudonyms
from madang.commons.opinions.domain import conversations, counting, statements
from madang.commons.opinions.limits import MAP_FROM
from madang.commons.opinions.models import Board, Conversation, Vote
from madang.kernel import sealing
from madang.kernel.errors import RefusedError
from madang.kernel.levels import Level
from madang.kernel.models import Audit, Outbox
from tests import factories
from tests.opinions import rooms

pytestmark = pytest.mark.django_db


def dump() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, as a thief of the database has it."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names of our own tables
            found[table] = cursor.fetchall()
    return found


def test_after_a_vote_no_table_but_the_votes_knows_the_pseudonym() -> None:
    room = rooms.room(level=Level.CONTACT)
    user = factories.UserFactory(email="mina.kim@example.org")
    client = Client()
    client.force_login(user)
    client.get(reverse("opinion", args=[room.code]))
    before = dump()
    for answer in ("agree", "disagree"):
        done = client.post(reverse("opinion_answer", args=[room.code]), {"statement": "2", "answer": answer})
        assert done.status_code == 302 and answer not in done["Location"]
    after = dump()
    changed = {table for table in after if after[table] != before[table]}
    assert changed == {"opinions_vote"}, (
        "an answer writes one row of one table: no session, act, notice or task"
    )
    pseudonym = pseudonyms.of_person(room, user)
    assert set(Vote.objects.values_list("participant", flat=True)) == {pseudonym}
    holders = {table for table, rows in after.items() if any(pseudonym in map(str, row) for row in rows)}
    assert holders == {"opinions_vote"}
    votes = repr(after["opinions_vote"])
    assert user.email not in votes and room.secret not in repr(after), "the secret lies there sealed only"


def test_a_vote_has_no_moment_no_address_and_no_person() -> None:
    kinds = {field.name: type(field) for field in Vote._meta.get_fields()}
    assert not {
        name
        for name, kind in kinds.items()
        if issubclass(kind, models.DateField | models.GenericIPAddressField)
    }
    points = {field.related_model for field in Vote._meta.get_fields() if field.is_relation}
    assert {model._meta.model_name for model in points} == {"conversation", "statement"}
    # Nothing in the house points at a vote either.
    assert not [
        field
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.related_model is Vote and model is not Conversation and field.concrete
    ]


def test_keys_of_votes_do_not_tell_the_order_of_arrival() -> None:
    room = rooms.room()
    for person in range(30):
        rooms.say(room, f"p{person}", 0, 1)
    keys = list(Vote.objects.order_by("pk").values_list("participant", flat=True))
    came = [pseudonyms.of_key(room, f"p{person}") for person in range(30)]
    assert keys != came and sorted(keys) == sorted(came)


def test_without_the_key_of_the_site_nobody_makes_a_pseudonym(settings) -> None:
    room = rooms.room(level=Level.CONTACT)
    user = factories.UserFactory()
    right = pseudonyms.of_person(room, user)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key altogether " * 3, []
    sealing._key.cache_clear()
    stolen = Conversation.objects.get(pk=room.pk)
    assert stolen.secret == ""
    with pytest.raises(RefusedError):
        pseudonyms.of_person(stolen, user)
    settings.SECRET_KEY_FALLBACKS = []
    sealing._key.cache_clear()
    assert right not in repr(dump()["opinions_conversation"])


def test_closing_destroys_the_link() -> None:
    room = rooms.room(level=Level.CONTACT)
    closed = conversations.close(actor=factories.actor(rooms.facilitator()), conversation=room)
    assert closed.secret == ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM opinions_conversation")
        assert cursor.fetchall() == [("",)]
    with pytest.raises(RefusedError):
        pseudonyms.of_person(closed, factories.UserFactory())


def test_pseudonyms_of_two_conversations_cannot_be_joined() -> None:
    one, other = rooms.room(level=Level.CONTACT), rooms.room(level=Level.CONTACT)
    user = factories.UserFactory()
    assert pseudonyms.of_person(one, user) != pseudonyms.of_person(other, user)


def test_too_few_people_are_not_drawn_nor_told_apart() -> None:
    room = rooms.room()
    rooms.crowd(room, people=MAP_FROM - 1)
    picture = Board.objects.get(pk=room.pk).picture
    assert (picture["cells"], picture["groups"], picture["axes"]) == ([], [], {})
    page = Client().get(reverse("opinion_map", args=[room.code])).content.decode()
    assert "<polygon" not in page and 'class="place' not in page
    # With fewer than five answers not even shares are told.
    quiet = rooms.room()
    rooms.say(quiet, "a", 0, 1)
    counting.settle(quiet.pk)
    counting.test(quiet.pk)
    row = Client().get(reverse("opinion_statements", args=[quiet.code])).content.decode()
    assert "100 %" not in row


def test_the_export_tells_neither_moment_nor_order_nor_pseudonym() -> None:
    room = rooms.room()
    rooms.crowd(room, people=14)
    assert Client().get(reverse("opinion_files", args=[room.code])).status_code == 404, "not while it is open"
    names = set(Vote.objects.values_list("participant", flat=True))
    conversations.close(actor=factories.actor(rooms.facilitator()), conversation=room)
    answer = Client().get(reverse("opinion_files", args=[room.code]))
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    whole = "".join(archive.read(name).decode() for name in archive.namelist())
    assert not [name for name in names if name in whole]
    votes = list(csv.DictReader(io.StringIO(archive.read("votes.csv").decode())))
    assert len({row["timestamp"] for row in votes}) == 1
    assert [(int(row["comment-id"]), int(row["voter-id"])) for row in votes] == sorted(
        (int(row["comment-id"]), int(row["voter-id"])) for row in votes
    )
    assert len(names) == len({row["voter-id"] for row in votes}) == 14


def test_the_wall_and_the_pages_of_others_show_nobodys_own_place() -> None:
    room = rooms.room(level=Level.CONTACT)
    user = factories.UserFactory()
    client = Client()
    client.force_login(user)
    rooms_page = reverse("opinion_map", args=[room.code])
    anonymous = rooms.room()
    rooms.crowd(anonymous)
    board = Board.objects.get(pk=anonymous.pk)
    Board.objects.filter(pk=room.pk).update(picture=board.picture, people=board.people)
    for number in range(8):
        client.post(reverse("opinion_answer", args=[room.code]), {"statement": number, "answer": "agree"})
    own = client.get(rooms_page)
    assert "map-self-dot" in own.content.decode() and own["Cache-Control"] == "private, no-store"
    assert "map-self-dot" not in Client().get(rooms_page).content.decode()
    assert "map-self-dot" not in client.get(reverse("opinion_hall", args=[room.code])).content.decode()


def test_writing_a_statement_is_no_vote_and_its_author_is_not_shown() -> None:
    room = rooms.room(level=Level.CONTACT)
    user = factories.UserFactory(name="문가영")
    statement = statements.write(
        actor=factories.actor(user), conversation=room, words="다리 아래에도 시계를 걸어야 한다"
    )
    assert statement.state == "shown" and not Vote.objects.exists()
    for name in ("opinion", "opinion_statements", "opinion_map", "opinion_log", "opinion_hall"):
        assert "문가영" not in Client().get(reverse(name, args=[room.code])).content.decode()
    acts = Audit.objects.filter(target=statement.reference, actor=user)
    assert [act.is_public for act in acts] == [False]
    assert not [leaf for leaf in Outbox.objects.all() if str(user.pk).encode() == bytes(leaf.leaf)]


def test_the_record_of_closing_is_what_anyone_computes() -> None:
    room = rooms.room()
    rooms.crowd(room, people=12)
    closed = conversations.close(actor=factories.actor(rooms.facilitator()), conversation=room)
    archive = zipfile.ZipFile(io.BytesIO(export.bundle(closed, "")))
    digest = export.digest(archive.read("votes.csv").decode())
    act = Audit.objects.get(action="opinions.conversation.close")
    assert digest == closed.digest == act.payload["data"]["votes_sha256"]
    assert act.is_public and re.fullmatch("[0-9a-f]{64}", act.payload["data"]["tables_sha256"])
    text = Client().get(reverse("opinion_record", args=[room.code])).content.decode()
    assert text.startswith("madang-receipt/v1")
