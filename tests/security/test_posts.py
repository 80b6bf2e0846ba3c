"""Every address that takes a POST: not by GET, not from another site, not by a stranger."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from madang.commons.matters.domain import desk
from madang.commons.matters.models import Answer, Contact, Effect, EffectReport, Matter
from madang.commons.matters.web import acts
from madang.commons.notices.models import Follow
from madang.kernel import clock
from madang.kernel.models import Audit, User
from madang.services.square.models import Appeal, Comment, Edition, Flag, Support
from tests import factories as make
from tests.security import addresses
from tests.security.conftest import City

WORDS = "이 문장은 제가 오래 고민해서 쓴 것입니다."


def everything_kept() -> list[object]:
    """The rows that a refused POST must leave as they were."""
    return [
        list(Matter.objects.order_by("pk").values()),
        list(Answer.objects.order_by("pk").values()),
        list(Effect.objects.order_by("pk").values()),
        list(Edition.objects.order_by("pk").values()),
        list(User.objects.order_by("pk").values("email", "name", "language", "mail_notices")),
        *[
            table.objects.count()
            for table in (EffectReport, Comment, Flag, Appeal, Support, Contact, Audit, Follow)
        ],
    ]


@pytest.fixture
def site(city: City) -> dict[str, Any]:
    matter = city.matter("assigned")
    city.submitted(matter)
    comment = Comment.objects.create(
        idea_id=matter.pk, stance="for", body="좋아요", author=make.UserFactory(), at=clock.now()
    )
    effect = Effect.objects.create(matter=matter, owner=city.office, what="신호를 놓는다")
    return {"matter": matter, "comment": comment, "effect": effect, "city": city}


def url_of(pattern: str, name: str, site: dict[str, Any]) -> str:
    pk = {"comment_form": site["comment"].pk, "desk_effect": site["effect"].pk}.get(name, site["matter"].pk)
    return addresses.filled(
        pattern, number=site["matter"].number, pk=pk, place=1, slug="test", token="no-such-token", path="x"
    )


def typed(site: dict[str, Any]) -> dict[str, Any]:
    """One body that fits every form: whatever is needed to get through when the writer may."""
    city, matter = site["city"], site["matter"]
    body = {
        "seen": desk.stamp(Matter.objects.get(pk=matter.pk)), "office": city.other.pk, "officer": city.officer.pk,
        "reason": WORDS, "reason_code": "other", "kind": "complaint", "amount": 3, "disposition": "rejected",
        "next_step": WORDS, "body": WORDS, "stance": "for", "title": WORDS, "origin": "individual",
        "email": "x@example.org", "reference": matter.reference, "decision": "hide", "state": "under_way",
        "text": WORDS, "thing": f"idea:{matter.pk}", "pick": matter.pk, "into": matter.pk, "merge": "1",
        "name": "다른 이름", "language": "en", "code": "0000-0000-0000-0000-0000", "password": "geheim-geheim-1",
        "new_password1": "geheim-geheim-2",
    }  # fmt: skip
    # The forms of the desk have a prefix each.
    forms = {spec.form.verb for spec in acts.VERBS.values()}
    return body | {
        f"{verb}-{name}": value for verb in forms for name, value in body.items() if name != "code"
    }


def test_every_address_is_known_to_these_tests() -> None:
    known = addresses.POST_ONLY | addresses.FORMS | addresses.READ | addresses.WITHOUT_CSRF
    assert {name for _pattern, name in addresses.web()} == known
    assert {name for _pattern, name in addresses.api()} == addresses.API_READ | addresses.API_WRITE


def writing() -> list[tuple[str, str]]:
    return [pair for pair in addresses.web() if pair[1] in addresses.POST_ONLY | addresses.FORMS]


@pytest.mark.once
def test_get_is_refused_where_only_post_acts(site: dict[str, Any], sign_in: Any) -> None:
    before = everything_kept()
    for user in (None, site["city"].triage, site["city"].approver, site["city"].author):
        client = sign_in(user)
        for pattern, name in writing():
            answer = client.get(url_of(pattern, name, site), typed(site))
            assert answer.status_code == 405 if name in addresses.POST_ONLY else answer.status_code < 500, (
                name
            )
    assert everything_kept() == before


@pytest.mark.once
def test_a_form_without_its_token_changes_nothing_and_keeps_the_words(site: dict[str, Any]) -> None:
    before = everything_kept()
    for user in (None, site["city"].triage, site["city"].approver, site["city"].author):
        client = Client(enforce_csrf_checks=True)
        if user is not None:
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        for pattern, name in writing():
            answer = client.post(url_of(pattern, name, site), typed(site))
            page = answer.content.decode()
            if name == "kiosk_write":
                # The next person at the terminal must not read them: back to its first page, without a word.
                assert (answer.status_code, answer["Location"], page) == (302, "/kiosk/", "")
                continue
            assert answer.status_code == 403, name
            assert WORDS in page, name
            assert "geheim" not in page and "0000-0000" not in page, name
            assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert everything_kept() == before


@pytest.mark.parametrize("who", ["anonymous", "resident", "stranger", "ended"])
def test_a_stranger_changes_nothing(who: str, site: dict[str, Any], sign_in: Any) -> None:
    """Even with a body that would be whole if an official of the right office sent it."""
    city = site["city"]
    ended = make.official("triage", city.host)
    ended.mandates.update(valid_to=clock.now())
    user = {"anonymous": None, "resident": make.UserFactory(), "stranger": city.stranger, "ended": ended}[who]
    # What any resident may do with an account is no attack.
    allowed = {
        "theme",
        "follow",
        "support",
        "unsupport",
        "comment",
        "comment_form",
        "flag",
        "profile",
        "notices",
    }
    client = sign_in(user)
    before = everything_kept()
    for pattern, name in writing():
        if (name in allowed and user is not None) or name in ("write_in", "theme"):
            continue
        answer = client.post(url_of(pattern, name, site), typed(site))
        assert answer.status_code < 500, name
        assert everything_kept() == before, (name, answer.status_code)
        if user is None and name.startswith("desk"):
            assert answer.status_code in (302, 403), name
            assert answer.status_code == 403 or "/account/login/" in answer["Location"] or name == "desk_bulk"


def test_the_same_body_goes_through_for_those_who_may(site: dict[str, Any], sign_in: Any) -> None:
    """Otherwise the test above would prove nothing."""
    city, matter = site["city"], site["matter"]
    for verb, user in (("transfer", city.officer), ("publish", city.approver), ("retype", city.triage)):
        fresh = make.idea(author=city.author)
        before = everything_kept()
        subject = matter if verb != "retype" else fresh.matter
        body = typed(site | {"matter": subject})
        if verb == "transfer":
            subject = city.matter("assigned")
            body = typed(site | {"matter": subject})
        answer = sign_in(user).post(f"/desk/{subject.pk}/{verb}/", body)
        assert answer.status_code == 302, (
            verb,
            answer.context and [f.errors for f in (answer.context.get("bound"),) if f],
        )
        assert everything_kept() != before


def test_the_api_writes_nothing_with_a_session_but_without_its_token(site: dict[str, Any]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make.UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    before = everything_kept()
    number = site["matter"].number
    for method, url in (
        ("post", "/api/v1/ideas"), ("post", f"/api/v1/ideas/{number}/comments"),
        ("put", f"/api/v1/ideas/{number}/support"), ("delete", f"/api/v1/ideas/{number}/support"),
        ("post", "/api/v1/receipt"),
    ):  # fmt: skip
        answer = getattr(client, method)(url, {"code": "0" * 20}, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf"), url
    assert everything_kept() == before


def test_numbers_that_no_row_has(site: dict[str, Any], sign_in: Any) -> None:
    """Too long, Arabic digits, negative, not a number: never an error of ours."""
    number = site["matter"].number
    client = sign_in(site["city"].moderator)
    for odd in ("9" * 25, "9" * 5000, "٣", "-1", "1e9", "%00", "0x10", "１"):
        for url in (
            f"/desk/{odd}/", f"/files/{odd}/", f"/receipt/show/{odd}/", f"/ideas/?page={odd}", f"/desk/?page={odd}",
            f"/ideas/{number}/flag/?comment={odd}", f"/desk/moderation/?comment={odd}", f"/search/?q=a&page={odd}",
            f"/desk/merge/?pick={odd}", f"/ideas/{number}/comments/{odd}/", f"/ideas/{odd}/", f"/stop/{odd}/",
            f"/desk/moderation/?idea={odd}", f"/receipt/of/{odd}/", f"/ideas/{number}/?page={odd}&stance={odd}",
            f"/api/v1/ideas/{odd}", f"/api/v1/plan/projects/{odd}", f"/plan/projects/{odd}/",
            f"/ideas/?state={odd}&space={odd}&order={odd}", f"/search/?office={odd}&q={odd}", f"/ledger/tile/0/{odd}",
            f"/figures/{odd}.csv", f"/api/v1/search?q={odd}", f"/api/v1/ideas?category={odd}",
        ):  # fmt: skip
            answer = client.get(url)
            assert answer.status_code < 500, url[:80]


@pytest.mark.parametrize(
    "typed", ["9999-12-31", "0001-01-01", "2026-02-31", "2026-٣-01", "", "morgen", "2026-12-01\0"]
)
def test_odd_days_of_a_promise(typed: str, city: Any, sign_in: Any) -> None:
    matter = city.matter("assigned")
    answer = sign_in(city.officer).post(
        f"/desk/{matter.pk}/answer/",
        {
            "answer-seen": desk.stamp(matter), "answer-disposition": "adopted", "answer-reason": WORDS,
            "answer-next_step": WORDS, "answer-owner": city.office.pk, "answer-promised_on": typed,
        },
    )  # fmt: skip
    assert answer.status_code in (302, 422)
    assert sign_in(city.officer).get(f"/desk/{matter.pk}/").status_code == 200
