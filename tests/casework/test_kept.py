"""What a device kept without a connection: filed once, with both its times, and told again to nobody else."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from madang.commons.matters.domain import outages
from madang.commons.matters.models import Attachment, Clock, Matter
from madang.kernel import actors, clock
from madang.services.casework.domain import keeping
from madang.services.casework.logic import written
from madang.services.casework.models import Case, Center, KeptFiling
from tests.casework import made
from tests.factories import UserFactory
from tests.matters.test_photos import photo, with_place

pytestmark = pytest.mark.django_db

NOW = datetime.fromisoformat("2026-11-30T10:00:00+09:00")
BEFORE = NOW - timedelta(hours=20)


@pytest.fixture
def town() -> Center:
    return made.center()


def filing(**more: Any) -> dict[str, Any]:
    return {
        "key": secrets.token_hex(16), "secret": secrets.token_hex(32), "written": BEFORE.isoformat(), "sent": NOW.isoformat(),
        "title": "가로등이 꺼졌어요", "body": "골목이 어두워서 밤에 걷기 무섭습니다.", "disclosure": "private", "naming": "named",
    } | more  # fmt: skip


def send(client: Client, data: dict[str, Any], at: datetime = NOW) -> Any:
    with clock.at(at):
        return client.post(reverse("case_take"), data)


def test_it_is_filed_with_both_its_times_and_the_clock_starts_with_receipt(
    client: Client, town: Center
) -> None:
    answer = send(client, filing())
    assert answer.status_code == 200, answer.content.decode()
    kept = KeptFiling.objects.select_related("case__matter").get()
    assert (kept.written_at, kept.received_at) == (BEFORE, NOW)
    assert kept.case.matter.filed_at == NOW and Clock.objects.get().started_at == NOW
    told = answer.json()
    assert told["code"] and "pk" not in told and told["code"] not in kept.answer
    page = client.get(told["url"]).content.decode()
    assert "연결 없이" in page


def test_the_same_one_is_filed_once_and_told_the_same(client: Client, town: Center) -> None:
    data = filing()
    first = send(client, data)
    later = Client()  # the answer to the first sending never arrived, and its session with it
    again = send(later, data | {"sent": (NOW + timedelta(days=2)).isoformat()}, NOW + timedelta(days=2))
    assert again.status_code == 200 and again.json() == first.json()
    assert later.get(again.json()["url"]).status_code == 200
    assert Matter.objects.count() == Case.objects.count() == KeptFiling.objects.count() == 1


def test_without_its_secret_the_receipt_is_told_to_nobody(client: Client, town: Center) -> None:
    data = filing()
    code = send(client, data).json()["code"]
    answer = send(Client(), data | {"secret": secrets.token_hex(32)})
    assert answer.status_code == 409 and code not in answer.content.decode()
    assert Matter.objects.count() == 1


def test_one_key_never_stands_for_two_texts(client: Client, town: Center) -> None:
    data = filing()
    send(client, data)
    answer = send(client, data | {"body": "다른 이야기를 적었습니다."})
    assert answer.status_code == 409 and answer.json()["code"] == "kept.other"
    assert Matter.objects.get().body == data["body"]


@pytest.mark.parametrize(
    "wrong",
    [{"key": "x"}, {"secret": ""}, {"written": "yesterday"}, {"sent": "2026-11-30T10:00"}, {"title": ""}, {"point": "0, 0"},
     {"disclosure": "x"}],
)  # fmt: skip
def test_what_cannot_be_filed_is_said_and_nothing_is_kept(
    client: Client, town: Center, wrong: dict[str, str]
) -> None:
    answer = send(client, filing(**wrong))
    assert answer.status_code in (400, 422) and answer.json()["sentence"]
    assert not Matter.objects.exists() and not KeptFiling.objects.exists()


def test_a_bad_photo_refuses_it_whole_and_a_good_one_goes_along(client: Client, town: Center) -> None:
    data = filing()
    bad = SimpleUploadedFile("drawing.jpg", b"<svg><script>1</script></svg>")
    answer = send(client, data | {"files": [SimpleUploadedFile("ok.jpg", photo()), bad]})
    assert answer.status_code == 422 and "drawing.jpg" in answer.json()["sentence"]
    assert not Matter.objects.exists() and not Attachment.objects.exists()
    good = [SimpleUploadedFile(name, with_place("JPEG")) for name in ("one.jpg", "copy.jpg")]
    assert send(client, data | {"files": good}).status_code == 200
    kept = Attachment.objects.get()
    assert kept.position == "37.57041, 126.99219"


def test_who_is_signed_in_files_in_her_name_unless_she_wants_none(client: Client, town: Center) -> None:
    user = UserFactory()
    client.force_login(user)
    send(client, filing())
    send(client, filing(naming="nameless", title="이름 없이 알립니다"))
    named, nameless = Matter.objects.order_by("pk")
    assert named.author == user and nameless.author is None


def test_the_mark_of_a_person_changes_with_her_and_tells_nothing(client: Client, town: Center) -> None:
    one, other = UserFactory(), UserFactory()
    marks = [client.get(reverse("case_ready")).json()["who"]]
    for user in (one, other, one):
        client.force_login(user)
        marks.append(client.get(reverse("case_ready")).json()["who"])
    assert marks[0] == "" and marks[1] == marks[3] != marks[2]
    assert str(one.pk) != marks[1] and one.email not in marks[1]


def test_the_page_for_such_times_is_the_same_for_everybody(client: Client, town: Center) -> None:
    page = client.get(reverse("case_offline")).content
    client.force_login(UserFactory(email="seo@example.kr", name="서하나"))
    again = client.get(reverse("case_offline"))
    assert "서하나" not in again.content.decode() and "csrf" not in again.content.decode()
    assert again.content == page


def test_the_worker_answers_for_cases_alone(client: Client, town: Center) -> None:
    answer = client.get(reverse("case_worker"))
    assert answer["Content-Type"].startswith("text/javascript") and "Service-Worker-Allowed" not in answer
    assert '"/cases/offline/"' in answer.content.decode()


def test_a_declared_outage_counts_for_the_author_and_is_left_out_for_the_office(
    client: Client, town: Center
) -> None:
    with clock.at(NOW):
        outages.declare(
            actor=actors.system("test"), start=BEFORE - timedelta(hours=1), end=NOW - timedelta(hours=1), reason="정전", source="공고 1"
        )  # fmt: skip
        assert keeping.rule(NOW.date()).checked is False
        assert keeping.rule(NOW.date()) == keeping.rule(NOW.date())
    told = send(client, filing()).json()
    kept = KeptFiling.objects.get()
    assert keeping.outage_of(kept) == (BEFORE - timedelta(hours=1), NOW - timedelta(hours=1))
    page = client.get(told["url"]).content.decode()
    assert reverse("outages") in page.split("연결 없이")[1][:900]
    later = send(client, filing(written=(NOW - timedelta(minutes=10)).isoformat())).json()
    assert reverse("outages") not in client.get(later["url"]).content.decode().split("연결 없이")[1][:900]


def test_what_was_told_is_emptied_in_time(client: Client, town: Center) -> None:
    data = filing()
    send(client, data)
    with clock.at(NOW + timedelta(days=keeping.TOLD_DAYS + 1)):
        assert keeping.sweep() == 1 and keeping.sweep() == 0
    answer = send(client, data)
    assert answer.status_code == 409 and answer.json()["code"] == "kept.told" and Matter.objects.count() == 1


@pytest.mark.parametrize(
    ("written_at", "sent_at", "when"),
    [
        (BEFORE, NOW, BEFORE),
        (BEFORE + timedelta(days=400), NOW + timedelta(days=400), BEFORE),  # a clock that is ahead
        (BEFORE - timedelta(days=9000), NOW - timedelta(days=9000), BEFORE),  # one that began anew
        (NOW + timedelta(hours=3), NOW, NOW),  # written after it was sent
        (NOW - timedelta(days=300), NOW, NOW),  # longer ago than anything lasts
    ],
)
def test_the_moment_of_writing_is_put_right_by_how_far_the_clock_was_off(
    written_at: datetime, sent_at: datetime, when: datetime
) -> None:
    found, ahead = written.moment(written=written_at, sent=sent_at, received=NOW)
    assert found == when and ahead == sent_at - NOW


def test_the_form_to_print_has_its_code_in_both_languages(client: Client, town: Center) -> None:
    for prefix in ("", "/en"):
        page = client.get(f"{prefix}/cases/paper/").content.decode()
        assert f"{prefix}/cases/new/" in page and "<svg viewBox" in page
