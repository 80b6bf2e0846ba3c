"""The receipt pages: one answer to every wrong code, no code in any address, an address that can be erased."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from madang.commons.matters.domain import clocks, contacts, handling
from madang.commons.matters.models import Contact, Inquiry, Matter
from madang.commons.notices.models import Follow
from madang.kernel.web import limits
from madang.services.square.domain import ideas
from madang.services.square.models import Process
from tests import factories as make
from tests.matters.conftest import in_days

pytestmark = pytest.mark.django_db


@pytest.fixture
def filed(city):
    """An idea filed without an account: matter and code."""
    _idea, found = ideas.file(
        actor=make.actor(None), process=Process.objects.get(), title="버스 정류장에 그늘을 놓아 주세요",
        body="여름 낮에는 서 있기가 어렵습니다.", contact_email="someone@example.org",
    )  # fmt: skip
    return found


def opened(filed) -> Client:
    client = Client()
    client.post(reverse("receipt"), {"code": filed.code})
    return client


def test_the_code_opens_and_stands_in_no_address(filed):
    client = Client()
    answer = client.post(reverse("receipt"), {"code": filed.code.lower().replace("-", " ")})
    assert answer.status_code == 302
    assert answer.url == reverse("receipt_show", args=[1])
    page = client.get(answer.url).content.decode()
    assert filed.matter.title in page
    assert filed.matter.number in page
    assert filed.code not in page


def test_wrong_unknown_and_malformed_codes_get_one_answer(filed):
    said = set()
    for code in (
        "0000-0000-0000-0000-0000",
        "not a code",
        filed.code[:-1] + ("0" if filed.code[-1] != "0" else "1"),
    ):
        answer = Client().post(reverse("receipt"), {"code": code})
        assert answer.status_code == 422
        said.add(str(answer.context["form"].errors["code"]))
        assert code in answer.content.decode()
    assert len(said) == 1


def test_tries_are_limited(filed):
    client = Client()
    client.get(reverse("receipt"))
    client.post(reverse("receipt"), {"code": filed.code})  # a session of its own from here on
    cache.clear()
    for _n in range(limits.RECEIPT[0].most):
        assert client.post(reverse("receipt"), {"code": "0000"}).status_code == 422
    assert client.post(reverse("receipt"), {"code": filed.code}).status_code == 429
    cache.clear()
    assert client.post(reverse("receipt"), {"code": filed.code}).status_code == 302


def test_without_the_code_there_is_nothing(filed):
    for name in ("receipt_show", "receipt_file", "receipt_withdraw", "receipt_object"):
        assert Client().get(reverse(name, args=[1])).status_code == 404
        assert Client().get(reverse(name, args=[filed.matter.pk])).status_code == 404
    assert Client().post(reverse("receipt_contact", args=[1]), {"erase": "1"}).status_code == 404


def test_the_file_is_signed_and_downloads(filed):
    answer = opened(filed).get(reverse("receipt_file", args=[1]))
    assert answer.status_code == 200
    assert answer.content.decode().startswith("madang-receipt/v1")
    assert f"receipt-{filed.matter.number}.txt" in answer["Content-Disposition"]


def test_address_added_changed_and_erased(filed):
    client = opened(filed)
    url = reverse("receipt_contact", args=[1])
    bad = client.post(url, {"email": "not-an-address"})
    assert bad.status_code == 422
    assert "not-an-address" in bad.content.decode()
    assert client.post(url, {"email": "new@example.org"}).status_code == 302
    assert Contact.objects.get().email == "new@example.org"
    following = Follow.objects.filter(reference=filed.matter.reference, ended_at=None)
    assert not following.exists(), "nothing goes there before the address is confirmed"
    Client().post(
        reverse("contact_confirm", args=[contacts.token_of(Contact.objects.get())]), {"answer": "yes"}
    )
    assert [row.address for row in following.all()] == ["new@example.org"]
    assert client.post(url, {"erase": "1"}).status_code == 302
    assert not Contact.objects.exists()
    assert not following.all().exists()


def test_withdraw_asks_first(filed):
    client = opened(filed)
    url = reverse("receipt_withdraw", args=[1])
    assert client.get(url).status_code == 200
    assert Matter.objects.get(pk=filed.matter.pk).state == "open"
    assert client.post(url, {}).status_code == 302
    assert Matter.objects.get(pk=filed.matter.pk).state == "withdrawn"
    assert client.post(url, {}).status_code == 409


def test_objection_through_the_receipt(city, filed, sign_in):
    matter = city.matter("answered")
    client = sign_in(city.author)
    place = client.get(reverse("receipt_of", args=[matter.number])).url
    assert place == reverse("receipt_show", args=[1])
    url = reverse("receipt_object", args=[1])
    assert client.post(url, {"reason": ""}).status_code == 422
    with in_days(16):
        late = client.post(url, {"reason": "다시 봐 주세요."})
        assert late.status_code == 422
        assert "다시 봐 주세요." in late.content.decode()
    assert client.post(url, {"reason": "다시 봐 주세요."}).status_code == 302
    assert Matter.objects.get(pk=matter.pk).state == "assigned"
    assert sign_in(city.stranger).get(reverse("receipt_of", args=[matter.number])).status_code == 404


def test_paused_clock_is_shown(city, sign_in):
    matter = city.matter("assigned")
    clocks.pause(
        actor=make.actor(city.officer), matter=matter, reason_code="supplement", reason="사진이 필요합니다."
    )
    client = sign_in(city.author)
    page = client.get(reverse("receipt_of", args=[matter.number]), follow=True).content.decode()
    assert "is-paused" in page


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_both_languages(filed, prefix):
    client = opened(filed)
    page = client.get(f"{prefix}/receipt/show/1/").content.decode()
    assert ("What happens next" in page) == (prefix == "/en")


def asked_privately(city, matter: Matter) -> Matter:
    """The office asks about a matter that is private."""
    triage = make.actor(city.triage)
    matter = handling.retype(
        actor=triage,
        matter=Matter.objects.get(pk=matter.pk),
        kind="complaint",
        reason="개인의 일에 관한 민원입니다.",
        private=True,
    )
    matter = handling.assign(actor=triage, matter=Matter.objects.get(pk=matter.pk), office=city.office)
    assert not matter.is_public
    clocks.pause(
        actor=make.actor(city.officer),
        matter=matter,
        reason_code="supplement",
        reason="아이의 생년을 알려 주세요.",
    )
    return matter


def test_the_author_of_a_private_matter_answers_the_office_where_her_receipt_leads(city, filed):
    """She has no page of an idea: the question and its answer are read by her and the office alone."""
    matter = asked_privately(city, filed.matter)
    her = opened(filed)
    page = her.get(reverse("receipt_show", args=[1])).content.decode()
    address = reverse("receipt_answer", args=[1])
    assert "아이의 생년을 알려 주세요." in page and address in page
    assert Client().get(address).status_code == 404, "another visit has opened nothing"
    assert her.post(address, {"words": " "}).status_code == 422
    assert Inquiry.objects.get().state == "open"
    assert her.post(address, {"words": "2021년생입니다."}).status_code == 302
    row = Inquiry.objects.get()
    assert (row.state, row.answer) == ("answered", "2021년생입니다.")
    assert matter.clocks.get(stopped_at=None).state == "running"
    assert her.post(address, {"words": "다시 답합니다."}).status_code == 302
    assert Inquiry.objects.get().answer == "2021년생입니다."
    assert "2021년생입니다." in her.get(reverse("receipt_show", args=[1])).content.decode()
    desk = reverse("desk_matter", args=[matter.pk])
    officer, stranger = Client(), Client()
    officer.force_login(city.officer)
    assert "2021년생입니다." in officer.get(desk).content.decode()
    stranger.force_login(city.stranger)
    assert stranger.get(desk).status_code == 404


def test_what_an_office_asks_stands_on_her_own_page_with_the_day_and_leads_to_the_answer(
    city, filed, sign_in
):
    """By account, and for whom a receipt is all she has; nobody else sees it."""
    row = make.idea(author=city.author, title="학교 앞 길이 위험합니다")
    asked_privately(city, row.matter)
    asked_privately(city, filed.matter)
    mine = reverse("me")
    for her, title, other in (
        (sign_in(city.author), row.matter.title, filed.matter.title),
        (opened(filed), filed.matter.title, row.matter.title),
    ):
        found = her.get(mine).context["waiting"]
        assert [one["title"] for one in found] == [title]
        assert any("까지" in part for part in found[0]["meta"])
        page = her.get(found[0]["url"]).content.decode()
        assert "아이의 생년을 알려 주세요." in page and other not in page
        assert her.post(found[0]["url"], {"words": "2021년생입니다."}).status_code == 302
        assert her.get(mine).context["waiting"] == []
    for stranger in (Client(), sign_in(city.stranger)):
        assert stranger.get(mine).context["waiting"] == []


def test_a_question_about_a_public_idea_stands_on_her_page_once(city, sign_in):
    matter = city.matter("assigned")
    clocks.pause(
        actor=make.actor(city.officer), matter=matter, reason_code="supplement", reason="사진이 필요합니다."
    )
    found = sign_in(city.author).get(reverse("me")).context["waiting"]
    assert [one["url"] for one in found] == [reverse("inquiry", args=[matter.number])]
