"""What is hidden or private shows nowhere, to nobody whose business it is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from madang.commons.matters.domain import contacts, handling
from madang.commons.matters.models import Attachment, Contact, Matter
from madang.commons.notices.domain import delivering
from madang.commons.notices.models import Delivery
from madang.commons.search import api as search
from madang.kernel.errors import RefusedError
from madang.kernel.models import User
from madang.services.square.domain import ideas
from madang.services.square.manifest import forum
from madang.services.square.models import Comment, Idea
from tests import factories as make
from tests.security import addresses
from tests.security.conftest import City, picture

TITLE = "은행나무 가로수 비밀제목표식"
BODY = "은행나무 열매 냄새를 줄여 주세요. 비밀본문표식 이 문장은 공개되지 않아야 합니다."
NAME = "비밀이름표식"
MAIL = "secret-marker@example.org"
FILE = "비밀파일표식"
SAID = "비밀댓글표식 저도 같은 생각입니다."
MARKS = ("비밀제목표식", "비밀본문표식", NAME, MAIL, FILE, "비밀댓글표식")
LEVELS = ("hidden", "private")
# What everyone sees is the same for officials: these never show what is not public, whoever asks.
FOR_ALL = {
    "home", "ideas", "ideas_feed", "similar", "late", "late_csv", "statistics", "figures_csv",
    "moderation_log", "plan", "plan_project",
}  # fmt: skip


@dataclass
class Scene:
    """A matter with a file, a comment, a supporter; then taken out of sight."""

    matter: Matter
    attachment: Attachment
    comment: Comment
    supporter: User

    def values(self) -> dict[str, Any]:
        return {
            "number": self.matter.number, "pk": self.matter.pk, "place": 1, "slug": "by-origin", "token": "x",
            "path": "0/000", "reference": self.matter.reference,
        }  # fmt: skip


def scene(city: City) -> Scene:
    supporter = make.UserFactory()
    idea, _filed = ideas.file(
        actor=make.actor(), process=make.Process.objects.get(), title=TITLE, body=BODY, author_label=NAME,
        contact_email=MAIL, uploads=(picture(f"{FILE}.png"),),
    )  # fmt: skip
    contacts.confirm(token=contacts.token_of(Contact.objects.get(matter=idea.matter)))
    ideas.support(actor=make.actor(supporter), idea=idea)
    comment = ideas.comment(actor=make.actor(supporter), idea=idea, body=SAID, stance="for")
    ideas.tally()
    return Scene(idea.matter, idea.matter.attachments.get(), comment, supporter)


def put_away(city: City, level: str, matter: Matter) -> None:
    if level == "hidden":
        handling.hide(
            actor=make.actor(city.moderator),
            matter=matter,
            reason_code="privacy",
            reason="개인 정보가 있습니다.",
        )
    else:
        handling.retype(
            actor=make.actor(city.triage), matter=matter, kind="complaint", reason="민원입니다.", private=True
        )
    matter.refresh_from_db()


def everything(seen: Scene) -> list[tuple[str, str]]:
    """Every address that can be read, with this scene's keys in it, and searches that would find it."""
    found = []
    for pattern, name in addresses.walk():
        if "account/" in pattern or name in ("", "ledger_tile"):
            continue
        pk = {"file": seen.attachment.pk, "comment_form": seen.comment.pk, "plan_project": 7}.get(name)
        values = seen.values() | ({"pk": pk} if pk else {})
        if "<int:number>" in pattern or "projects/<number>" in pattern:
            values["number"] = 1
        found.append((addresses.filled(pattern, **values), name))
    for slug in ("answers-on-time", "transfers"):
        found.append((f"/figures/{slug}.csv", "figures_csv"))
    for query in ("q=은행나무", f"q={seen.matter.number}", "q=가로수&kind=complaint", "kind=complaint"):
        found.append((f"/search/?{query}", "search"))
        found.append((f"/api/v1/search?{query}", "find"))
    found.append(("/ideas/similar/?title=은행나무 가로수&body=은행나무 열매 냄새", "similar"))
    found += [
        (f"/ideas/?state={state}", "ideas") for state in ("open", "owed", "late", "withdrawn", "merged")
    ]
    found += [(f"/api/v1/ideas?state={state}", "list_ideas") for state in ("open", "owed", "merged")]
    found += [
        (f"/moderation/?comment={seen.comment.pk}", "moderation_log"),
        (f"/desk/merge/?pick={seen.matter.pk}", "desk_merge"),
        (f"/desk/merge/?into={seen.matter.number}", "desk_merge"),
        (f"/desk/moderation/?idea={seen.matter.number}", "moderate"),
        (f"/desk/moderation/?comment={seen.comment.pk}", "moderate"),
        ("/desk/?tab=all&q=은행나무", "desk"),
        (f"/ideas/{seen.matter.number}/flag/?comment={seen.comment.pk}", "flag"),
    ]  # fmt: skip
    return [
        *found,
        *((f"/en{url}", name) for url, name in found if not url.startswith(("/api/", "/ledger/"))),
    ]


