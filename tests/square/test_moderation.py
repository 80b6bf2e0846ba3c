"""Moderation that scales: time limits, bulk, bursts, appeals, new accounts; and nothing behind anybody's back."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from madang.commons.notices.models import Event, Follow
from madang.commons.search import api as search
from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError, TooManyError
from madang.kernel.models import Audit
from madang.services.square.domain import appeals, ideas, moderation, terms
from madang.services.square.domain.subjects import Subject
from madang.services.square.logic import bursts
from madang.services.square.models import Appeal, Comment, Flag, Idea
from tests import factories as f

NOW = datetime(2027, 3, 10, 12, tzinfo=clock.SEOUL)
COPIED = "주차장을 없애고 나무를 심는 계획에 반대합니다. 상인들이 먼저 살아야 동네가 삽니다."
db = pytest.mark.django_db


@pytest.fixture
def _clock() -> Any:
    with clock.at(NOW):
        yield


@pytest.fixture
def idea(_clock: Any, db: Any) -> Idea:
    return f.idea(f.process())


@pytest.fixture
def moderators(idea: Idea) -> tuple[Actor, Actor]:
    office = idea.matter.host
    return f.actor(f.official("moderator", office)), f.actor(f.official("moderator", office))


def say(idea: Idea, body: str = "저도 그렇게 생각해요", author: Any = None) -> Comment:
    return ideas.comment(actor=f.actor(author or f.UserFactory()), idea=idea, body=body, stance="for")


def report(count: int, subject: Subject) -> None:
    for _ in range(count):
        moderation.flag(actor=f.actor(f.UserFactory()), reason="insult", subject=subject)


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def hidden(idea: Idea, moderator: Actor, **more: Any) -> Comment:
    comment = say(idea, **more)
    return moderation.hide_comment(
        actor=moderator, comment=comment, reason_code="insult", reason="이웃을 욕했습니다."
    )


# --- time limits ----------------------------------------------------------------------------------------


def test_what_few_reported_stays_up_and_the_log_says_so(idea: Idea, moderators: tuple[Actor, Actor]) -> None:
    few, many = say(idea), say(idea)
    report(2, few)
    report(3, many)
    with clock.at(NOW + timedelta(hours=71)):
        assert moderation.lapse() == 0
    with clock.at(NOW + timedelta(hours=73)):
        assert moderation.lapse() == 1
        assert moderation.lapse() == 0
        assert not few.flags.filter(settled_at__isnull=True).exists()
        assert many.flags.filter(settled_at__isnull=True).count() == 3  # waits on, shown as overdue
        act = Audit.objects.get(action="square.flag.lapse")
        assert (act.target, act.is_public, act.actor_kind) == (few.reference, True, "system")
        page = client_of(moderators[0].user).get("/desk/moderation/")
        (row,) = page.context["rows"]
        assert (row["value"], row["is_late"], row["flags"]) == (many.reference, True, 3)
        assert few.reference.removeprefix("comment:") not in {row["value"] for row in page.context["rows"]}
    assert Comment.objects.filter(state="hidden").count() == 0  # nothing goes down by itself


def test_the_limit_is_the_dated_rule(idea: Idea) -> None:
    f.rule("square.moderation", flag_hours=5, few=10)
    comment = say(idea)
    report(4, comment)
    with clock.at(NOW + timedelta(hours=6)):
        assert moderation.lapse() == 1


def test_leaving_a_thing_up_is_an_act_too(idea: Idea, moderators: tuple[Actor, Actor]) -> None:
    comment = say(idea)
    report(2, comment)
    flag = Flag.objects.filter(comment=comment)[0]
    moderation.dismiss(actor=moderators[0], flag=flag)
    moderation.dismiss(actor=moderators[1], flag=flag)  # the second of two finds it decided
    assert Audit.objects.filter(action="square.flag.dismiss", target=comment.reference).count() == 1
    assert "살펴보고 그대로 둠" in Client().get("/moderation/").content.decode()


def test_many_at_once_are_many_acts(idea: Idea, moderators: tuple[Actor, Actor]) -> None:
    comments = [say(idea) for _ in range(3)]
    client = client_of(moderators[0].user)
    typed = {
        "thing": [comment.reference for comment in comments],
        "decision": "hide",
        "reason_code": "advertising",
        "reason": "같은 광고입니다.",
    }
    assert client.post("/desk/moderation/", typed).status_code == 302
    acts = Audit.objects.filter(action="square.comment.hide")
    assert {act.target for act in acts} == {comment.reference for comment in comments}
    assert acts.filter(outbox__isnull=False).count() == 3
    client.post("/desk/moderation/", typed)  # once more: nothing is done twice
    assert acts.count() == 3


# --- nothing behind anybody's back ----------------------------------------------------------------------


def test_author_and_others_see_the_same(idea: Idea, moderators: tuple[Actor, Actor]) -> None:
    author = f.UserFactory()
    comment = hidden(idea, moderators[0], author=author, body="차마 옮길 수 없는 말")
    url = f"/ideas/{idea.matter.number}/"

    def seen(client: Client) -> list[Any]:
        keys = ("id", "author", "body_html", "hidden_reason")
        return [[thread[key] for key in keys] for thread in client.get(url).context["threads"]]

    public = seen(Client())
    assert seen(client_of(author)) == public == seen(client_of(f.UserFactory()))
    assert public == [[comment.pk, "", "", "사람을 모욕하거나 위협해요"]]
    # She alone has the way to her words and to an appeal, and she was told.
    assert f"/moderation/appeal/{comment.reference}/" in client_of(author).get(url).content.decode()
    assert "/moderation/appeal/" not in Client().get(url).content.decode()
    own = client_of(author).get(f"/moderation/appeal/{comment.reference}/").content.decode()
    assert "차마 옮길 수 없는 말" in own and "이웃을 욕했습니다." in own
    assert client_of(f.UserFactory()).get(f"/moderation/appeal/{comment.reference}/").status_code == 404
    event = Event.objects.get(kind="square.taken_down")
    assert Follow.objects.get(reference=event.reference).user == author


# --- appeals --------------------------------------------------------------------------------------------


def test_an_appeal_is_decided_by_somebody_else(idea: Idea, moderators: tuple[Actor, Actor]) -> None:
    first, second = moderators
    author = f.actor(f.UserFactory())
    comment = hidden(idea, first, author=author.user)
    row = appeals.appeal(actor=author, subject=comment, words="욕이 아니라 속담이었어요.")
    assert row.due_at == NOW + timedelta(days=14)
    for wrong in (first, author, f.actor(f.UserFactory())):
        with pytest.raises(RefusedError):
            appeals.decide(actor=wrong, appeal=row, puts_back=True, reason="다시 보니 괜찮습니다.")
    assert Appeal.objects.get().state == "open" and Comment.objects.get(pk=comment.pk).state == "hidden"
    appeals.decide(actor=second, appeal=row, puts_back=True, reason="속담이었습니다.")
    assert Comment.objects.get(pk=comment.pk).state == "shown"
    with pytest.raises(RefusedError) as error:
        appeals.decide(actor=second, appeal=row, puts_back=False, reason="다시 내립니다.")
    assert error.value.code == "flow.state"
    log = Client().get("/moderation/").content.decode()
    assert "속담이었습니다." in log and "욕이 아니라" not in log  # the decision is public, her words are not


def test_an_appeal_once_for_each_taking_down_and_in_time(idea: Idea, moderators: tuple[Actor, Actor]) -> None:
    author = f.actor(f.UserFactory())
    comment = hidden(idea, moderators[0], author=author.user)
    with pytest.raises(RefusedError) as error:
        appeals.appeal(actor=f.actor(f.UserFactory()), subject=comment, words="제 것은 아니지만요.")
    assert error.value.code == "appeal.author"
    with clock.at(NOW + timedelta(days=31)), pytest.raises(RefusedError) as error:
        appeals.appeal(actor=author, subject=comment, words="이제야 봤어요.")
    assert error.value.code == "appeal.late"
    row = appeals.appeal(actor=author, subject=comment, words="욕이 아니었어요.")
    with pytest.raises(RefusedError) as error:
        appeals.appeal(actor=author, subject=comment, words="한 번 더요.")
    assert error.value.code == "appeal.twice" and Appeal.objects.count() == 1
    appeals.decide(actor=moderators[1], appeal=row, puts_back=False, reason="그대로 둡니다.")
    assert Comment.objects.get(pk=comment.pk).state == "hidden"
    shown = say(idea)
    with pytest.raises(RefusedError) as error:
        appeals.appeal(actor=f.actor(shown.author), subject=shown, words="내려가지 않았는데요.")
    assert error.value.code == "appeal.none"


def test_an_idea_is_appealed_by_pages(idea: Idea, moderators: tuple[Actor, Actor]) -> None:
    author = idea.matter.author
    moderation.hide_idea(actor=moderators[0], idea=idea, reason_code="off_topic", reason="다른 일입니다.")
    client, url = client_of(author), f"/moderation/appeal/idea:{idea.matter.number}/"
    assert url in client.get(f"/ideas/{idea.matter.number}/").content.decode()
    page = client.post(url, {"words": "짧다"})
    assert page.status_code == 422 and "짧다" in page.content.decode()
    assert client.post(url, {"words": "이 일은 시청이 하는 일이 맞습니다."}).status_code == 302
    row = Appeal.objects.get()
    desk = client_of(moderators[1].user)
    assert desk.get("/desk/moderation/appeals/").context["rows"][0]["is_own"] is False
    own = client_of(moderators[0].user).get(f"/desk/moderation/appeals/{row.pk}/")
    assert not own.context["verdict"]
    typed = {"decision": "grant", "reason": "시의 일이 맞습니다. 다시 올립니다."}
    assert client_of(moderators[0].user).post(f"/desk/moderation/appeals/{row.pk}/", typed).status_code == 403
    assert desk.post(f"/desk/moderation/appeals/{row.pk}/", typed).status_code == 302
    assert Client().get(f"/ideas/{idea.matter.number}/").status_code == 200
    assert "다시 올립니다." in client.get(url).content.decode()


def test_another_offices_moderator_sees_nothing(idea: Idea, moderators: tuple[Actor, Actor]) -> None:
    author = f.actor(f.UserFactory())
    row = appeals.appeal(
        actor=author, subject=hidden(idea, moderators[0], author=author.user), words="욕이 아니었어요."
    )
    other = client_of(f.official("moderator", f.OrganisationFactory(code="other")))
    assert other.get("/desk/moderation/appeals/").context["rows"] == []
    assert other.get(f"/desk/moderation/appeals/{row.pk}/").status_code == 404
    assert client_of(f.UserFactory()).get("/desk/moderation/appeals/").status_code == 403


# --- new accounts ---------------------------------------------------------------------------------------


def test_a_new_account_writes_so_much_and_is_told_before(idea: Idea) -> None:
    f.rule("square.moderation", new_comments=2, new_days=7)
    new, old = f.UserFactory(date_joined=NOW), f.UserFactory(date_joined=NOW - timedelta(days=8))
    for person in (new, new, old, old, old):
        say(idea, author=person)
    with pytest.raises(TooManyError) as error:
        say(idea, author=new)
    assert 0 < error.value.retry_after <= 3601
    assert Comment.objects.filter(author=new).count() == 2
    assert terms.room(f.actor(old)) is None
    page = client_of(new).get(f"/ideas/{idea.matter.number}/")
    assert page.context["room"].left == 0 and "한 시간에 2개" in page.content.decode()
    with clock.at(NOW + timedelta(minutes=61)):
        say(idea, author=new)
    with clock.at(NOW + timedelta(days=8)):
        for _ in range(3):
            say(idea, author=new)


# --- bursts ---------------------------------------------------------------------------------------------


def test_copies_are_put_together_and_nothing_happens_to_them(
    idea: Idea, moderators: tuple[Actor, Actor]
) -> None:
    copies = [
        say(idea, COPIED),
        say(idea, COPIED + "!!"),
        say(idea, COPIED.replace("반대합니다", "반대해요")),
    ]
    say(idea, "찬성합니다"), say(idea, "찬성합니다"), say(idea, "찬성합니다")
    say(idea, "나무를 심으면 여름에 시원하고 새도 옵니다. 주차장은 시장 뒤에도 넓게 있어요.")
    page = client_of(moderators[0].user).get("/desk/moderation/bursts/")
    (cluster,) = page.context["clusters"]
    assert {row["value"] for row in cluster["rows"]} == {copy.reference for copy in copies}
    assert Comment.objects.filter(state="hidden").count() == 0
    typed = {"thing": [copies[0].reference, copies[1].reference], "decision": "hide"}
    page = client_of(moderators[0].user).post("/desk/moderation/bursts/", typed)
    assert page.status_code == 422 and page.context["chosen"] == typed["thing"]
    typed |= {"reason_code": "advertising", "reason": "같은 글을 여러 번 올렸습니다."}
    assert client_of(moderators[0].user).post("/desk/moderation/bursts/", typed).status_code == 302
    assert Comment.objects.filter(state="hidden").count() == 2
    with clock.at(NOW + timedelta(days=15)):
        assert client_of(moderators[1].user).get("/desk/moderation/bursts/").context["clusters"] == []


def test_the_desk_costs_the_same_for_few_and_many(idea: Idea, moderators: tuple[Actor, Actor]) -> None:
    def cost(url: str) -> int:
        client = client_of(moderators[1].user)
        client.get(url)
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        return len(found)

    urls = ("/desk/moderation/", "/desk/moderation/bursts/", "/desk/moderation/appeals/", "/moderation/")

    def grow(count: int) -> None:
        for n in range(count):
            report(1, say(idea, f"{n}번째 사람이 하는 말"))
            for _ in range(3):
                say(idea, f"{COPIED} {'가나다라마바사아자차카타파하'[n] * 40}")
            author = f.actor(f.UserFactory())
            comment = hidden(idea, moderators[0], author=author.user)
            appeals.appeal(actor=author, subject=comment, words="욕이 아니었어요.")

    grow(1)
    before = [cost(url) for url in urls]
    grow(7)
    assert [cost(url) for url in urls] == before


def said(texts: list[str], authors: list[int] | None = None) -> list[bursts.Said]:
    return [
        bursts.Said(
            f"comment:{n}",
            (authors or [n] * len(texts))[n],
            NOW + timedelta(minutes=n),
            tuple(search.tokens(text)),
        )
        for n, text in enumerate(texts)
    ]


def like(here: Counter[str], there: Counter[str]) -> float:
    return search.dice(here, there, {})


def test_one_account_many_times_is_a_burst_too() -> None:
    (found,) = bursts.clusters(said([COPIED] * 4, [1, 1, 1, 1]), like)
    assert (len(found.said), found.authors, found.is_same) == (4, 1, True)
    assert bursts.clusters(said([COPIED] * 2, [1, 2]), like) == []


@given(st.lists(st.text("가나다라마바사아자차 ", min_size=30, max_size=60), max_size=12), st.integers(3, 6))
def test_every_copy_is_found_among_anything(others: list[str], copies: int) -> None:
    """Whatever else is said, the copies stand in one cluster, and each text in one cluster at most."""
    found = bursts.clusters(said([*others, *[COPIED] * copies]), like)
    keys = [one.key for cluster in found for one in cluster.said]
    assert len(keys) == len(set(keys))
    planted = {f"comment:{len(others) + n}" for n in range(copies)}
    assert any(planted <= {one.key for one in cluster.said} for cluster in found)


@pytest.mark.django_db
def test_the_log_is_linked_from_every_page_and_the_group_from_its_desk() -> None:
    assert 'href="/moderation/"' in Client().get("/").content.decode()
    facilitator = f.official("facilitator", f.OrganisationFactory())
    assert 'href="/desk/planning/"' in client_of(facilitator).get("/desk/").content.decode()
