"""An event reaches every follower once, and nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import translation

from madang.commons.notices import api
from madang.commons.notices.domain import telling
from madang.commons.notices.models import Delivery, Event, Follow, Notice
from madang.kernel import clock


def tell(reference: str = "thing:a", **fields) -> Event:
    api.tell(reference=reference, kind="thing.answered", title="통학로", **fields)
    return Event.objects.latest("pk")


def told(event: Event) -> tuple[set[int], set[str]]:
    """People with a notice and addresses with a mail."""
    return (
        set(Notice.objects.filter(event=event).values_list("user_id", flat=True)),
        set(Delivery.objects.filter(event=event).values_list("address", flat=True)),
    )


def test_everyone_who_follows_and_nobody_else(person, public) -> None:
    reader, other, stopped, silent, gone = (person() for _ in range(5))
    silent.mail_notices = False
    silent.save()
    for user in (reader, stopped, silent, gone):
        api.follow(reference="thing:a", user=user, why="follower")
    gone.is_active = False
    gone.save()
    api.follow(reference="thing:b", user=other, why="follower")
    api.follow(reference="thing:a", address="kim@example.org", why="author", language="en")
    api.unfollow(reference="thing:a", user=stopped)
    event = tell()
    assert told(event) == ({reader.pk, silent.pk}, {reader.email, "kim@example.org"})
    assert event.told_at is not None


def test_two_reasons_one_notice(person, public) -> None:
    user = person()
    api.follow(reference="thing:a", user=user, why="author")
    api.follow(reference="thing:b", user=user, why="supporter")
    api.follow(reference="thing:a", address=user.email, why="follower")  # the same mailbox
    event = tell(also_references=["thing:b", "thing:a"])
    assert Notice.objects.get(event=event).user == user
    assert Delivery.objects.get(event=event).address == user.email


def test_nobody_hears_of_her_own_act(person, public) -> None:
    official, author = person(), person()
    for user in (official, author):
        api.follow(reference="thing:a", user=user, why="follower")
    api.follow(reference="thing:a", address=official.email, why="follower")
    assert told(tell(not_user=official)) == ({author.pk}, {author.email})


def test_a_private_thing_is_told_to_its_author_alone(person, public) -> None:
    author, supporter, elsewhere = person(), person(), person()
    api.follow(reference="thing:secret", user=author, why="author")
    api.follow(reference="thing:secret", user=supporter, why="supporter")
    api.follow(reference="thing:b", user=elsewhere, why="author")
    event = tell("thing:secret", also_references=["thing:b"])
    assert told(event) == ({author.pk}, {author.email})
    notice = api.inbox(author)[0]
    assert (notice.title, notice.url, notice.reference) == ("통학로", "", "thing:secret")


def test_words_of_what_is_no_longer_public_are_gone(person, public) -> None:
    author, reader = person(), person()
    api.follow(reference="thing:a", user=author, why="author")
    api.follow(reference="thing:a", user=reader, why="follower")
    tell()
    assert api.inbox(reader)[0].title == "통학로"
    public.discard("thing:a")
    hidden = api.inbox(reader)[0]
    assert (hidden.title, hidden.reference, hidden.url) == ("", "", "")
    assert "통학로" not in hidden.sentence
    assert api.inbox(author)[0].title == "통학로"


def test_running_the_fan_out_again_adds_nothing(person, public) -> None:
    user = person()
    api.follow(reference="thing:a", user=user, why="follower")
    event = tell()
    assert telling.fan_out(event.pk) == 0
    Event.objects.update(told_at=None, list_at=0, follow_at=0)  # as if killed before anything was marked
    assert telling.fan_out(event.pk) == 1
    assert (Notice.objects.count(), Delivery.objects.count()) == (1, 1)
    assert telling.fan_out(0) == 0


def test_killed_between_batches_and_swept_up(db, public, monkeypatch) -> None:
    Follow.objects.bulk_create(
        Follow(address=f"p{n}@example.org", reference="thing:a", why="follower") for n in range(25)
    )
    event = Event.objects.create(reference="thing:a", kind="thing.answered", title="가")
    monkeypatch.setattr(telling, "BATCH", 10)
    real, done = telling._reach, []

    def dies(told_event, batch) -> None:
        if len(done) == 1:
            raise KeyboardInterrupt
        done.append(batch)
        real(told_event, batch)

    monkeypatch.setattr(telling, "_reach", dies)
    with pytest.raises(KeyboardInterrupt):
        telling.fan_out(event.pk)
    assert Delivery.objects.count() == 10
    monkeypatch.setattr(telling, "_reach", real)
    assert telling.sweep() == 0  # a task may still be on its way
    with clock.at(clock.now() + timedelta(minutes=2)):
        assert telling.sweep() == 1
        assert telling.sweep() == 0
    assert Delivery.objects.count() == 25


@pytest.mark.django_db(transaction=True)
def test_what_is_undone_is_not_told(public) -> None:
    api.follow(reference="thing:a", address="kim@example.org", why="author")
    with pytest.raises(RuntimeError), transaction.atomic():
        tell()
        raise RuntimeError
    assert not Event.objects.exists()
    assert not Delivery.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_task_is_a_row_of_the_same_transaction(public, settings) -> None:
    from django_tasks_db.models import DBTaskResult

    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    with pytest.raises(RuntimeError), transaction.atomic():
        tell()
        assert DBTaskResult.objects.count() == 1
        raise RuntimeError
    assert DBTaskResult.objects.count() == 0
    event = tell()
    assert DBTaskResult.objects.get().args_kwargs["args"] == [event.pk]
    assert event.told_at is None


def test_ten_thousand_followers_in_bounded_statements(db, public, django_assert_max_num_queries) -> None:
    from madang.kernel.models import User

    users = User.objects.bulk_create(
        [User(email=f"n{n}@example.org", password="!") for n in range(10_000)], batch_size=1_000
    )
    Follow.objects.bulk_create(
        [Follow(user=user, reference="thing:a", why="supporter") for user in users], batch_size=1_000
    )
    event = Event.objects.create(reference="thing:a", kind="thing.answered", title="가")
    # Twenty batches of fourteen: SQLite takes few values in one statement, so that an insert is several.
    with django_assert_max_num_queries(290):
        assert telling.fan_out(event.pk) == 10_000
    assert (Notice.objects.count(), Delivery.objects.count()) == (10_000, 10_000)


def test_inbox_reading_and_counting(person, public, django_assert_num_queries) -> None:
    user, other = person(), person()
    for reader in (user, other):
        api.follow(reference="thing:a", user=reader, why="follower")
        api.follow(reference="thing:b", user=reader, why="follower")
    for place in range(4):
        tell("thing:a" if place % 2 else "thing:b", data={"office": f"{place}과"})
    assert api.unread_count(user) == 4
    with django_assert_num_queries(1):
        page = api.inbox(user, limit=2, offset=1)
    assert [notice.sentence for notice in page] == ["답변 2과", "답변 1과"]
    assert page[0].url == "/things/thing:b/"
    assert api.mark_read(user, [page[0].id]) == 1
    assert api.mark_read(other, [page[1].id]) == 0  # not hers
    assert api.mark_read(user) == 3
    assert api.unread_count(user) == 0
    assert api.unread_count(other) == 4
    assert all(notice.is_read for notice in api.inbox(user))


def test_a_kind_that_nobody_registered_reads_plainly(person, public) -> None:
    user = person()
    api.follow(reference="thing:a", user=user, why="follower")
    api.tell(reference="thing:a", kind="thing.unheard", title="가")
    with translation.override("en"):
        assert api.inbox(user)[0].sentence == "There is news."


def test_kinds_are_registered_once(public) -> None:
    def said(data) -> str:
        return "."

    with pytest.raises(ValueError, match="twice"):
        api.register_kind("thing.answered", said)