def read(client: Client, url: str) -> str:
    answer = client.get(url, follow=False)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return f"{answer.status_code} {dict(answer.headers)} {body.decode('utf-8', 'replace')}"


@pytest.mark.parametrize("level", LEVELS)
def test_no_word_leaks_on_any_route(level: str, city: City, sign_in: Any) -> None:
    seen = scene(city)
    assert TITLE in read(Client(), "/ideas/")  # the sweep below can fail
    put_away(city, level, seen.matter)
    viewers = {
        "anonymous": None, "other person": make.UserFactory(), "supporter": seen.supporter,
        "officer of another office": city.stranger, "approver of another office": city.approver,
        "moderator elsewhere": make.official("moderator", city.other),
        "triage elsewhere": make.official("triage", city.other),
    }  # fmt: skip
    leaks = []
    for who, user in viewers.items():
        client = sign_in(user)
        for url, name in everything(seen):
            if user is not None and url.startswith("/en/"):
                continue  # the same views; once is enough
            said = read(client, url)
            marks = [mark for mark in MARKS if mark in said]
            # Her own comment stays hers in the copy of her data.
            if marks and not (name == "my_data" and marks == ["비밀댓글표식"]):
                leaks.append((who, url, marks))
            assert said[:3] != "500", (who, url)
    assert leaks == []


@pytest.mark.parametrize("level", LEVELS)
def test_public_lists_leave_it_out_even_for_its_own_desk(level: str, city: City, sign_in: Any) -> None:
    seen = scene(city)
    before = Client().get("/ideas/").context["total"]
    put_away(city, level, seen.matter)
    for user in (city.triage, city.moderator):
        client = sign_in(user)
        for url, name in everything(seen):
            if name in FOR_ALL or (url.startswith("/api/") and name in addresses.API_READ - {"list_desk"}):
                said = read(client, url)
                assert not [mark for mark in MARKS if mark in said], (user, url)
        assert client.get("/ideas/").context["total"] == before - 1
        assert client.get("/api/v1/search?q=은행나무").json()["total"] == 0
    filed = sum(row["filed"] for row in Client().get("/api/v1/figures/by-origin").json()["rows"])
    assert filed == 0
    assert search.similar(TITLE, BODY) == []
    # Its desk does see it: the gate is no wall.
    assert TITLE in read(sign_in(city.triage), f"/ideas/{seen.matter.number}/")


@pytest.mark.parametrize("level", LEVELS)
def test_a_cached_copy_is_not_confirmed(level: str, city: City) -> None:
    seen, client = scene(city), Client()
    routes = [
        f"/api/v1/ideas/{seen.matter.number}",
        f"/api/v1/ideas/{seen.matter.number}/comments",
        "/api/v1/ideas",
    ]
    tags = {url: client.get(url)["ETag"] for url in routes}
    file = f"/files/{seen.attachment.pk}/"
    assert client.get(routes[0], headers={"If-None-Match": tags[routes[0]]}).status_code == 304
    put_away(city, level, seen.matter)
    for url, tag in tags.items():
        assert client.get(url, headers={"If-None-Match": tag}).status_code != 304
    gone = client.get(
        file, headers={"If-Modified-Since": "Fri, 31 Dec 2060 00:00:00 GMT", "Range": "bytes=0-10"}
    )
    assert gone.status_code == 404


