"""Photos: what is published tells no place; the office in charge is told where one was taken; nothing odd gets in."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from madang.commons.matters.domain import attachments, pictures
from madang.commons.matters.domain.attachments import PHOTOS, STANDARD, Terms
from madang.commons.matters.models import Attachment
from madang.commons.matters.web import uploads
from madang.kernel.errors import RefusedError
from tests import factories as make
from tests.matters.conftest import City

HERE = (37.57041, 126.99219)
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description exif:GPSLatitude="37,34.2N"/></x:xmpmeta>'


def exif(latitude: float = HERE[0], longitude: float = HERE[1], orientation: int = 1) -> Image.Exif:
    """What a phone writes into a photo: where, with what, and how it was held."""

    def parts(value: float) -> tuple[float, float, float]:
        degrees, rest = divmod(abs(value), 1)
        minutes, rest = divmod(rest * 60, 1)
        return degrees, minutes, round(rest * 60, 4)

    made = Image.Exif()
    made[0x0112] = orientation
    made[0x010F] = "Phone of Kim"
    gps = made.get_ifd(0x8825)
    gps[1], gps[2] = "N" if latitude >= 0 else "S", parts(latitude)
    gps[3], gps[4] = "E" if longitude >= 0 else "W", parts(longitude)
    return made


def photo(kind: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new(
        mode, size, options.pop("colour", None) or (200,) * len(Image.new(mode, (1, 1)).getbands())
    ).save(out, kind, **options)
    return out.getvalue()


def upload(data: bytes, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def with_place(kind: str) -> bytes:
    options: dict[str, Any] = {"exif": exif().tobytes()}
    if kind == "PNG":
        notes = PngInfo()
        notes.add_text("Location", "37.5704N 126.9922E")
        notes.add_itxt("XML:com.adobe.xmp", XMP.decode())
        options["pnginfo"] = notes
    elif kind in ("JPEG", "WEBP"):
        options["xmp"] = XMP
    return photo(kind, **options)


@pytest.mark.once
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_published_copy_tells_no_place_and_the_place_is_read_before(kind: str) -> None:
    clean = attachments.cleaned(upload(with_place(kind)), PHOTOS)
    assert clean.position == HERE
    with Image.open(io.BytesIO(clean.data)) as kept:
        assert not kept.getexif() and not kept.info.get("xmp") and not kept.info.get("exif")
    for trace in (b"Phone of Kim", b"Exif", b"GPS", b"adobe", b"Location", b"37.57", b"eXIf"):
        assert trace not in clean.data, trace


@pytest.mark.once
def test_whoever_did_not_ask_for_the_place_does_not_get_it() -> None:
    assert attachments.cleaned(upload(with_place("JPEG")), STANDARD).position is None


@pytest.mark.once
@pytest.mark.parametrize(
    ("latitude", "longitude", "read"),
    [(-33.86, 151.21, (-33.86, 151.21)), (40.7, -74.0, (40.7, -74.0)), (0.0, 0.0, None)],
)
def test_the_place_of_a_photo_is_read_as_it_stands(
    latitude: float, longitude: float, read: tuple[float, float] | None
) -> None:
    data = photo(exif=exif(latitude, longitude).tobytes())
    with Image.open(io.BytesIO(data)) as picture:
        assert pictures.position_of(picture) == read


@pytest.mark.once
@pytest.mark.parametrize("gps", [{1: "N"}, {2: (1, 2), 4: (1, 2, 3)}, {1: "N", 2: (99, 0, 0), 3: "E", 4: (1, 0, 0)}])  # fmt: skip
def test_a_broken_place_is_none_and_stops_nothing(gps: dict[int, Any]) -> None:
    made = Image.Exif()
    held = made.get_ifd(0x8825)
    held.update(gps)
    data = photo(exif=made.tobytes())
    assert attachments.cleaned(upload(data), PHOTOS).position is None


@pytest.mark.once
def test_a_photo_held_upright_stays_upright() -> None:
    data = photo(size=(40, 20), exif=exif(orientation=6).tobytes())
    with Image.open(io.BytesIO(attachments.cleaned(upload(data), PHOTOS).data)) as kept:
        assert kept.size == (20, 40)


@pytest.mark.once
def test_sixty_million_pixels_of_a_jpeg_are_taken_smaller() -> None:
    data = photo(size=(9000, 6700), mode="L", quality=30)
    clean = attachments.cleaned(upload(data), PHOTOS)
    with Image.open(io.BytesIO(clean.data)) as kept:
        assert max(kept.size) < 9000 and kept.width * kept.height <= pictures.MAX_PIXELS


@pytest.mark.once
@pytest.mark.parametrize(
    "data",
    [
        photo("PNG", size=(9000, 6700), mode="1", colour=1),
        photo(size=(13000, 6700), mode="L", quality=10, colour=9),
    ],
    ids=["png", "jpeg"],
)
def test_too_many_pixels_are_said_to_be_too_many(data: bytes) -> None:
    with pytest.raises(RefusedError) as refused:
        attachments.cleaned(upload(data, "wall.png"), PHOTOS)
    assert refused.value.code == "file.pixels" and "wall.png" in str(refused.value)


@pytest.mark.once
def test_the_colours_of_print_become_those_of_a_screen() -> None:
    data = photo(mode="CMYK", colour=(0, 255, 255, 0), icc_profile=b"no profile for a screen")
    with Image.open(io.BytesIO(attachments.cleaned(upload(data), PHOTOS).data)) as kept:
        assert kept.mode == "RGB" and "icc_profile" not in kept.info
        red, green, blue = kept.getpixel((5, 5))  # type: ignore[misc]
        assert red > 200 and green < 60 and blue < 60


@pytest.mark.once
@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_moves_stands_still(kind: str) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=100)
    with Image.open(io.BytesIO(attachments.cleaned(upload(out.getvalue()), PHOTOS).data)) as kept:
        assert getattr(kept, "n_frames", 1) == 1


@pytest.mark.once
@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1", b"avif"])
def test_heic_is_refused_with_a_way_out(brand: bytes) -> None:
    data = b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0mif1heic" + b"\0" * 6_000_000
    with pytest.raises(RefusedError) as refused:
        attachments.cleaned(upload(data, "IMG_0001.HEIC"), PHOTOS)
    assert refused.value.code == "file.heic"
    assert "JPEG" in str(refused.value) and "IMG_0001.HEIC" in str(refused.value)


@pytest.mark.once
@pytest.mark.parametrize(
    "data",
    [b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", b"<!doctype html><script>1</script>",
     b"#!/bin/sh\nrm -rf /", b"", photo()[:200], b"\xff\xd8\xff\xe0<script>alert(1)</script>"],
)  # fmt: skip
def test_a_script_or_half_a_photo_is_no_photo(data: bytes) -> None:
    with pytest.raises(RefusedError) as refused:
        attachments.cleaned(upload(data), PHOTOS)
    assert refused.value.code in ("file.type", "file.broken")


@pytest.mark.once
def test_what_hangs_on_a_photo_is_cut_off() -> None:
    tail = b"<script>alert(1)</script>PK\x03\x04 a whole archive"
    clean = attachments.cleaned(upload(photo(comment=b"<script>in the comment</script>") + tail), PHOTOS)
    assert b"script" not in clean.data and b"archive" not in clean.data


def _different(count: int) -> list[SimpleUploadedFile]:
    return [upload(photo(size=(40 + n, 40)), f"{n}.jpg") for n in range(count)]


@pytest.mark.once
def test_of_fifty_photos_the_first_stay_and_the_rest_is_said() -> None:
    kept, problems = uploads.collect([], _different(50), PHOTOS)
    assert [one.name for one in kept] == [f"{n}.jpg" for n in range(PHOTOS.files)]
    assert len(problems) == 1 and str(PHOTOS.files) in problems[0]
    again, problems = uploads.collect([one.token for one in kept], _different(2), PHOTOS)
    assert [one.path for one in again] == [one.path for one in kept] and len(problems) == 1


@pytest.mark.once
def test_a_bad_photo_among_good_ones_loses_none_of_them() -> None:
    bad = upload(b"<svg/>", "drawing.svg")
    kept, problems = uploads.collect(
        [], [*_different(2), bad, upload(photo(size=(99, 99)), "last.jpg")], PHOTOS
    )
    assert [one.name for one in kept] == ["0.jpg", "1.jpg", "last.jpg"]
    assert len(problems) == 1 and "drawing.svg" in problems[0]


@pytest.mark.once
def test_the_same_photo_twice_is_kept_once() -> None:
    kept, problems = uploads.collect([], [upload(photo()), upload(photo(), "copy.jpg")], PHOTOS)
    assert len(kept) == 1 and not problems
    again, problems = uploads.collect([kept[0].token], [upload(photo(), "third.jpg")], PHOTOS)
    assert len(again) == 1 and not problems
    folder = {one for one in default_storage.listdir("drafts")[1] if default_storage.exists(f"drafts/{one}")}
    assert kept[0].path.removeprefix("drafts/") in folder


@pytest.mark.once
def test_what_waits_for_its_form_keeps_its_place_sealed() -> None:
    kept = uploads.keep(upload(with_place("JPEG")), PHOTOS)
    assert "37.57" not in kept.token
    found = uploads.find(kept.token)
    assert found is not None and found.read().position == HERE
    assert uploads.find(uploads.keep(upload(with_place("JPEG")), STANDARD).token).position is None  # type: ignore[union-attr]


def test_the_office_in_charge_and_the_author_know_the_place_and_nobody_else(city: City) -> None:
    matter = city.matter("assigned")
    made = attachments.attach(matter=matter, upload=attachments.cleaned(upload(with_place("JPEG")), PHOTOS))
    with connection.cursor() as cursor:
        cursor.execute("select position from matters_attachment where id = %s", [made.pk])
        (stored,) = cursor.fetchone()
    assert stored and "37.57" not in stored
    found = Attachment.objects.select_related("matter").get(pk=made.pk)
    assert matter.is_public
    for who in (city.author, city.officer, city.triage):
        assert attachments.position_of(found, actor=make.actor(who)) == HERE
    for stranger in (make.actor(city.stranger), make.actor(), make.actor(make.UserFactory())):
        assert attachments.position_of(found, actor=stranger) is None


def test_a_photo_without_a_place_has_none(city: City) -> None:
    matter = city.matter("assigned")
    made = attachments.attach(matter=matter, upload=attachments.cleaned(upload(photo()), PHOTOS))
    assert made.position == "" and attachments.position_of(made, actor=make.actor(city.officer)) is None
    assert Terms().files == attachments.MAX_FILES
