"""Files that are not what they say, too big, too many, or that carry more than a picture."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from madang.commons.matters.models import Attachment, Matter
from madang.kernel import clock
from madang.services.square.web import once
from tests import factories as make
from tests.security.conftest import picture

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(document.cookie)</script>"
PLACE = b"37.5665N 126.9780E"


@pytest.fixture(autouse=True)
def _site(db: None) -> None:
    make.process()


def send(*files: Any, client: Client | None = None, **fields: Any) -> Any:
    with clock.at(clock.now() - timedelta(minutes=1)):
        ticket = once.ticket()
    typed = {
        "ticket": ticket, "title": "골목 가로등을 고쳐 주세요", "origin": "individual",
        "body": "밤에 골목이 어두워서 걷기가 무섭습니다. 등을 고쳐 주세요.",
    }  # fmt: skip
    return (client or Client()).post("/ideas/new/test/", typed | {"files": list(files)} | fields)


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that says it has that many pixels, and has them."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * (width // 8 + 1) * min(height, 2000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("그림.png", SVG), ("page.png", HTML), ("page.jpg", b"\x00" + HTML), ("empty.png", b""),
        ("zeros.png", b"\0" * 5000), ("a.pdf", b"MZ\x90\x00" + b"%PDF-1.4"), ("gif.png", b"GIF89a" + HTML),
        ("x.svg", SVG), ("x.html", HTML), ("x.exe", b"MZ" * 100), ("half.png", b"\x89PNG\r\n\x1a\n"),
        ("half.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 50), ("half.webp", b"RIFF\x10\x00\x00\x00WEBPVP8 "),
        ("bomb.png", bomb(20_000, 20_000)), ("huge.png", bomb(60_000, 60_000)), ("wide.png", bomb(2**31 - 1, 1)),
        ("big.pdf", b"%PDF-1.4" + b"0" * 6_000_000),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_what_is_not_taken_is_named_and_the_words_stay(name: str, data: bytes) -> None:
    answer = send(SimpleUploadedFile(name, data, content_type="image/png"))
    assert answer.status_code == 422
    assert "골목이 어두워서" in answer.content.decode()
    assert Matter.objects.count() == Attachment.objects.count() == 0


@pytest.mark.parametrize("count", [4, 6, 12])
def test_too_many_files_lose_no_word(count: int) -> None:
    answer = send(*[picture(f"{place}.png") for place in range(count)])
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "골목이 어두워서" in page
    assert Matter.objects.count() == 0


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_no_place_leaves_with_a_picture(kind: str) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x8298] = "비밀사진기", PLACE.decode()
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (37.0, 33.0, 59.0), "E", (126.0, 58.0, 41.0)
    options: dict[str, Any] = {"exif": exif}
    if kind in ("JPEG", "WEBP"):
        options["xmp"] = b"<x:xmpmeta>" + PLACE + b"</x:xmpmeta>"
    if kind == "JPEG":
        options["comment"] = PLACE
    if kind == "PNG":
        notes = PngInfo()
        notes.add_text("Location", PLACE.decode())
        notes.add_itxt("XML:com.adobe.xmp", PLACE.decode())
        options["pnginfo"] = notes
    sent = picture("여행.jpg", kind, **options)
    raw = sent.read()
    sent.seek(0)
    assert PLACE in raw
    assert send(sent).status_code == 302
    kept = Attachment.objects.get()
    data = b"".join(Client().get(f"/files/{kept.pk}/").streaming_content)
    assert PLACE not in data and "비밀사진기".encode() not in data
    with Image.open(io.BytesIO(data)) as image:
        assert not dict(image.getexif()) and "xmp" not in image.info and "comment" not in image.info


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd.png", "..\\..\\windows\\x.png", "/abs/olute.png", "a\r\nSet-Cookie: x=1.png", 'a";x=".png',
        "\u202egnp.exe.png", "한글 이름.png", "한글".encode("cp949").decode("latin-1") + ".png", "x" * 300 + ".png", ".png",
        "con.png", "a\0b.png", "<script>alert(1)</script>.png",
    ],
)  # fmt: skip
def test_names_of_files_do_nothing(name: str) -> None:
    data = picture().read()
    upload = SimpleUploadedFile("a.png", data)
    upload._name = name  # as a hostile client would send it: Django's own test client tidies names
    from madang.commons.matters.domain import attachments

    with clock.at(clock.now()):
        made = make.idea()
    kept = attachments.attach(matter=made.matter, upload=upload)
    stored = Path(kept.file.path).resolve()
    assert stored.is_relative_to(Path(default_storage.location).resolve() / "attachments")
    assert stored.name.startswith(kept.sha256[:32])
    answer = Client().get(f"/files/{kept.pk}/")
    assert answer["Content-Type"] == "image/png"
    assert "\n" not in answer["Content-Disposition"] and "\r" not in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers
    assert b"".join(answer.streaming_content)
    page = Client().get(f"/ideas/{made.matter.number}/").content.decode()
    assert "<script>alert" not in page and "\u202e" not in page


def test_a_picture_that_is_also_a_page_stays_a_picture() -> None:
    data = picture().read() + HTML
    assert send(SimpleUploadedFile("a.html", data, content_type="text/html")).status_code == 302
    kept = Attachment.objects.get()
    answer = Client().get(f"/files/{kept.pk}/")
    assert HTML not in b"".join(answer.streaming_content)
    assert answer["Content-Type"] == "image/png" and kept.name.endswith(".png")


def test_a_document_is_saved_not_shown() -> None:
    data = b"%PDF-1.4\n" + HTML + b"\n%%EOF"
    assert send(SimpleUploadedFile("a.html", data, content_type="text/html")).status_code == 302
    answer = Client().get(f"/files/{Attachment.objects.get().pk}/")
    assert (
        answer["Content-Disposition"].startswith("attachment") and answer["Content-Type"] == "application/pdf"
    )
    assert b"".join(answer.streaming_content) == data


def test_a_kept_file_is_not_found_by_a_made_up_token() -> None:
    from django.core import signing

    forged = signing.dumps({"p": "../secret.key", "n": "x.png", "s": 1}, salt="another")
    for token in (forged, "x", "../../secret.key", ""):
        answer = send(kept=[token])
        assert answer.status_code == 422
    assert Matter.objects.count() == 0
