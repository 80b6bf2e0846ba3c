"""The pages of intake: a call, a form found by number or by photograph, the count that everybody sees."""

from __future__ import annotations

import io
import re

import numpy
import pytest
import segno
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from madang.commons.channels import reading
from madang.commons.channels.domain import paper
from madang.commons.channels.models import Entry, Form
from madang.commons.matters.models import Matter
from madang.kernel import ids
from madang.kernel.models import Audit
from tests import factories as make
from tests.channels.conftest import WORDS

pytestmark = pytest.mark.django_db


def ticket_of(page) -> str:
    return re.search(r'name="ticket" value="([^"]+)"', page.content.decode())[1]


def call(client, **typed):
    page = client.get(reverse("channels_phone"))
    data = {
        "ticket": ticket_of(page),
        "target": "square.idea:test",
        "title": WORDS.title,
        "body": WORDS.body,
        "consented": "on",
        "read_back": "on",
    }
    return data | typed


def test_a_caller_gets_number_and_code_and_the_page_says_phone(hall, sign_in):
    client = sign_in(hall.operators[0])
    data = call(client, name="김어르신")
    sent = client.post(reverse("channels_phone"), data)
    assert sent.status_code == 302, sent.content.decode()
    again = client.post(reverse("channels_phone"), data)  # a double click
    assert again.status_code == 302
    matter = Matter.objects.get()
    assert (matter.channel, matter.author, matter.author_label) == ("phone", None, "김어르신")
    page = client.get(sent.url).content.decode()
    groups = re.findall(r"<li><code>(\w{4})</code></li>", page)
    assert ids.code_hash("-".join(groups)) == matter.code_hash
    assert Audit.objects.get(action="channels.entry.take").payload["data"] == {"consent": 1}
    public = Client().get(reverse("item", args=[matter.number])).content.decode()
    assert "전화 접수" in public
    assert "접수원" not in public
    assert "접수원" in sign_in(hall.triage).get(reverse("channels")).content.decode()


@pytest.mark.parametrize("left_out", ["consented", "read_back", "title", "target"])
def test_without_consent_or_words_nothing_is_filed_and_nothing_is_lost(hall, sign_in, left_out):
    client = sign_in(hall.operators[0])
    answer = client.post(reverse("channels_phone"), call(client) | {left_out: ""})
    assert answer.status_code == 422
    assert WORDS.body in answer.content.decode()
    assert not Matter.objects.exists()


def test_a_closed_phase_refuses_a_call_with_its_reason(hall, sign_in):
    client = sign_in(hall.operators[0])
    data = call(client)
    hall.process.cells.update(can_file=False)
    answer = client.post(reverse("channels_phone"), data)
    assert answer.status_code == 422
    assert "지금은 제안을 받지 않" in answer.content.decode()
    assert WORDS.body in answer.content.decode()
    assert not Entry.objects.exists()


PAGES = ["channels", "channels_phone", "channels_batches", "channels_find"]


@pytest.mark.parametrize("name", PAGES)
def test_only_operators_and_triage_open_the_pages(hall, sign_in, name):
    assert Client().get(reverse(name)).status_code == 302
    assert sign_in(make.UserFactory()).get(reverse(name)).status_code == 403
    assert sign_in(make.official("officer", hall.host)).get(reverse(name)).status_code == 403
    assert sign_in(hall.operators[0]).get(reverse(name)).status_code == 200


def test_an_operator_reads_nothing_that_is_not_public(hall, sign_in):
    idea = make.idea(hall.process)
    Matter.objects.filter(pk=idea.pk).update(disclosure="private")
    assert sign_in(hall.operators[0]).get(reverse("item", args=[idea.matter.number])).status_code == 404


# --- photographs ---------------------------------------------------------------------------------------


def sheet_picture(serial: str) -> Image.Image:
    """A page with its code at the top right, and lines of writing."""
    code = io.BytesIO()
    segno.make(f"http://localhost:8000/paper/{serial}/", error="m", micro=False).save(
        code, kind="png", scale=6, border=4
    )
    page = Image.new("L", (1000, 1400), 235)
    page.paste(Image.open(code), (720, 40))
    for y in range(420, 1300, 70):
        page.paste(40, (80, y, 700, y + 6))
    return page


