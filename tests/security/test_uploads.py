"""Files that are not what they say, too big, too many, or that carry more than a picture."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pikepdf import Array, Dictionary, Name
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from madang.commons.matters.jobs import sweep_files
from madang.commons.matters.models import Attachment, Matter
from madang.commons.matters.web import uploads
from madang.kernel import clock
from madang.kernel.web import once
from madang.services.square.jobs import sweep_uploads
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


@pytest.mark.parametrize("count", [4, 12, 31, 400])
def test_too_many_files_lose_no_word(count: int) -> None:
    answer = send(*[picture(f"{place}.png") for place in range(count)])
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "골목이 어두워서" in page
    assert Matter.objects.count() == 0


@pytest.mark.parametrize("what", ["files", "fields"])
@pytest.mark.parametrize(("prefix", "words"), [("", "뒤로"), ("/en", "Back button shows it")])
def test_beyond_what_is_read_the_page_says_what_to_do(what: str, prefix: str, words: str) -> None:
    if what == "files":
        typed: dict[str, Any] = {
            "files": [
                SimpleUploadedFile(f"{n}.txt", b"x") for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FILES + 1)
            ]
        }
    else:
        typed = {f"f{n}": "x" for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 3)}
    answer = Client().post(f"{prefix}/ideas/new/test/", typed)
    assert answer.status_code == 413
    assert words in answer.content.decode()
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


def document(**changes: Any) -> bytes:
    """A one-page PDF that tells on its author, runs scripts, starts programs and carries a file."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.docinfo["/Author"] = "SECRET-AUTHOR"
    with pdf.open_metadata() as told:
        told["dc:creator"] = ["SECRET-AUTHOR"]
    script = {"S": Name.JavaScript, "JS": "app.alert(1)"}
    pdf.Root.OpenAction = Dictionary(**script)
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array(["x", Dictionary(**script)])))
    pdf.attachments["secret.txt"] = b"SECRET-FILE"
    page = pdf.pages[0]
    page.AA = Dictionary(O=Dictionary(**script))
    link = Dictionary(S=Name.Launch, F="cmd.exe")
    page.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=link)])
    notes = pikepdf.Stream(pdf, b"SECRET-NOTES")
    page.Resources = Dictionary(XObject=Dictionary(I=pikepdf.Stream(pdf, b"", Metadata=notes)))
    out = io.BytesIO()
    pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False, **changes)
    return out.getvalue()


