"""Signing up, in and connecting through an outside provider: a real one, in a process of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client

from madang.kernel import clock
from madang.kernel.domain import assurance
from madang.kernel.models import Assurance, Consent, User
from tests import factories as f
from tests.portal import oidc_support
from tests.portal.oidc_support import Provider

pytestmark = pytest.mark.django_db
CALLBACK = "http://testserver/account/oidc/oidc/callback/"
LOGIN = "/account/oidc/oidc/login/"


@pytest.fixture(scope="module")
def outside() -> Iterator[Provider]:
    with oidc_support.running(CALLBACK) as provider:
        yield provider


@pytest.fixture(autouse=True)
def _set_up(settings: Any, outside: Provider) -> None:
    known = {
        "provider_id": "oidc",
        "name": "행복로그인",
        "client_id": outside.client_id,
        "secret": outside.secret,
    }
    known["settings"] = {"server_url": outside.issuer}
    mine = {**settings.SOCIALACCOUNT_PROVIDERS["openid_connect"], "APPS": [known]}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": mine}
    settings.OIDC_NAME, settings.OIDC_RESIDENT = "행복로그인", "resident=true"


def leave_for(client: Client, **sent: str) -> str:
    """Press the button; the provider's address on the page that moves on by itself."""
    page = client.post(LOGIN, sent)
    found = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', page.content.decode())
    assert found, page.content.decode()
    return found[1].replace("&amp;", "&")


def come_back(client: Client, outside: Provider, *, who: str = "hana", **sent: str) -> Any:
    return client.get(outside.walk(leave_for(client, **sent), who=who).removeprefix("http://testserver"))


def signed_in(client: Client) -> Any:
    return client.get("/my/").context["user"]


def verified(email: str) -> User:
    user = f.UserFactory(email=email, password="a-long-pass-2026")
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def test_the_way_there_carries_state_nonce_and_pkce_and_nothing_from_the_request(client: Client) -> None:
    page = client.post(f"{LOGIN}?scope=everything&auth_params=prompt%3Dnone", {}).content.decode()
    found = re.search(r'content="0;url=([^"]+)"', page)
    assert found
    address = found[1]
    for part in ("state=", "nonce=", "code_challenge=", "code_challenge_method=S256"):
        assert part in address
    assert "everything" not in address
    assert "prompt" not in address
    assert client.get(LOGIN).status_code == 405


@pytest.mark.parametrize(("language", "prefix"), [("ko", ""), ("en", "/en")])
def test_sign_up_by_the_provider_asks_only_for_the_name_and_knows_a_resident(
    client: Client, outside: Provider, language: str, prefix: str
) -> None:
    first = come_back(client, outside, language=language)
    assert first.url == f"{prefix}/account/provider/signup/"
    page = client.get(first.url).content.decode()
    assert 'value="hana@example.org"' in page
    assert 'value="하나"' in page
    client.post(first.url, {"email": "hana@example.org", "name": "하나"})
    user = signed_in(client)
    assert (user.email, user.name, user.has_usable_password()) == ("hana@example.org", "하나", False)
    assert assurance.level_of(user) == "resident"
    assert Consent.objects.get(user=user).purpose == "provider"
    kept = SocialAccount.objects.get(user=user)
    assert kept.extra_data == {"resident": True}  # nothing else of what the provider told
    assert not mail.outbox  # the provider has verified the address


def test_the_second_time_she_is_simply_in_and_next_stays_inside(client: Client, outside: Provider) -> None:
    first = come_back(client, outside)
    client.post(first.url, {"email": "hana@example.org", "name": "하나"})
    client.post("/account/logout/")
    assert come_back(client, outside, next="/plan/").url == "/plan/"
    assert signed_in(client).name == "하나"
    client.post("/account/logout/")
    assert "evil" not in come_back(client, outside, next="https://evil.example/").url


def test_a_verified_address_opens_the_account_that_has_it(client: Client, outside: Provider) -> None:
    known = verified("hana@example.org")
    come_back(client, outside)
    assert signed_in(client) == known
    assert SocialAccount.objects.get().user == known


@pytest.mark.parametrize("who", ["dul", "set"])
def test_an_address_the_provider_has_not_verified_opens_nothing(
    client: Client, outside: Provider, who: str
) -> None:
    """Neither "not verified" nor the text "true" counts; and the page does not tell that the address is known."""
    known = verified(f"{who}@example.org")
    before = come_back(client, outside, who=who)
    client.post(before.url, {"email": known.email, "name": "나쁜 이"})
    assert not signed_in(client).is_authenticated
    assert not SocialAccount.objects.exists()
    assert mail.outbox[-1].to == [known.email]  # its owner hears of it


