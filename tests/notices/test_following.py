"""Who follows what, once; stopping; merging."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from madang.commons.notices import api
from madang.commons.notices.domain import following
from madang.commons.notices.models import Delivery, Follow


def test_following_twice_is_once_and_the_stronger_reason_stays(person, public) -> None:
    user = person()
    for why in ("follower", "supporter", "commenter"):
        api.follow(reference="thing:a", user=user, why=why)
    row = Follow.objects.get()
    assert row.why == "supporter"
    assert api.is_following(user, "thing:a")
    assert not api.is_following(user, "thing:b")
    assert [(one.reference, one.why_code) for one in api.followed_by(user)] == [("thing:a", "supporter")]


def test_addresses_are_one_however_they_are_written(db) -> None:
    api.follow(reference="thing:a", address="Kim@Example.org ", why="author")
    api.follow(reference="thing:a", address="kim@example.org", why="author")
    assert api.followers_count("thing:a") == 1


@pytest.mark.parametrize("who", [{}, {"address": ""}])
def test_somebody_must_follow(db, who) -> None:
    with pytest.raises(ValueError, match="user or"):
        api.follow(reference="thing:a", why="author", **who)


def test_unknown_reason(person) -> None:
    with pytest.raises(ValueError, match="no reason"):
        api.follow(reference="thing:a", user=person(), why="because")


def test_the_database_keeps_one_open_follow(person) -> None:
    user = person()
    Follow.objects.create(user=user, reference="thing:a", why="follower")
    with pytest.raises(IntegrityError), transaction.atomic():
        Follow.objects.create(user=user, reference="thing:a", why="author")
    Follow.objects.create(address="a@example.org", reference="thing:a", why="author")
    with pytest.raises(IntegrityError), transaction.atomic():
        Follow.objects.create(address="a@example.org", reference="thing:a", why="author")
    with pytest.raises(IntegrityError), transaction.atomic():
        Follow.objects.create(user=user, address="b@example.org", reference="thing:b", why="author")


def test_following_again_after_stopping(person) -> None:
    user = person()
    api.follow(reference="thing:a", user=user, why="follower")
    api.unfollow(reference="thing:a", user=user)
    api.unfollow(reference="thing:a", user=user)
    assert not api.is_following(user, "thing:a")
    api.follow(reference="thing:a", user=user, why="commenter")
    assert api.is_following(user, "thing:a")
    assert Follow.objects.count() == 2


def test_an_address_that_is_taken_back_is_erased(public, db) -> None:
    api.follow(reference="thing:a", address="kim@example.org", why="author")
    api.follow(reference="thing:c", address="kim@example.org", why="author")
    api.merge_followers("thing:a", "thing:b")
    api.tell(reference="thing:a", kind="thing.answered", title="가")
    api.tell(reference="thing:c", kind="thing.answered", title="다")
    api.unfollow(reference="thing:a", address="KIM@example.org")
    assert [row.reference for row in Follow.objects.all()] == ["thing:c"]
    assert [row.event.reference for row in Delivery.objects.all()] == ["thing:c"]


def test_merging_brings_everyone_once(person, public) -> None:
    author, both, supporter, stopped = (person() for _ in range(4))
    api.follow(reference="thing:a", user=author, why="author")
    api.follow(reference="thing:a", user=both, why="supporter")
    api.follow(reference="thing:b", user=both, why="author")
    api.follow(reference="thing:a", user=supporter, why="supporter")
    api.follow(reference="thing:a", address="kim@example.org", why="author", language="en")
    api.follow(reference="thing:b", user=stopped, why="supporter")
    api.unfollow(reference="thing:b", user=stopped)
    api.follow(reference="thing:a", user=stopped, why="supporter")
    assert api.merge_followers("thing:a", "thing:b") == 3
    assert api.merge_followers("thing:a", "thing:b") == 0
    there = {
        (row.user_id or row.address): row for row in Follow.objects.filter(reference="thing:b", ended_at=None)
    }
    assert {key: row.why for key, row in there.items()} == {
        author.pk: "follower",  # not the author of the other one
        both.pk: "author",
        supporter.pk: "supporter",
        "kim@example.org": "follower",
    }
    assert there["kim@example.org"].language == "en"
    assert api.followers_count("thing:a") == 5  # they hear of the merge itself


def test_an_old_stop_link_stops_what_a_merge_made_of_it(person, public) -> None:
    user = person()
    api.follow(reference="thing:a", user=user, why="supporter")
    token = Follow.objects.get().token
    api.merge_followers("thing:a", "thing:b")
    api.merge_followers("thing:b", "thing:c")
    following.stop(token)
    assert not any(api.is_following(user, reference) for reference in public)
    assert following.stop("unknown") is None


def test_merging_in_a_circle_ends(person, public) -> None:
    user = person()
    api.follow(reference="thing:a", user=user, why="supporter")
    api.merge_followers("thing:a", "thing:b")
    api.merge_followers("thing:b", "thing:a")
    following.stop(Follow.objects.get(reference="thing:a").token)
    assert api.followers_count("thing:a") == api.followers_count("thing:b") == 0


def test_many_followers_merge_in_few_statements(db, public, django_assert_max_num_queries) -> None:
    Follow.objects.bulk_create(
        Follow(address=f"p{n}@example.org", reference="thing:a", why="supporter") for n in range(1_000)
    )
    with django_assert_max_num_queries(30):
        assert api.merge_followers("thing:a", "thing:b") == 1_000