def test_news_of_what_became_private_reaches_its_author_alone(city: City, sign_in: Any) -> None:
    seen = scene(city)
    put_away(city, "private", seen.matter)
    handling.assign(actor=make.actor(city.triage), matter=seen.matter, office=city.office)
    waiting = Delivery.objects.filter(address=seen.supporter.email, event__kind="matters.assigned")
    assert not waiting.exists()
    assert Delivery.objects.filter(address=MAIL, event__kind="matters.assigned").exists()
    delivering.deliver()
    told = read(sign_in(seen.supporter), "/my/notices/")
    assert not [mark for mark in MARKS if mark in told]


@pytest.mark.parametrize("end", ["withdrawn", "merged"])
def test_an_ended_matter_keeps_its_page_and_never_its_address(end: str, city: City) -> None:
    seen, other = scene(city), make.idea()
    if end == "withdrawn":
        author = make.actor(receipts=frozenset({seen.matter.pk}))
        handling.withdraw(actor=author, matter=seen.matter)
    else:
        handling.merge(
            actor=make.actor(city.triage),
            matter=seen.matter,
            into=Matter.objects.get(pk=other.pk),
            reason="같습니다.",
        )
    for url, _name in everything(seen):
        assert MAIL not in read(Client(), url), url
    assert TITLE in read(Client(), f"/ideas/{seen.matter.number}/")
    assert TITLE not in read(Client(), "/ideas/")
    assert TITLE not in read(Client(), "/ideas/feed/")


def test_merged_into_something_that_was_taken_down_says_nothing_of_it(city: City) -> None:
    """And the other way round: what was merged and then taken down does not hang on the one that goes on."""
    first, target = make.idea(), scene(city)
    handling.merge(
        actor=make.actor(city.triage), matter=first.matter, into=target.matter, reason="같은 제안입니다."
    )
    put_away(city, "hidden", target.matter)
    for url in (
        f"/ideas/{first.matter.number}/",
        f"/api/v1/ideas/{first.matter.number}",
        "/ideas/?state=merged",
    ):
        said = read(Client(), url)
        assert not [mark for mark in MARKS if mark in said], url


def test_taken_down_and_private_at_once_does_not_come_back_public(city: City) -> None:
    """A moderator with an old page in hand must not turn a private complaint into one that can be "put back"."""
    seen = scene(city)
    old = Matter.objects.get(pk=seen.matter.pk)
    put_away(city, "private", seen.matter)
    with pytest.raises(RefusedError):
        handling.hide(actor=make.actor(city.moderator), matter=old, reason_code="privacy", reason="개인 정보")
    assert Matter.objects.get(pk=old.pk).disclosure == "private"


def test_evidence_of_the_plan_counts_public_ideas(city: City) -> None:
    seen = scene(city)
    before = forum().sentence
    put_away(city, "private", seen.matter)
    assert Idea.objects.count() == 1
    assert forum().sentence != before


def test_a_moderator_learns_nothing_of_other_hosts(city: City, sign_in: Any) -> None:
    seen = scene(city)
    put_away(city, "private", seen.matter)
    elsewhere = sign_in(make.official("moderator", city.other))
    for thing in (f"idea:{seen.matter.pk}", f"comment:{seen.comment.pk}", "idea:" + "9" * 5000):
        answer = elsewhere.post(
            "/desk/moderation/",
            {"decision": "hide", "reason_code": "privacy", "reason": "이유", "thing": thing},
        )
        assert answer.status_code < 500
        assert seen.matter.number not in answer.content.decode()
    assert Comment.objects.get(pk=seen.comment.pk).state == "shown"
