"""Filing an idea through its pages: nothing typed is lost, nothing is filed twice."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from madang.commons.matters.models import Attachment, Contact, Matter
from madang.commons.matters.web import uploads
from madang.kernel import clock, ids
from madang.kernel.web import once
from madang.services.square.models import Idea
from tests import factories

pytestmark = pytest.mark.django_db

TITLE = "놀이터 그늘막을 여름 전에 달아 주세요"
BODY = "한낮에 놀이터 바닥과 미끄럼틀이 너무 뜨겁습니다. 그늘막이 있으면 아이들이 쉴 수 있습니다."


def aged_ticket() -> str:
    """A ticket that a person has looked at for a minute."""
    with clock.at(clock.now() - timedelta(minutes=1)):
        return once.ticket()


def words(**more: object) -> dict[str, object]:
    return {"title": TITLE, "body": BODY, "origin": "individual", "ticket": aged_ticket(), **more}


def picture(name: str = "그늘.png", colour: str = "teal") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (30, 20), colour).save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/png")


@pytest.fixture
def made():
    return factories.process()


def test_write_goes_straight_to_the_only_open_process(client: Client, made) -> None:
    assert client.get("/ideas/new/").headers["Location"] == "/ideas/new/test/"
    page = client.get("/ideas/new/test/").content.decode()
    for said in ("3명", "60일", "30일"):  # the rules in force stand there before the effort
        assert said in page


def test_write_offers_a_choice_and_says_when_none_is_open(client: Client) -> None:
    assert "제안을 받는 곳이 없어요" in client.get("/ideas/new/").content.decode()
    factories.process()
    factories.process("other")
    page = client.get("/ideas/new/").content.decode()
    assert "/ideas/new/test/" in page and "/ideas/new/other/" in page


def test_anonymous_files_and_gets_a_receipt_once(client: Client, made) -> None:
    answer = client.post(
        "/ideas/new/test/",
        words(place="느티동", author_label="미끄럼틀 할머니", contact_email="ha@example.org"),
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, "/ideas/filed/")
    matter = Matter.objects.get()
    assert (matter.author, matter.author_label, matter.title) == (None, "미끄럼틀 할머니", TITLE)
    assert Contact.objects.get().email == "ha@example.org"
    page = client.get("/ideas/filed/").content.decode()
    code = re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}", page)
    assert code and ids.code_hash(code[0]) == matter.code_hash
    assert matter.number in page and "<svg" in page
    client.get("/ideas/filed/")
    assert Matter.objects.count() == 1  # reloading the receipt files nothing
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert code[0] not in client.get("/ideas/filed/").content.decode()
    assert client.session["receipts"] == [matter.pk]
    assert code[0] not in str(dict(client.session))
    file = client.get("/ideas/filed/receipt/")
    assert "attachment" in file.headers["Content-Disposition"] and matter.number in file.content.decode()
    assert matter.number not in Client().get("/ideas/filed/", follow=True).content.decode()


def test_account_files_under_the_rules_in_force(client: Client, made) -> None:
    person = factories.UserFactory(name="한결")
    client.force_login(person)
    client.post("/en/ideas/new/test/", words(origin="organised", group_name="느티동 학부모회"))
    idea = Idea.objects.select_related("matter").get()
    assert (idea.matter.author, idea.matter.group_name, idea.matter.origin) == (
        person,
        "느티동 학부모회",
        "organised",
    )
    assert idea.threshold == 3
    assert "느티동 학부모회" in client.get(f"/ideas/{idea.matter.number}/").content.decode()


def test_same_form_sent_twice_files_once(client: Client, made) -> None:
    typed = words()
    first = client.post("/ideas/new/test/", typed)
    second = client.post("/ideas/new/test/", typed | {"confirmed": "x"})
    assert Matter.objects.count() == 1
    assert first.status_code == 302
    # The second look finds the first as the same text; sent on with the confirmation it leads to the receipt.
    mark = re.search(r'name="confirmed" value="(\w+)"', second.content.decode())
    assert mark
    third = client.post("/ideas/new/test/", typed | {"confirmed": mark[1]})
    assert (third.status_code, third.headers["Location"]) == (302, "/ideas/filed/")
    assert Matter.objects.count() == 1


def test_similar_ideas_are_shown_before_filing_and_nothing_is_lost(client: Client, made) -> None:
    there = factories.idea(made, title=TITLE, body=BODY)
    answer = client.post("/ideas/new/test/", words(place="느티동", files=[picture()]))
    page = answer.content.decode()
    assert answer.status_code == 200 and Matter.objects.count() == 1
    assert f"/ideas/{there.matter.number}/support/" in page and BODY in page and "그늘.png" in page
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert (hidden["title"], hidden["place"]) == (TITLE, "느티동")
    back = client.post("/ideas/new/test/", hidden | {"edit": "1"}).content.decode()
    assert TITLE in back and "그늘.png" in back and "느티동" in back
    assert client.post("/ideas/new/test/", hidden).status_code == 302
    mine = Matter.objects.exclude(pk=there.pk).get()
    kept = mine.attachments.get()
    assert (kept.name, kept.content_type) == ("그늘.png", "image/png")
    assert uploads.find(hidden["kept"]) is None  # the temporary copy is gone


def test_confirmation_counts_for_these_words_only(client: Client, made) -> None:
    factories.idea(made, title=TITLE, body=BODY)
    page = client.post("/ideas/new/test/", words()).content.decode()
    mark = re.search(r'name="confirmed" value="(\w+)"', page)
    assert mark
    changed = words(body=BODY + " 올해 안에 부탁합니다.", confirmed=mark[1])
    assert client.post("/ideas/new/test/", changed).status_code == 200
    assert Matter.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("title", "", "무엇이 바뀌면"),
        ("title", "가나", "5자"),
        ("title", "가" * 101, "100자"),
        ("body", "짧아요", "20자"),
        ("body", "나" * 5001, "5,000자"),
        ("contact_email", "not-an-address", "name@example.kr"),
        ("origin", "agency", "누구"),
        ("category", "nowhere", "목록"),
    ],
)
def test_errors_name_the_field_and_keep_the_words(
    client: Client, made, field: str, value: str, said: str
) -> None:
    answer = client.post("/ideas/new/test/", words(place="느티동", **{field: value}))
    page = answer.content.decode()
    assert answer.status_code == 422 and Matter.objects.count() == 0
    assert 'class="error-summary"' in page and "느티동" in page and said in page
    assert re.search(rf'href="#id_{field}', page)
    if value and field not in ("origin", "category"):
        assert value in page


def test_group_needs_its_name(client: Client, made) -> None:
    page = client.post("/ideas/new/test/", words(origin="organised"))
    assert page.status_code == 422 and 'href="#id_group_name"' in page.content.decode()


def test_control_characters_are_taken_out_and_said(client: Client, made) -> None:
    answer = client.post(
        "/ideas/new/test/", words(title="놀이터\u202e 그늘막\x07을 달아 주세요"), follow=True
    )
    assert Matter.objects.get().title == "놀이터 그늘막을 달아 주세요"
    assert "제어 문자" in answer.content.decode()


def test_bots_are_stopped_and_people_are_not(client: Client, made) -> None:
    quick = client.post("/ideas/new/test/", words(ticket=once.ticket()))
    trapped = client.post("/ideas/new/test/", words(website="http://spam.example"))
    none = client.post("/ideas/new/test/", words(ticket="forged"))
    assert {quick.status_code, trapped.status_code, none.status_code} == {422}
    assert Matter.objects.count() == 0
    assert TITLE in quick.content.decode()
    renewed = re.search(r'name="ticket" value="([^"]+)"', none.content.decode())
    assert renewed and once.read(renewed[1]) is not None
    with clock.at(clock.now() + timedelta(seconds=5)):
        assert client.post("/ideas/new/test/", words(ticket=renewed[1])).status_code == 302


def test_files_are_kept_through_an_error_and_can_be_taken_out(client: Client, made) -> None:
    page = client.post(
        "/ideas/new/test/", words(title="", files=[picture("하나.png"), picture("둘.png", "navy")])
    )
    tokens = re.findall(r'name="kept" value="([^"]+)"', page.content.decode())
    assert len(tokens) == 2
    client.post("/ideas/new/test/", words(kept=tokens, remove=tokens[:1]))
    assert [row.name for row in Attachment.objects.all()] == ["둘.png"]


def test_wrong_files_are_named_and_nothing_is_filed(client: Client, made) -> None:
    script = SimpleUploadedFile("나쁜.html", b"<script>alert(1)</script>")
    huge = SimpleUploadedFile("큰.png", picture().read() + b"0" * 5_000_001)
    page = client.post("/ideas/new/test/", words(files=[script, huge, picture("좋은.png")]))
    said = page.content.decode()
    assert page.status_code == 422 and Matter.objects.count() == 0
    assert "나쁜.html" in said and "큰.png" in said and "좋은.png" in said
    assert len(re.findall(r'name="kept"', said)) == 1


def test_forged_file_token_opens_nothing(client: Client, made) -> None:
    page = client.post("/ideas/new/test/", words(kept=["../../secret.key"]))
    assert page.status_code == 422 and Attachment.objects.count() == 0


def test_account_needed_keeps_the_words_until_sign_in(client: Client) -> None:
    factories.process(filing="account")
    assert "/account/login/?next=%2Fideas%2Fnew%2Ftest%2F" in client.get("/ideas/new/test/").content.decode()
    answer = client.post("/ideas/new/test/", words(place="느티동", files=[picture()]))
    assert answer.status_code == 403 and TITLE in answer.content.decode() and Matter.objects.count() == 0
    person = factories.UserFactory(email="late@example.org")
    client.login(email="late@example.org", password="pass-word-2026")
    page = client.get("/ideas/new/test/").content.decode()
    assert person and TITLE in page and BODY in page and "느티동" in page and "그늘.png" in page


def test_closed_phase_takes_nothing_in(client: Client, made) -> None:
    made.cells.update(can_file=False)
    assert client.post("/ideas/new/test/", words()).status_code == 403
    assert Matter.objects.count() == 0


def test_expired_form_protection_gives_the_words_back(made) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/ideas/new/test/", words())
    assert answer.status_code == 403 and BODY in answer.content.decode()
    assert Matter.objects.count() == 0


def test_similar_fragment(client: Client, made) -> None:
    factories.idea(made, title=TITLE, body=BODY)
    found = client.get("/ideas/similar/", {"title": TITLE[:-4]}).content.decode()
    assert TITLE in found and "<html" not in found
    assert client.get("/ideas/similar/", {"title": "가"}).content.strip() == b""
