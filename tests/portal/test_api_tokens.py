"""Personal tokens: what they open, what they never open, and how they end."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from madang.commons.notices import api as notices
from madang.kernel import clock
from madang.kernel.models import Role
from madang.portal import profile
from madang.portal.api import tokens
from madang.portal.models import Token
from madang.services.square.domain import ideas as square
from madang.services.square.models import Comment, Support
from tests.factories import OrganisationFactory, UserFactory, actor, idea, later, official, process

pytestmark = pytest.mark.django_db
BASE = "/api/v1"


def token_of(user: Any, *scopes: str, name: str = "프로그램", days: int = 30) -> str:
    return tokens.make(actor=actor(user), name=name, scopes=scopes or list(tokens.SCOPES), days=days)[1]


def ask(method: str, path: str, token: str, body: Any = None, client: Client | None = None) -> Any:
    return (client or Client(enforce_csrf_checks=True)).generic(
        method,
        f"{BASE}{path}",
        "" if body is None else body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )


def test_a_token_has_a_shape_that_scanners_know_and_a_checksum() -> None:
    plain = tokens.write(bytes(range(32)))
    assert re.fullmatch(r"mdg_[0-9A-Za-z]{49}", plain)
    assert tokens.is_whole(plain)
    wrong = plain[:10] + ("A" if plain[10] != "A" else "B") + plain[11:]
    assert not tokens.is_whole(wrong)
    for written in ("", "mdg_", plain[:-1], plain + "x", plain.lower(), "ghp_" + plain[4:]):
        assert not tokens.is_whole(written) or written == plain


def test_a_token_acts_for_its_person_within_its_scopes() -> None:
    made, other, user = idea(), idea(title="남이 낸 다른 제안입니다"), UserFactory()
    path = f"/ideas/{made.matter.number}/support"
    token = token_of(user, "supports:write")
    assert ask("PUT", path, token).status_code == 200
    assert Support.objects.get(withdrawn_at__isnull=True).supporter == user
    for method, address, scope in (
        ("GET", "/me", "own:read"),
        ("POST", f"/ideas/{made.matter.number}/comments", "comments:write"),
        ("PUT", f"/ideas/{other.matter.number}/follow", "follows:write"),
        ("GET", "/desk/matters", "desk:read"),
    ):
        body = '{"body": "좋은 생각이에요", "stance": "for"}' if method == "POST" else None
        refused = ask(method, address, token, body)
        assert (refused.status_code, refused.json()["code"]) == (403, "token.scope"), address
        assert f'scope="{scope}"' in refused["WWW-Authenticate"]
    assert not Comment.objects.exists()
    assert not notices.is_following(user, other.matter.reference)


def test_a_token_that_is_wrong_old_revoked_or_of_a_closed_account_opens_nothing() -> None:
    user = UserFactory()
    token = token_of(user, "own:read")
    assert ask("GET", "/me", token).json()["token"]["scopes"] == ["own:read"]
    with clock.at(later(31)):
        assert ask("GET", "/me", token).status_code == 401
    user.is_active = False
    user.save()
    assert ask("GET", "/me", token).status_code == 401
    user.is_active = True
    user.save()
    assert ask("GET", "/me", token).status_code == 200
    assert tokens.revoke(actor=actor(user), key=Token.objects.get().pk)
    answers = [ask("GET", "/me", one) for one in (token, "mdg_x", "", tokens.write(bytes(32)))]
    assert {(one.status_code, one.content) for one in answers} == {(401, answers[0].content)}
    assert 'error="invalid_token"' in answers[0]["WWW-Authenticate"]
    # Also where nobody in particular may read: a program should learn that its token is gone.
    assert ask("GET", "/ideas", token).status_code == 401


def test_what_takes_somebody_says_so_with_401() -> None:
    for path in ("/me", "/me/matters", "/me/follows", "/me/notices", "/desk/matters"):
        refused = Client().get(f"{BASE}{path}")
        assert (refused.status_code, refused.json()["code"]) == (401, "sign_in")
        assert refused["WWW-Authenticate"].startswith("Bearer")


def test_a_token_never_brings_the_office_along() -> None:
    made = idea()
    officer = official(Role.OFFICER, made.matter.responsible)
    token = token_of(officer)
    said = ask(
        "POST", f"/ideas/{made.matter.number}/comments", token, '{"body": "확인하겠습니다", "stance": "for"}'
    )
    assert said.status_code == 201
    assert said.json()["is_official"] is False
    assert ask("GET", "/desk/matters", token).status_code == 200
    assert ask("GET", "/desk/matters", token_of(UserFactory())).json()["code"] == "desk.none"
    # Nor does it open pages, the desk or the page that makes tokens.
    for path in ("/desk/", "/my/tokens/", "/my/data/"):
        assert Client().get(path, headers={"Authorization": f"Bearer {token}"}).status_code == 302


def test_a_token_cannot_make_or_end_tokens() -> None:
    user = UserFactory()
    token = token_of(user)
    client = Client(headers={"Authorization": f"Bearer {token}"})
    client.post("/my/tokens/", {"name": "둘", "scopes": ["own:read"], "days": 30})
    client.post(f"/my/tokens/{Token.objects.get().pk}/revoke/")
    assert Token.objects.get().revoked_at is None


def test_a_session_beside_a_token_does_not_count() -> None:
    made, owner, other = idea(), UserFactory(), UserFactory()
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    token = token_of(other, "supports:write")
    # No page's token is needed: no browser sends this header by itself.
    assert ask("PUT", f"/ideas/{made.matter.number}/support", token, client=client).status_code == 200
    assert Support.objects.get(idea=made).supporter == other
    assert ask("GET", "/me", token, client=client).status_code == 403


def test_the_database_holds_nothing_that_opens() -> None:
    user = UserFactory()
    token = token_of(user)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM portal_token")
        row = str(cursor.fetchall())
    assert token not in row
    assert token[8:] not in row
    exported = profile.copy_of(user)["tokens"]
    assert exported[0]["begins_with"] == token[:8]
    assert token not in str(exported)
    assert tokens.forget(user) == 1
    assert ask("GET", "/me", token).status_code == 401


def test_the_last_use_is_known_to_the_day() -> None:
    user = UserFactory()
    token = token_of(user)
    ask("GET", "/me", token)
    assert Token.objects.get().last_used_on == clock.today()


def test_own_matters_follows_and_notices_come_page_by_page() -> None:
    made, user = process(), UserFactory()
    own = [idea(made, author=user, title=f"우리 동네 {n}번째 제안입니다") for n in range(3)]
    other = idea(made, title="남이 낸 다른 제안입니다")
    token = token_of(user)
    first = ask("GET", "/me/matters?limit=2", token)
    assert first["Cache-Control"] == "private, no-cache"
    assert not first.has_header("Access-Control-Allow-Origin")
    assert 'rel="next"' in first["Link"]
    rest = ask("GET", f"/me/matters?limit=2&cursor={first.json()['next']}", token).json()
    numbers = [row["number"] for row in [*first.json()["items"], *rest["items"]]]
    assert sorted(numbers) == sorted(one.matter.number for one in own)
    assert rest["next"] is None
    assert ask("PUT", f"/ideas/{other.matter.number}/follow", token).json()["changed"] is True
    assert ask("PUT", f"/ideas/{other.matter.number}/follow", token).json()["changed"] is False
    follows = ask("GET", "/me/follows", token).json()["items"]
    assert other.matter.reference in {row["reference"] for row in follows}
    assert ask("DELETE", f"/ideas/{other.matter.number}/follow", token).json()["changed"] is True
    assert ask("PUT", "/ideas/ID-2601-00001-1/follow", token).status_code == 404
    # A cursor of somebody else leads nowhere.
    stolen = ask("GET", f"/me/matters?cursor={first.json()['next']}", token_of(UserFactory()))
    assert stolen.json()["code"] == "cursor.invalid"


def test_notices_since_a_cursor_miss_nothing_and_repeat_nothing() -> None:
    user = UserFactory()
    made = idea(author=user)
    token = token_of(user)
    for words in ("첫 의견입니다", "둘째 의견입니다", "셋째 의견입니다"):
        square.comment(actor=actor(UserFactory()), idea=made, body=words, stance="for")
    told = len(notices.inbox(user))
    assert ask("GET", "/me/notices", token).json() == {"items": [], "next": None}  # held back for a moment
    with clock.at(later(0.01)):
        seen, cursor = [], ""
        while items := (found := ask("GET", f"/me/notices?limit=2&cursor={cursor}", token).json())["items"]:
            seen += [item["id"] for item in items]
            cursor = found["next"]
        assert len(seen) == len(set(seen)) == told
        assert found["next"] == cursor
    square.comment(actor=actor(UserFactory()), idea=made, body="넷째 의견입니다", stance="for")
    with clock.at(later(0.02)):
        later_on = ask("GET", f"/me/notices?cursor={cursor}", token).json()["items"]
    assert len(later_on) == len(notices.inbox(user)) - told
    assert not {item["id"] for item in later_on} & set(seen)


def test_one_idea_tells_its_way_and_its_place_in_the_log() -> None:
    made = idea()
    found = Client().get(f"{BASE}/ideas/{made.matter.number}").json()
    assert found["path"][0]["state"] == "done"
    assert len(found["path"]) == 4
    assert found["ledger_index"] is None
    spaces = Client().get(f"{BASE}/spaces").json()["items"]
    assert spaces[0]["processes"] == ["test"]
    offices = Client().get(f"{BASE}/offices").json()["items"]
    assert made.matter.responsible.code in {row["code"] for row in offices}
    tables = Client().get(f"{BASE}/figures").json()["items"]
    assert (
        Client()
        .get(tables[0]["api"].partition("8000")[2] or f"{BASE}/figures/by-origin/table")
        .json()["rows"]
    )


def test_answers_are_json_or_nothing() -> None:
    refused = Client().get(f"{BASE}/ideas", headers={"Accept": "text/csv"})
    assert (refused.status_code, refused.json()["code"]) == (406, "accept")
    for accept in ("*/*", "application/json", "text/html, */*;q=0.1", "application/problem+json"):
        assert Client().get(f"{BASE}/ideas", headers={"Accept": accept}).status_code == 200
    unreadable = Client().get(f"{BASE}/ideas", headers={"Host": "evil.example"})
    assert unreadable.status_code == 400
    assert unreadable["Content-Type"] == "application/problem+json"


def test_the_page_shows_a_token_once_and_keeps_what_was_typed() -> None:
    user, client = UserFactory(), Client()
    client.force_login(user)
    typed = {"name": "내 스크립트", "scopes": ["own:read", "ideas:write"], "days": 90}
    made = client.post("/my/tokens/", typed)
    [plain] = set(re.findall(r"mdg_[0-9A-Za-z]{49}", made.content.decode()))
    assert made.status_code == 201
    assert "no-store" in made["Cache-Control"]
    assert ask("GET", "/me", plain).json()["token"]["name"] == "내 스크립트"
    page = client.get("/my/tokens/").content.decode()
    assert plain not in page
    assert plain[:8] in page
    # The same form again (a page loaded anew): nothing more is made, and the words stay.
    again = client.post("/my/tokens/", typed)
    assert again.status_code == 422
    assert "내 스크립트" in again.content.decode()
    assert "mdg_" + plain[4:] not in again.content.decode()
    for wrong in ({"scopes": []}, {"scopes": ["all"]}, {"days": 9999}, {"name": " \u200e "}):
        assert client.post("/my/tokens/", typed | {"name": "다른 것"} | wrong).status_code == 422
    assert Token.objects.count() == 1
    stranger = Client()
    stranger.force_login(UserFactory())
    key = Token.objects.get().pk
    assert stranger.post(f"/my/tokens/{key}/revoke/").status_code == 404
    assert ask("GET", "/me", plain).status_code == 200
    assert client.post(f"/my/tokens/{key}/revoke/").status_code == 302
    assert ask("GET", "/me", plain).status_code == 401
    # Its name is free again.
    assert client.post("/my/tokens/", typed).status_code == 201


def test_nobody_has_more_than_twenty_valid_tokens() -> None:
    user = UserFactory()
    OrganisationFactory()
    for n in range(tokens.MOST):
        token_of(user, "own:read", name=str(n))
    client = Client()
    client.force_login(user)
    assert client.post("/my/tokens/", {"name": "또", "scopes": ["own:read"], "days": 30}).status_code == 422
    assert Token.objects.count() == tokens.MOST
