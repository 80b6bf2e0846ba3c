"""The page of a case with parts, joining it, rating its answer, and the case at the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from madang.commons.matters.models import Matter
from madang.kernel.web import once
from madang.services.casework.domain import parts
from madang.services.casework.models import Joining, Part, Rating, SitePhoto, TypeChange
from tests.casework import made
from tests.casework.test_parts import Town, answered
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> Town:
    monkeypatch.setattr(once, "MIN_SECONDS", 0)
    return Town()


def page_of(town: Town, client: Client) -> str:
    return client.get(reverse("case", args=[town.case.ref])).content.decode()


def test_the_page_shows_every_office_with_its_clock_and_one_timeline(client: Client, town: Town) -> None:
    town.split()
    page = page_of(town, client)
    assert all(office.name_ko in page for office in (town.roads, town.lamps, town.water))
    assert "등 세 개를 고칩니다" in page and "하수구를 뚫습니다" in page
    assert page.count("일부를 다른 부서에 맡김") == 2


def test_the_page_needs_the_same_queries_for_two_parts_and_for_ten(
    client: Client, town: Town, django_assert_max_num_queries: Any
) -> None:
    town.split()
    counts = []
    for turn in range(2):
        with django_assert_max_num_queries(80) as taken:
            page_of(town, client)
        counts.append(len(taken))
        for place in range(8):
            parts.split(actor=town.triage, case=town.case, what=f"부분 {turn}.{place}", office=town.water)
    assert counts[0] == counts[1]


def test_joining_from_the_page_ends_at_a_receipt_with_a_code(client: Client, town: Town) -> None:
    assert "저도 겪고 있어요" in page_of(town, client)
    answer = client.post(
        reverse("case_join", args=[town.case.ref]), {"ticket": once.ticket(), "words": "저희 집 앞도 그래요."}
    )
    assert answer.status_code == 302 and Joining.objects.count() == 1
    receipt = client.get(reverse("case_filed")).content.decode()
    assert "민원에 함께했어요" in receipt and "접수증 코드를 꼭 보관하세요" in receipt
    page = page_of(town, client)
    assert "함께하고 있어요" in page and "저희 집 앞도" not in page


def test_the_author_rates_once_and_has_it_answered_again(
    client: Client, town: Town, picture: Callable[[], Any]
) -> None:
    answered(town.case.matter, town.roads_officer, town.roads_head)
    assert "답변은 어땠나요" not in page_of(town, client)
    client.force_login(town.author)
    page = page_of(town, client)
    assert "답변은 어땠나요" in page and "해결되지 않았어요" in page
    wrong = client.post(reverse("case_rate", args=[town.case.ref]), {"words": "늦었어요"})
    assert wrong.status_code == 422 and "늦었어요" in wrong.content.decode() and not Rating.objects.exists()
    sent = {"score": "2", "words": "늦었어요"}
    assert client.post(reverse("case_rate", args=[town.case.ref]), sent).status_code == 302
    assert client.post(reverse("case_rate", args=[town.case.ref]), sent).status_code == 409
    url = reverse("case_not_fixed", args=[town.case.ref])
    assert client.post(url, {"reason": ""}).status_code == 422
    done = client.post(url, {"reason": "아직 어두워요. 다시 봐 주세요.", "files": picture()})
    assert done.status_code == 302
    matter = Matter.objects.get(pk=town.case.pk)
    assert matter.state == "assigned" and matter.attachments.count() == 1


def test_others_neither_rate_nor_reopen(client: Client, town: Town) -> None:
    answered(town.case.matter, town.roads_officer, town.roads_head)
    client.force_login(UserFactory())
    for name in ("case_rate", "case_not_fixed"):
        assert (
            client.post(reverse(name, args=[town.case.ref]), {"score": "1", "reason": "x" * 9}).status_code
            == 403
        )
    assert not Rating.objects.exists()


def test_the_case_at_the_desk(client: Client, town: Town, picture: Callable[[], Any]) -> None:
    client.force_login(town.triage.user)
    desk = reverse("desk_case", args=[town.case.pk])
    assert client.get(desk).status_code == 200

    def act(verb: str, **typed: Any) -> Any:
        data = {f"{verb}-{name}": value for name, value in typed.items()}
        return client.post(reverse("desk_case_act", args=[town.case.pk, verb]), data)

    wrong = act("split", what="등을 고칩니다", office="")
    assert (
        wrong.status_code == 422 and "등을 고칩니다" in wrong.content.decode() and not Part.objects.exists()
    )
    assert act("split", what="등을 고칩니다", office=town.lamps.pk).status_code == 302
    assert act("retype", to="suggestion", reason="제도를 고쳐 달라는 건의입니다").status_code == 302
    assert act("magic").status_code == 404
    part = Part.objects.get()
    client.force_login(town.roads_officer.user)
    assert act("outstanding", part=part.pk, until="2020-01-01", reason="자재를 기다립니다").status_code == 422
    assert act("outstanding", part=part.pk, until="2099-01-01", reason="자재를 기다립니다").status_code == 302
    assert act("combine").status_code == 302
    sent = {"photos-moment": "after", "of": str(town.case.pk), "files": picture()}
    assert client.post(reverse("desk_case_photos", args=[town.case.pk]), sent).status_code == 302
    assert SitePhoto.objects.count() == TypeChange.objects.count() == 1
    page = client.get(desk).content.decode()
    assert "제도를 고쳐 달라는" in page and "자재를 기다립니다" in page
    assert (
        reverse("desk_case", args=[town.case.pk])
        in client.get(reverse("desk_matter", args=[town.case.pk])).content.decode()
    )


def test_the_desk_of_a_case_is_closed_to_residents_and_other_offices(client: Client, town: Town) -> None:
    private = made.case(town.center, by=town.author, is_public=False)
    desk = reverse("desk_case", args=[private.pk])
    assert client.get(desk).status_code == 302
    for who in (town.author, made.office("parks")[1].user):
        client.force_login(who)
        assert client.get(desk).status_code == 404
