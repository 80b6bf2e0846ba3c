"""Filing by Open311: who may, what is wrong, once however often it is sent, and a token for what is not public."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from madang.commons.matters.models import Attachment, Matter
from madang.kernel import clock
from madang.services.casework.models import Case, Category, Received, ReceivedUpdate
from madang.services.casework.open311 import filing
from tests.casework.open311.support import (
    BASE,
    FORM,
    HOLE,
    LEAFLET,
    LIGHT,
    case,
    center,
    encoded,
    get,
    holds_swagger,
    key,
    parsed,
    picture,
    post,
    report,
)  # fmt: skip
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_a_report_gets_a_number_and_stands_in_the_list() -> None:
    center()
    who = UserFactory()
    row = post("/requests.json", api_key=key(user=who), **report())[0]
    holds_swagger("RequestResponse", row)
    assert set(row) == {"service_request_id", "service_notice"}
    made = Case.objects.get()
    assert made.matter.author == who
    assert made.matter.channel == "api"
    assert made.point == (37.5665, 126.978)
    assert made.category.code == HOLE
    assert made.type == "hazard"
    assert made.matter.responsible.name_ko == "도로과"
    assert get("/requests.json")[0]["service_request_id"] == row["service_request_id"]
    tree = post("/requests.xml", api_key=key(user=who, name="b"), **report(description="가로수가 쓰러졌어요"))
    assert (tree.tag, tree[0].tag) == ("service_requests", "request")
    assert [part.tag for part in tree[0]] == ["service_request_id", "service_notice", "account_id"]


def test_the_receipt_code_is_in_the_notice_and_opens_the_case() -> None:
    center()
    said = post("/requests.json", api_key=key("cases:relay"), **report())[0]["service_notice"]
    code = next(word.strip(".") for word in said.split() if word.count("-") == 4)
    response = Client().post("/receipt/", {"code": code})
    assert response.status_code in (200, 302)
    from madang.commons.matters import api as matters

    assert matters.by_code(code) == Matter.objects.get()


def refused(sent: dict[str, Any], code: int, **headers: str) -> list[str]:
    before = Matter.objects.count()
    rows = post("/requests.json", expect=code, headers=headers, **sent)
    assert {row["code"] for row in rows} == {code}
    assert Matter.objects.count() == before
    assert Received.objects.count() == before
    return [row["description"] for row in rows]


@pytest.mark.parametrize("wrong", [None, "", "mdg_wrong", "' OR 1=1"])
def test_without_a_valid_key_nothing_is_filed(wrong: str | None) -> None:
    center()
    refused(report(api_key=wrong), 403)


def test_a_key_for_something_else_or_revoked_files_nothing() -> None:
    center()
    refused(report(api_key=key("own:read")), 403)
    who = UserFactory()
    held = key(user=who)
    from madang.portal.models import Token

    Token.objects.filter(user=who).update(revoked_at=clock.now())
    refused(report(api_key=held), 403)


def test_a_key_may_stand_in_the_address_the_body_or_a_header() -> None:
    center()
    for place, held in enumerate([key(), key(), key()]):
        sent = report(description=f"파인 곳이 {place + 1}군데 있어요")
        address = f"{BASE}/requests.json" + (f"?api_key={held}" if place == 0 else "")
        body = encoded(sent | ({"api_key": held} if place == 1 else {}))
        headers = {"Authorization": f"Bearer {held}"} if place == 2 else {}
        parsed(Client().post(address, body, content_type=FORM, headers=headers))
    assert Case.objects.count() == 3


def test_a_session_files_nothing_here() -> None:
    center()
    browser = Client()
    browser.force_login(UserFactory())
    parsed(browser.post(f"{BASE}/requests.json", encoded(report()), content_type=FORM), 403)
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("changed", "code", "many"),
    [
        ({"service_code": None}, 400, 1),
        ({"service_code": "NO"}, 404, 1),
        ({"jurisdiction_id": "boston.gov"}, 404, 1),
        ({"lat": None, "long": None}, 400, 1),
        ({"lat": None}, 400, 1),
        ({"lat": "51.5", "long": "-0.12"}, 400, 1),
        ({"lat": "126.978", "long": "37.5665"}, 400, 1),
        ({"lat": "x", "long": "y"}, 400, 2),
        ({"lat": None, "long": None, "address_id": "545483"}, 400, 1),
        ({"description": None}, 400, 1),
        ({"description": "가" * 4001}, 400, 1),
        ({"email": "no address"}, 400, 1),
        ({"media_url": "javascript:alert(1)"}, 400, 1),
        ({"attribute[CAR]": "1"}, 400, 1),
        ({"lat": "0", "long": "0", "email": "x", "description": ""}, 400, 3),
        ({"service_code": LIGHT}, 400, 1),
        ({"service_code": LIGHT, "attribute[STATE]": "broken", "attribute[POLE]": "five"}, 400, 2),
        ({"service_code": LIGHT, "attribute[STATE]": ["off", "on"]}, 400, 1),
        ({"service_code": LIGHT, "attribute[STATE]": "off", "attribute[MANY][]": ["am", "night"]}, 400, 1),
    ],
)
def test_everything_that_is_wrong_is_said_at_once_and_nothing_is_filed(
    changed: dict[str, Any], code: int, many: int
) -> None:
    center()
    assert len(refused({"api_key": key(), **report(**changed)}, code)) == many


def test_bytes_of_another_encoding_are_refused_and_named() -> None:
    center()
    sent = (
        f"api_key={key()}&service_code={HOLE}&lat=37.5&long=127&description=".encode()
        + "도로가 파였어요".encode("cp949")
    )
    rows = parsed(Client().post(f"{BASE}/requests.json", sent, content_type=FORM), 400)
    assert "UTF-8" in rows[0]["description"]
    escaped = f"api_key={key(name='b')}&service_code={HOLE}&lat=37.5&long=127&description=%B5%B5%B7%CE%B0%A1%20%C6%C4"
    rows = parsed(Client().post(f"{BASE}/requests.json", escaped, content_type=FORM), 400)
    assert rows[0]["description"].startswith("description")
    other = f"{FORM}; charset=euc-kr"
    parsed(Client().generic("POST", f"{BASE}/requests.json", sent, content_type=other), 400)
    assert not Case.objects.exists()


def test_other_types_of_body_are_refused_in_form() -> None:
    center()
    parsed(Client().post(f"{BASE}/requests.json", {"a": 1}, content_type="application/json"), 400)
    broken = Client().post(f"{BASE}/requests.json", b"--x\r\nnothing", content_type="multipart/form-data")
    parsed(broken, 400)


def test_answers_to_questions_are_kept_one_and_many() -> None:
    center()
    sent = report(
        **{
            "service_code": LIGHT,
            "attribute[STATE]": "off",
            "attribute[MANY][]": ["am", "pm"],
            "attribute[POLE]": "12",
        }
    )
    post("/requests.json", api_key=key(), **sent)
    assert Case.objects.get().answers == {"STATE": "off", "MANY": ["am", "pm"], "POLE": "12"}


def test_words_alone_are_a_place() -> None:
    center()
    post("/requests.json", api_key=key(), **report(lat=None, long=None, address_string="해담시 중앙로 1 앞"))
    made = Case.objects.get()
    assert (made.point, made.address) == (None, "해담시 중앙로 1 앞")


def test_a_service_without_a_place_takes_none() -> None:
    center()
    post("/requests.json", api_key=key(), **report(service_code=LEAFLET, lat=None, long=None))
    assert Case.objects.get().point is None


# --- once ------------------------------------------------------------------------------------------------------


def test_a_client_that_tries_again_files_once_and_gets_the_same_answer() -> None:
    center()
    held = key("cases:relay")
    first = post("/requests.json", api_key=held, **report())
    for _try in range(20):
        assert post("/requests.json", api_key=held, **report()) == first
    assert Case.objects.count() == 1
    post("/requests.json", api_key=held, **report(description="다른 곳도 파였습니다."))
    assert Case.objects.count() == 2
    post("/requests.json", api_key=key("cases:relay"), **report())
    assert Case.objects.count() == 3


def test_an_hour_later_the_same_words_are_another_report() -> None:
    center()
    held = key()
    post("/requests.json", api_key=held, **report())
    with clock.at(clock.now() + timedelta(minutes=61)):
        post("/requests.json", api_key=held, **report())
        assert Case.objects.count() == 2
        post("/requests.json", api_key=held, **report())
    assert Case.objects.count() == 2


def test_a_name_for_the_request_holds_for_a_day_and_for_one_content() -> None:
    center()
    held, named = key(), {"Idempotency-Key": "0f8d5c0e-9f6b"}
    first = post("/requests.json", api_key=held, headers=named, **report())
    with clock.at(clock.now() + timedelta(hours=20)):
        assert post("/requests.json", api_key=held, headers=named, **report()) == first
        refused_ = post(
            "/requests.json",
            expect=400,
            api_key=held,
            headers=named,
            **report(description="전혀 다른 일이에요"),
        )
        assert "Idempotency-Key" in refused_[0]["description"]
    assert Case.objects.count() == 1


def test_what_is_kept_for_a_repeat_tells_a_stolen_copy_nothing_and_goes() -> None:
    center()
    held = key("cases:relay")
    row = post("/requests.json", api_key=held, **report(non_public="1"))[0]
    kept = Received.objects.get()
    text = str(kept.__dict__)
    assert row["token"] not in text
    assert held not in text
    code = next(word.strip(".") for word in row["service_notice"].split() if word.count("-") == 4)
    assert code not in text
    with clock.at(clock.now() + timedelta(days=2)):
        assert filing.sweep() == 1
    kept.refresh_from_db()
    assert (kept.answer, kept.repeat) == ("", None)
    get(f"/tokens/{row['token']}.json")


# --- not public ----------------------------------------------------------------------------------------------


def test_what_is_not_public_is_opened_by_its_token_alone_and_shows_no_words() -> None:
    center()
    held = key("cases:relay")
    row = post(
        "/requests.json", api_key=held, **report(non_public="true", first_name="길동", last_name="홍")
    )[0]
    assert "service_request_id" not in row
    assert get("/requests.json") == []
    found = get(f"/tokens/{row['token']}.json")
    holds_swagger("TokenResponse", found[0])
    number = found[0]["service_request_id"]
    shown = get(f"/requests/{number}.json")[0]
    holds_swagger("Request", shown)
    assert shown["status"] == "open"
    assert not {"description", "lat", "address", "media_url"} & set(shown)
    full = get(f"/requests/{number}.json", headers={"Authorization": f"Bearer {held}"})[0]
    assert full["description"] == report()["description"]
    other = get(f"/requests/{number}.json", headers={"Authorization": f"Bearer {key()}"})[0]
    assert "description" not in other
    assert Case.objects.get().matter.author_label == "홍길동"


def test_what_was_taken_down_stays_closed_to_its_token() -> None:
    center()
    row = post("/requests.json", api_key=key(), **report(non_public="1"))[0]
    Matter.objects.update(disclosure="hidden")
    get(f"/tokens/{row['token']}.json", expect=404)
    get(f"/requests/{row['token']}.json", expect=404)


def test_a_service_about_people_is_never_published() -> None:
    center()
    Category.objects.filter(code=LEAFLET).update(may_be_public=False)
    sent = report(service_code=LEAFLET, lat=None, long=None)
    assert "token" in post("/requests.json", api_key=key(), **sent)[0]
    refused_ = post("/requests.json", expect=400, api_key=key(), **(sent | {"non_public": "0"}))
    assert refused_[0]["code"] == 400
    assert Case.objects.filter(matter__disclosure="public").count() == 0


def test_a_name_does_not_stand_on_what_is_public() -> None:
    center()
    post(
        "/requests.json",
        api_key=key("cases:relay"),
        **report(first_name="Gildong", last_name="Hong", phone="010-1234-5678"),
    )
    text = (
        Client().get(f"{BASE}/requests.json?extensions=true").content.decode()
        + Matter.objects.get().author_label
    )
    assert "Hong" not in text
    assert "010" not in text


def test_an_address_of_the_author_gets_one_question_and_the_key_holder_is_no_author() -> None:
    center()
    post("/requests.json", api_key=key("cases:relay"), **report(email="resident@example.kr"))
    made = Matter.objects.get()
    assert made.author is None
    assert made.contact.email == "resident@example.kr"
    assert "resident@example.kr" not in str(Client().get(f"{BASE}/requests.json").content)
    assert all(letter.to == ["resident@example.kr"] for letter in mail.outbox)


def test_a_service_that_needs_a_name_says_so() -> None:
    center()
    Category.objects.filter(code=LEAFLET).update(may_be_anonymous=False)
    sent = report(service_code=LEAFLET, lat=None, long=None)
    post("/requests.json", expect=400, api_key=key("cases:relay"), **sent)
    post("/requests.json", api_key=key("cases:relay"), **(sent | {"first_name": "길동", "last_name": "홍"}))


# --- pictures --------------------------------------------------------------------------------------------------


def with_file(name: str, data: bytes, kind: str, field: str = "media") -> Any:
    sent = {"api_key": key(), **report(), field: SimpleUploadedFile(name, data, kind)}
    return Client().post(f"{BASE}/requests.json", sent)


@pytest.mark.parametrize("field", ["media", "media[]"])
def test_a_picture_comes_along(field: str) -> None:
    center()
    parsed(with_file("IMG_1.jpg", picture(), "image/jpeg", field))
    held = Attachment.objects.get()
    assert held.content_type == "image/jpeg"
    assert get("/requests.json")[0]["media_url"].startswith("http")


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.jpg", b"<script>alert(1)</script>"), ("b.svg", b"<svg onload='x'/>"), ("c.jpg", picture()[:60])],
)
def test_a_picture_that_is_none_is_refused_and_nothing_is_filed(name: str, data: bytes) -> None:
    center()
    parsed(with_file(name, data, "image/jpeg"), 400)
    assert not Case.objects.exists()
    assert not Attachment.objects.exists()


def test_fifty_pictures_are_too_many() -> None:
    center()
    files = [SimpleUploadedFile(f"{n}.jpg", picture(), "image/jpeg") for n in range(50)]
    parsed(Client().post(f"{BASE}/requests.json", {"api_key": key(), **report(), "media": files}), 400)
    assert not Case.objects.exists()


# --- updates ---------------------------------------------------------------------------------------------------


def update(**more: Any) -> dict[str, Any]:
    usual = {
        "update_id": "u-1", "status": "open", "updated_datetime": clock.now().isoformat(), "description": "아직 그대로예요",
    }  # fmt: skip
    return {name: value for name, value in {**usual, **more}.items() if value is not None}


def test_an_update_is_kept_once_and_moves_nothing() -> None:
    center()
    held = key()
    number = post("/requests.json", api_key=held, **report())[0]["service_request_id"]
    before = Matter.objects.values().get()
    rows = post(
        "/servicerequestupdates.json", api_key=held, **update(service_request_id=number, status="FIXED")
    )
    assert rows == [{"update_id": "u-1"}]
    again = post("/servicerequestupdates.xml", expect=400, api_key=held, **update(service_request_id=number))
    assert again.findtext("error/code") == "400"
    kept = ReceivedUpdate.objects.get()
    assert (kept.status, kept.description) == ("FIXED", "아직 그대로예요")
    assert Matter.objects.values().get() == before


@pytest.mark.parametrize(
    "changed",
    [
        {"update_id": None}, {"update_id": "x" * 121}, {"status": None}, {"status": "FINISHED"}, {"updated_datetime": "now"},
        {"updated_datetime": None}, {"updated_datetime": "2099-01-01T00:00:00Z"}, {"description": None},
        {"media_url": "ftp://x"},
    ],
)  # fmt: skip
def test_an_update_that_says_nothing_clear_is_refused(changed: dict[str, Any]) -> None:
    center()
    held = key()
    number = post("/requests.json", api_key=held, **report())[0]["service_request_id"]
    post(
        "/servicerequestupdates.json",
        expect=400,
        api_key=held,
        **update(service_request_id=number, **changed),
    )
    assert not ReceivedUpdate.objects.exists()


def test_nobody_updates_what_somebody_else_filed() -> None:
    where = center()
    number = case(where).case.ref
    post("/servicerequestupdates.json", expect=403, api_key=key(), **update(service_request_id=number))
    post("/servicerequestupdates.json", expect=403, **update(service_request_id=number))
    post(
        "/servicerequestupdates.json",
        expect=404,
        api_key=key(),
        **update(service_request_id="CP-0000-00000-0"),
    )
    assert not ReceivedUpdate.objects.exists()
