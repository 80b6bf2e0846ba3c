"""Offices, posts and mandates by pages: who reaches what, and what nobody can do to herself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madang.kernel import actors, clock
from madang.kernel import queries as kernel
from madang.kernel.domain import offices
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Mandate, Organisation, Post
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> Any:
    made = f.OrganisationFactory(code="city", kind="government")
    f.OrganisationFactory(code="bureau", parent=made)
    f.OrganisationFactory(code="culture", parent=Organisation.objects.get(code="bureau"))
    f.OrganisationFactory(code="elsewhere")
    return made


def office(code: str) -> Organisation:
    return Organisation.objects.get(code=code)


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def refused(code: str, act: Any, /, **arguments: Any) -> None:
    before = (
        Mandate.objects.count(),
        Post.objects.count(),
        Organisation.objects.count(),
        Audit.objects.count(),
    )
    with pytest.raises(RefusedError) as error:
        act(**arguments)
    assert error.value.code == code
    after = Mandate.objects.count(), Post.objects.count(), Organisation.objects.count(), Audit.objects.count()
    assert before == after


def test_an_administrator_reaches_what_is_below_and_nothing_else(city: Any) -> None:
    whole, part = f.actor(f.official("admin", city)), f.actor(f.official("admin", office("bureau")))
    assert offices.reach(whole) == {city.pk, office("bureau").pk, office("culture").pk}
    assert offices.reach(part) == {office("bureau").pk, office("culture").pk}
    words = {"code": "new", "name_ko": "새 과", "name_en": "New Office"}
    refused("mandate.admin", offices.add_office, actor=part, parent=city, **words)
    refused(
        "mandate.admin", offices.add_office, actor=f.actor(f.official("approver", city)), parent=city, **words
    )
    refused("mandate.admin", offices.add_office, actor=f.actor(), parent=city, **words)
    made = offices.add_office(actor=part, parent=office("culture"), **words)
    assert made.parent == office("culture")
    refused("office.code", offices.add_office, actor=part, parent=office("culture"), **words)
    assert client_of(part.user).get("/desk/offices/elsewhere/").status_code == 404
    assert client_of(f.UserFactory()).get("/desk/offices/").status_code == 403
    assert Client().get("/desk/offices/").status_code == 302


def test_nobody_gives_herself_an_office(city: Any) -> None:
    admin = f.actor(f.official("admin", city))
    post = offices.add_post(
        actor=admin, office=office("culture"), role="approver", title_ko="과장", title_en="Head"
    )
    assert admin.user is not None
    refused(
        "mandate.self", offices.grant, actor=admin, post=post, email=admin.user.email.upper(), basis="명령"
    )
    refused(
        "mandate.account", offices.grant, actor=admin, post=post, email="nobody@example.org", basis="명령"
    )
    person = f.UserFactory()
    made = offices.grant(actor=admin, post=post, email=person.email, basis="인사명령 2027-1")
    assert f.actor(person).holds("approver", office("culture"))
    refused("mandate.twice", offices.grant, actor=admin, post=post, email=person.email, basis="명령")
    act = Audit.objects.get(action="kernel.mandate.grant")
    assert act.is_public and act.target == f"mandate:{made.pk}"
    assert person.email not in str(act.payload) and person.name not in str(act.payload)


def test_a_mandate_ends_and_stays_in_the_records(city: Any) -> None:
    admin = f.actor(f.official("admin", city))
    person = f.official("officer", office("culture"))
    mandate = Mandate.objects.get(user=person)
    refused("flow.reason", offices.end, actor=admin, mandate=mandate, reason=" ")
    elsewhere = f.actor(f.official("admin", office("elsewhere")))
    refused("mandate.admin", offices.end, actor=elsewhere, mandate=mandate, reason="자리를 옮겼습니다.")
    offices.end(actor=admin, mandate=mandate, reason="자리를 옮겼습니다.")
    assert not f.actor(person).is_official
    assert Mandate.objects.filter(pk=mandate.pk).exists()
    refused("mandate.ended", offices.end, actor=admin, mandate=mandate, reason="다시 끝냅니다.")


def test_the_last_administrator_stays(city: Any) -> None:
    admin = f.official("admin", city)
    mandate = Mandate.objects.get(user=admin)
    refused("mandate.last", offices.end, actor=f.actor(admin), mandate=mandate, reason="그만둡니다.")
    other = f.official("admin", city)
    offices.end(actor=f.actor(other), mandate=mandate, reason="그만둡니다.")
    assert not f.actor(admin).is_official


def test_by_pages_from_nothing_to_an_officer(city: Any) -> None:
    person = f.UserFactory(name="김마루")
    client = client_of(f.official("admin", city))
    wrong = client.post(
        "/desk/offices/city/new/",
        {"name_ko": "문화과", "name_en": "Arts", "code": "문화 과", "kind": "office"},
    )
    assert (
        wrong.status_code == 422
        and "문화과" in wrong.content.decode()
        and "code" in wrong.context["form"].errors
    )
    made = client.post(
        "/desk/offices/city/new/", {"name_ko": "문화과", "name_en": "Arts", "code": "arts", "kind": "office"}
    )
    assert made.headers["Location"].endswith("/desk/offices/arts/")
    assert "두 사람" in client.get("/desk/offices/arts/").content.decode()
    client.post(
        "/desk/offices/arts/posts/new/",
        {"role": "officer", "title_ko": "공연 담당", "title_en": "Performances"},
    )
    post = Post.objects.get(organisation__code="arts")
    url = f"/desk/offices/arts/posts/{post.pk}/"
    page = client.post(url, {"email": "nobody@example.org", "basis": "명령"})
    assert page.status_code == 422 and "nobody@example.org" in page.content.decode()
    assert client.post(url, {"email": person.email, "basis": "인사명령 2027-1"}).status_code == 302
    assert "김마루" in client.get("/desk/offices/").content.decode()
    mandate = Mandate.objects.get(user=person)
    end = f"/desk/offices/arts/mandates/{mandate.pk}/end/"
    assert client.post(end, {"reason": ""}).status_code == 422
    with clock.at(clock.now() + timedelta(minutes=1)):
        assert client.post(end, {"reason": "자리를 옮겼습니다."}).status_code == 302
        assert "김마루" not in client.get("/desk/offices/").content.decode()
        assert "김마루" in client.get("/desk/offices/arts/").content.decode()  # in the records


def test_the_tree_costs_the_same_for_few_and_many(city: Any) -> None:
    client = client_of(f.official("admin", city))

    def cost(url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        return len(found)

    urls = ("/desk/offices/", "/desk/offices/culture/")
    f.official("officer", office("culture"))
    before = [cost(url) for url in urls]
    for _ in range(12):
        f.official("officer", f.OrganisationFactory(parent=office("bureau")))
        f.official("officer", office("culture"))
    assert [cost(url) for url in urls] == before


def test_the_first_administrator_comes_by_command() -> None:
    with pytest.raises(CommandError, match="--code"):
        call_command("administrator", "first@example.org")
    words = {"code": "ourcity", "name_ko": "우리시", "name_en": "Our City"}
    with pytest.raises(CommandError):
        call_command("administrator", "first@example.org", **words)
    assert not Organisation.objects.exists()
    person = f.UserFactory(email="first@example.org")
    call_command("administrator", "first@example.org", basis="조례 1", **words)
    assert f.actor(person).holds("admin", office("ourcity"))


def manned(code: str) -> Organisation:
    """An office that can answer: two people."""
    for role in ("officer", "approver"):
        f.official(role, office(code))
    return office(code)


def test_an_office_ends_and_names_the_one_that_goes_on(city: Any) -> None:
    admin = f.actor(f.official("admin", city))
    person = f.official("officer", office("culture"))
    f.OrganisationFactory(code="arts", parent=city)
    terms = {"actor": admin, "office": office("culture"), "successor": office("arts"), "reason": "조례 제1호"}
    refused("office.unmanned", offices.end_office, **terms)
    manned("arts")
    refused("flow.reason", offices.end_office, **terms | {"reason": " "})
    refused("office.successor", offices.end_office, **terms | {"successor": office("culture")})
    refused("mandate.admin", offices.end_office, **terms | {"successor": office("elsewhere")})
    refused("mandate.admin", offices.end_office, **terms | {"actor": f.actor(person)})
    refused("office.children", offices.end_office, **terms | {"office": office("bureau")})
    roots = {"office": office("elsewhere"), "actor": actors.system("test")}
    refused("office.hosts", offices.end_office, **terms | roots)
    ended = offices.end_office(**terms)
    assert ended.successor == office("arts")
    assert not kernel.offices().filter(code="culture").exists()
    assert not f.actor(person).is_official, "its mandates have ended"
    assert offices.standing(ended) == office("arts")
    act = Audit.objects.get(action="kernel.office.end")
    assert act.is_public and act.reason == "조례 제1호" and act.payload["data"]["successor"] == "arts"
    refused("office.ended", offices.end_office, **terms)


def test_what_hosts_something_is_not_ended(city: Any) -> None:
    f.process(host=office("culture"))
    f.OrganisationFactory(code="arts", parent=city)
    manned("arts")
    refused(
        "office.hosts", offices.end_office, actor=f.actor(f.official("admin", city)),
        office=office("culture"), successor=office("arts"), reason="조례 제1호",
    )  # fmt: skip


def test_by_pages_an_office_ends(city: Any) -> None:
    client = client_of(f.official("admin", city))
    f.OrganisationFactory(code="arts", name_ko="예술과", parent=city)
    page = client.get("/desk/offices/culture/")
    assert "/desk/offices/culture/close/" in page.content.decode()
    typed = {"successor": office("arts").pk, "reason": "조직개편 조례 제1호"}
    wrong = client.post("/desk/offices/culture/close/", typed)
    assert wrong.status_code == 422 and "조직개편 조례 제1호" in wrong.content.decode()
    assert "successor" in wrong.context["form"].errors
    foreign = client.post("/desk/offices/culture/close/", typed | {"successor": office("elsewhere").pk})
    assert foreign.status_code == 422 and office("culture").valid_to is None
    manned("arts")
    done = client.post("/desk/offices/culture/close/", typed)
    assert done.headers["Location"].endswith("/desk/offices/culture/")
    ended = client.get("/desk/offices/culture/").content.decode()
    assert "예술과" in ended and "/close/" not in ended and "/posts/new/" not in ended
    assert "예술과" in client.get("/desk/offices/").content.decode()
    assert client_of(f.UserFactory()).get("/desk/offices/culture/close/").status_code == 403