def bent(page: Image.Image) -> Image.Image:
    """Seen from the side: four corners moved, as a photograph by hand shows it."""
    wide, high = page.size
    source = [(0, 0), (wide, 0), (wide, high), (0, high)]
    seen = [(60, 30), (wide - 10, 110), (wide - 80, high - 40), (20, high - 120)]
    rows = []
    for (x, y), (u, v) in zip(seen, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    values = [number for pair in source for number in pair]
    factors = numpy.linalg.solve(numpy.array(rows, float), numpy.array(values, float))
    return page.transform(page.size, Image.Transform.PERSPECTIVE, list(factors), fillcolor=120)


def jpeg(page: Image.Image) -> bytes:
    out = io.BytesIO()
    page.save(out, "JPEG", quality=70)
    return out.getvalue()


SERIAL = ids.number("PF", make.START, 1001)


@pytest.mark.parametrize(
    ("name", "photograph", "turned"),
    [
        ("straight", lambda page: page, 0),
        ("upside down", lambda page: page.rotate(180), 180),
        ("on its side", lambda page: page.rotate(90, expand=True), 270),
        ("on the other side", lambda page: page.rotate(270, expand=True), 90),
        ("askew", lambda page: page.rotate(12, expand=True, fillcolor=90), 0),
        ("from the side, upside down", lambda page: bent(page).rotate(180), 180),
        ("small and dark", lambda page: page.resize((500, 700)).point(lambda light: light * 0.35), 0),
    ],
)
def test_the_code_is_found_however_the_form_lies(name, photograph, turned):
    taken = photograph(sheet_picture(SERIAL))
    sheet = reading.read(jpeg(taken))
    assert (sheet.serial, sheet.turned) == (SERIAL, turned)
    upright = Image.open(io.BytesIO(sheet.data))
    assert (upright.height > upright.width) or name == "askew"


@pytest.mark.parametrize("words", ["https://elsewhere.example/PF-2611-01001-Z", "no number", ""])
def test_a_code_that_is_not_ours_is_no_form(words):
    assert reading.serial_of(words) == ""


def upload(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("form.jpg", data, "image/jpeg")


def test_a_photograph_upside_down_opens_the_form_beside_its_upright_picture(hall, sign_in):
    form = hall.batch().forms.first()
    client = sign_in(hall.operators[0])
    photograph = jpeg(sheet_picture(form.serial).rotate(180))
    found = client.post(reverse("channels_find"), {"picture": upload(photograph)})
    assert found.status_code == 302, found.content.decode()
    assert found.url.endswith(f"/{form.serial}/")
    picture = client.get(reverse("channels_picture", args=[form.serial]))
    kept = b"".join(picture.streaming_content)
    upright = Image.open(io.BytesIO(kept)).convert("L")
    assert upright.crop((720, 40, 900, 220)).getextrema()[0] < 60  # the code is at the top right again
    for other in (Client(), sign_in(hall.stranger), sign_in(make.UserFactory())):
        answer = other.get(reverse("channels_picture", args=[form.serial]))
        assert answer.status_code in (302, 403)
    sent = client.post(found.url, {"act": "enter", "title": WORDS.title, "body": WORDS.body})
    assert sent.status_code == 302
    data = Audit.objects.get(action="channels.entry.take").payload["data"]
    assert data["picture"] == Form.objects.get(pk=form.pk).picture_sha256 != ""
    number = Matter.objects.get().number
    assert number in Client().get(reverse("paper_form", args=[form.serial])).content.decode()


def test_an_unreadable_photograph_says_what_to_do(hall, sign_in):
    client = sign_in(hall.operators[0])
    answer = client.post(reverse("channels_find"), {"picture": upload(jpeg(Image.new("L", (600, 800), 200)))})
    assert answer.status_code == 422
    assert "번호를 직접 입력" in answer.content.decode()
    broken = client.post(
        reverse("channels_find"), {"picture": SimpleUploadedFile("form.jpg", b"\xff\xd8\xff\xe0 no")}
    )
    assert broken.status_code == 422
    by_hand = client.post(reverse("channels_find"), {"serial": "pf 2611"})
    assert by_hand.status_code == 422


def test_a_scanner_types_the_whole_address(hall, sign_in):
    form = hall.batch().forms.first()
    answer = sign_in(hall.operators[0]).post(
        reverse("channels_find"), {"serial": f"http://localhost:8000/paper/{form.serial}/"}
    )
    assert answer.url == reverse("channels_form", args=[form.serial])


# --- batches -------------------------------------------------------------------------------------------


def test_a_batch_from_issue_to_close_in_pages(hall, sign_in):
    client = sign_in(hall.triage)
    made = client.post(
        reverse("channels_batches"),
        {"target": "square.idea:test", "booth": "중앙도서관", "size": "3", "sample": "0"},
    )
    assert made.status_code == 302, made.content.decode()
    sheets = client.get(f"{made.url}print/").content.decode()
    serials = re.findall(r'aria-label="(PF-[\w-]+)"', sheets)
    assert len(serials) == sheets.count("<svg viewBox") == sheets.count('class="paper-sheet"') == 3
    client.post(
        reverse("channels_form", args=[serials[0]]),
        {"act": "enter", "title": WORDS.title, "body": WORDS.body},
    )
    client.post(reverse("channels_form", args=[serials[1]]), {"act": "spoil", "why": "empty"})
    client.post(made.url, {"act": "back", "first": "3", "last": "3"})
    early = client.post(made.url, {"act": "close", "entered": "1", "spoiled": "0", "unused": "1"})
    assert early.status_code == 422
    closed = client.post(made.url, {"act": "close", "entered": "1", "spoiled": "1", "unused": "1"})
    assert closed.status_code == 302
    public = Client().get(reverse("paper_count")).content.decode()
    assert "중앙도서관" in public
    assert sign_in(hall.stranger).get(made.url).status_code == 403


@pytest.mark.parametrize("name", ["paper_count", "channels_batches", "channels"])
def test_lists_need_the_same_number_of_queries_for_one_row_and_for_thirty(hall, sign_in, name):
    client = sign_in(hall.triage)

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(reverse(name)).status_code == 200
        return len(caught)

    def more(count: int) -> None:
        for _ in range(count):
            form = hall.batch(size=2).forms.first()
            paper.enter(actor=make.actor(hall.operators[0]), form=form, words=WORDS)

    more(1)
    cost()
    one = cost()
    more(29)
    assert cost() == one