def unfolded(data: bytes) -> bytes:
    """Everything a PDF holds, uncompressed."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(out, qdf=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


TOLD = (
    b"SECRET-AUTHOR",
    b"SECRET-FILE",
    b"SECRET-NOTES",
    b"app.alert",
    b"JavaScript",
    b"cmd.exe",
    b"OpenAction",
)


def test_a_document_is_saved_not_shown_and_tells_nothing_of_its_author() -> None:
    raw = document()
    assert all(word in raw for word in TOLD)
    assert send(SimpleUploadedFile("a.html", raw, content_type="text/html")).status_code == 302
    answer = Client().get(f"/files/{Attachment.objects.get().pk}/")
    assert (
        answer["Content-Disposition"].startswith("attachment") and answer["Content-Type"] == "application/pdf"
    )
    kept = b"".join(answer.streaming_content)
    assert [word for word in TOLD if word in unfolded(kept) or word in kept] == []
    with pikepdf.open(io.BytesIO(kept)) as pdf:
        assert len(pdf.pages) == 1


def unfolding(size: int) -> bytes:
    """A PDF of a few hundred kilobytes whose table of objects unfolds into `size` bytes."""
    packed = zlib.compress(b"\0" * size, 9)
    start = b"%PDF-1.5\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n"
    table = b"<</Type/XRef/Size 7/W[1 4 2]/Root 1 0 R/Filter/FlateDecode/Length %d>>" % len(packed)
    end = b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF" % len(start)
    return start + b"5 0 obj\n" + table + b"stream\n" + packed + end


def nested() -> bytes:
    """A PDF with a dictionary in a dictionary, three hundred deep."""
    deep = b"<</A" * 300 + b" 1" + b">>" * 300
    objects = b"1 0 obj\n<</Type/Catalog/Pages 2 0 R/Deep %s>>\nendobj\n" % deep
    return b"%PDF-1.4\n" + objects + b"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n%%EOF"


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.4\n" + HTML + b"\n%%EOF", document()[:400], nested(), unfolding(1_200_000_000),
        document(encryption=pikepdf.Encryption(owner="o", user="secret")),
    ],
    ids=["html", "half", "nested", "unfolds", "locked"],
)  # fmt: skip
def test_a_document_that_cannot_be_read_is_named_and_the_words_stay(data: bytes) -> None:
    answer = send(SimpleUploadedFile("문서.pdf", data))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "골목이 어두워서" in page and "문서.pdf" in page
    assert Matter.objects.count() == Attachment.objects.count() == 0


def test_what_only_waits_for_its_form_tells_no_place_either() -> None:
    """The picture is chosen, the form has a mistake and is never sent again: what lies there is clean."""
    exif = Image.Exif()
    exif[0x010F] = PLACE.decode()
    answer = send(picture("여행.jpg", "JPEG", exif=exif), SimpleUploadedFile("a.pdf", document()), title="")
    assert answer.status_code == 422 and Matter.objects.count() == 0
    waiting = default_storage.listdir("drafts")[1]
    assert len(waiting) == 2
    for name in waiting:
        with default_storage.open(f"drafts/{name}") as file:
            data = file.read()
        assert PLACE not in data
        if data.startswith(b"%PDF"):
            assert b"SECRET" not in unfolded(data)


def test_what_was_kept_by_the_release_before_is_chosen_again() -> None:
    """It lies there as it came, metadata included."""
    from django.core import signing

    path = default_storage.save("drafts/old", picture())
    old = signing.dumps({"p": path, "n": "x.png", "s": 1}, salt="madang.square.upload")
    assert send(kept=[old]).status_code == 422
    assert Attachment.objects.count() == 0


def test_a_killed_upload_leaves_nothing_for_good() -> None:
    """Parts of a request, a form nobody sent and a filing that was never committed are gone after a day; the rest stays."""
    assert send(picture()).status_code == 302
    kept = Attachment.objects.get().file.name
    month = Path(kept).parent
    stray = [
        default_storage.save(name, picture()) for name in ("incoming/a.upload", "drafts/b", f"{month}/c.png")
    ]
    assert Path(settings.FILE_UPLOAD_TEMP_DIR).parts[-2:] == ("uploads", uploads.INCOMING)
    sweep_uploads()
    sweep_files()
    assert all(map(default_storage.exists, stray))  # they may belong to a request that still runs
    with clock.at(clock.now() + timedelta(hours=25)):
        sweep_uploads()
        sweep_files()
    assert not any(map(default_storage.exists, stray))
    assert default_storage.exists(kept)


def test_a_request_without_end_is_refused_before_it_is_read() -> None:
    for url, kind in (
        ("/ideas/new/test/", "html"),
        ("/api/v1/ideas", "problem+json"),
        ("/en/ideas/new/test/", "html"),
    ):
        prefers = {"HTTP_ACCEPT_LANGUAGE": "ko" if url.startswith("/en/") else "en"}
        answer = Client().post(
            url, b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH="40000001", **prefers
        )
        assert answer.status_code == 413
        assert kind in answer["Content-Type"] and answer["X-Frame-Options"] == "DENY"
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        said = "파일을" if url.startswith("/ideas/") else "leave out files"
        assert said in answer.content.decode(), (
            "a page speaks the language of its address, the API the one it was asked for"
        )


def test_words_beyond_one_form_are_said_to_be_too_many() -> None:
    """Not that the request is broken: whoever pasted a book learns what to do."""
    for url, said in (("/ideas/new/test/", "글을 줄여서"), ("/en/ideas/new/test/", "shorten your words")):
        answer = Client(raise_request_exception=False).post(url, {"title": "책", "body": "가" * 400_000})
        assert answer.status_code == 413
        assert said in answer.content.decode()
    assert not Matter.objects.exists()


def test_files_beyond_the_third_are_not_even_read() -> None:
    """Reading a hostile file costs seconds: thirty of them must not hold a server for minutes."""
    answer = send(*[SimpleUploadedFile(f"{place}.pdf", b"%PDF-1.4 x") for place in range(30)])
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "2.pdf" in page and "3.pdf" not in page


def test_a_kept_file_is_not_found_by_a_made_up_token() -> None:
    from django.core import signing

    forged = signing.dumps({"p": "../secret.key", "n": "x.png", "s": 1}, salt="another")
    for token in (forged, "x", "../../secret.key", ""):
        answer = send(kept=[token])
        assert answer.status_code == 422
    assert Matter.objects.count() == 0