def test_who_says_no_comes_to_a_calm_page(client: Client, outside: Provider) -> None:
    back = outside.walk(leave_for(client, language="en"), says_no=True)
    page = client.get(back.removeprefix("http://testserver"), follow=True)
    assert page.status_code == 200
    assert "You stopped halfway" in page.content.decode()
    assert not User.objects.exists()


def test_an_answer_for_another_browser_is_refused(client: Client, outside: Provider) -> None:
    """Login CSRF: the attacker's answer, opened by the victim, signs nobody in."""
    attacker = Client()
    back = outside.walk(leave_for(attacker)).removeprefix("http://testserver")
    page = client.get(back)
    assert page.status_code == 401
    assert not signed_in(client).is_authenticated
    assert attacker.get(back).status_code == 302
    assert attacker.get(back).status_code == 401, "an answer counts once"


def test_a_token_with_a_nonce_that_this_session_did_not_send_is_refused(
    client: Client, outside: Provider
) -> None:
    address = leave_for(client)
    session = client.session
    session["oidc.nonces"] = ["another"]
    session.save()
    page = client.get(outside.walk(address).removeprefix("http://testserver"))
    assert page.status_code == 401
    assert not User.objects.exists()


def test_a_disabled_account_stays_closed(client: Client, outside: Provider) -> None:
    user = verified("hana@example.org")
    User.objects.filter(pk=user.pk).update(is_active=False)
    page = come_back(client, outside)
    assert not signed_in(client).is_authenticated
    assert page.status_code == 302


def test_connect_disconnect_and_what_rests_on_it(client: Client, outside: Provider) -> None:
    user = verified("somebody@example.org")
    client.force_login(user)
    assert come_back(client, outside, process="connect").url == "/my/security/"
    assert "행복로그인" in client.get("/my/security/").content.decode()
    assert assurance.level_of(user) == "resident"
    client.post("/my/security/disconnect/")
    assert not SocialAccount.objects.exists()
    assert assurance.level_of(user) == "contact"
    assert Consent.objects.get(user=user).withdrawn_at is not None


def test_one_account_of_the_provider_verifies_one_account_here(client: Client, outside: Provider) -> None:
    first, second = verified("first@example.org"), verified("second@example.org")
    client.force_login(first)
    come_back(client, outside, process="connect")
    other = Client()
    other.force_login(second)
    come_back(other, outside, process="connect")
    assert SocialAccount.objects.get().user == first
    assert assurance.level_of(second) == "contact"


def test_the_word_of_the_provider_runs_out(client: Client, outside: Provider) -> None:
    user = verified("hana@example.org")
    come_back(client, outside)
    with clock.at(clock.now() + timedelta(days=366)):
        assert assurance.level_of(user) == "contact"
    assert Assurance.objects.get().source == "provider"


def test_a_provider_that_is_away_gives_a_calm_page(client: Client, settings: Any) -> None:
    app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    app["settings"] = {"server_url": f"http://127.0.0.1:{oidc_support.free_port()}"}
    page = client.post(LOGIN, {"language": "en"})
    assert page.status_code == 401
    assert "Signing in did not work" in page.content.decode()


def test_without_a_provider_there_is_no_button_and_no_door(client: Client, settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"] = []
    assert client.post(LOGIN).status_code == 404
    assert "행복로그인" not in client.get("/account/login/").content.decode()


@pytest.mark.parametrize(
    ("wanted", "claims", "is_one"),
    [
        ("", {"resident": True}, False),
        ("resident", {"resident": True}, False),
        ("resident=true", {"resident": True}, True),
        ("resident=true", {"resident": "TRUE"}, True),
        ("resident=true", {}, False),
        ("city=haedam", {"city": ["seoul", "haedam"]}, True),
        ("city=haedam", {"city": "haedam-gun"}, False),
        ("city=none", {"city": None}, False),
    ],
)
def test_which_claim_makes_a_resident(
    settings: Any, wanted: str, claims: dict[str, Any], is_one: bool
) -> None:
    from madang.portal import oidc

    settings.OIDC_RESIDENT = wanted
    assert oidc.is_resident(claims) is is_one


def test_district_and_birth_date_are_kept_only_where_a_setting_asks(settings: Any) -> None:
    from madang.portal import oidc, provided

    told = {"area": "11010", "birthdate": "1990-01-31", "resident": True}
    assert oidc.facts(told) == {}
    settings.OIDC_DISTRICT, settings.OIDC_BIRTHDATE = "area", "birthdate"
    kept = oidc.facts(told)
    assert kept["district"] == "11010" and "1990" not in kept["born"]
    assert oidc.facts({"area": "nowhere", "birthdate": "1990"}) == {}
    user = verified("hana@example.org")
    provided.heard(user, {"resident": True, **kept})
    assert assurance.facts_of(user) == assurance.Facts("11010", date(1990, 1, 31))
