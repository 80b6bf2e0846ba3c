"""The place on a form: what is refused, what is asked about, and that nothing is put right behind somebody's back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core.management import call_command
from django.http import QueryDict
from django.test import Client

from madang.kernel import boundaries, places
from madang.kernel.web import mapping, placing
from tests.kernel.test_positions import _square_districts

pytestmark = pytest.mark.once


class Where(placing.PlaceMixin):
    address = forms.CharField(required=False)
    district = forms.ChoiceField(required=False, choices=[("", "-"), *places.choices()])
    point = placing.PointField()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    settings.HOME = tmp_path
    return tmp_path


def typed(**fields: str) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update(fields)
    return data


def pressed(form: Where, value: str) -> Where:
    """The form after a button of its notice; what the page would send."""
    data = typed(**{name: str(form.data.get(name, "")) for name in form.fields})
    data[placing.BUTTON] = value
    fresh, was = placing.applied(data)
    assert was
    return Where(fresh)


def test_a_place_that_fits_is_taken_at_once() -> None:
    form = Where(typed(address="종로구 사직로 8", point="37.5704, 126.9922", district="11010"))
    assert form.is_valid() and form.place_notice is None
    assert form.cleaned_data["point"] == (37.5704, 126.9922)
    assert Where(typed()).is_valid()


def test_the_wrong_order_is_refused_with_the_right_one_to_press() -> None:
    form = Where(typed(point="126.9922, 37.5704"))
    assert not form.is_valid() and form.has_error("point", "swapped")
    assert form.place_notice is not None
    (offer,) = form.place_notice.offers
    again = pressed(form, offer.value)
    assert again.is_valid() and again.cleaned_data["point"] == (37.5704, 126.9922)


@pytest.mark.parametrize("point", ["35.68, 139.69", "0, 0", "91, 500"])
def test_elsewhere_is_refused_and_says_what_to_do(point: str) -> None:
    form = Where(typed(point=point))
    assert not form.is_valid() and form.has_error("point", "outside")
    assert "33" in form.errors["point"][0] and form["point"].value() == point


def test_a_misspelt_district_is_asked_about_and_changed_only_by_a_button() -> None:
    form = Where(typed(address="종노구 사직로 8"))
    assert not form.is_valid() and form.place_notice is not None
    assert form["address"].value() == "종노구 사직로 8" and not form["district"].value()
    better = pressed(form, form.place_notice.offers[0].value)
    assert better.is_valid()
    assert better.cleaned_data["address"] == "종로구 사직로 8" and better.cleaned_data["district"] == "11010"


@pytest.mark.parametrize("way", ["keep", "again"])
def test_what_its_author_wants_so_is_taken_so(way: str) -> None:
    form = Where(typed(address="종노구 사직로 8"))
    assert not form.is_valid()
    if way == "keep":
        form = pressed(form, "keep:")
    else:
        form = Where(typed(**{name: str(form.data.get(name, "")) for name in form.fields}))
    assert (
        form.is_valid()
        and form.cleaned_data["address"] == "종노구 사직로 8"
        and form.cleaned_data["district"] == ""
    )


def test_a_look_at_other_words_is_no_look_at_these() -> None:
    form = Where(typed(address="종노구 사직로 8"))
    form.is_valid()
    data = typed(**{name: str(form.data.get(name, "")) for name in form.fields})
    data["address"] = "강난구 테헤란로 1"
    assert not Where(data).is_valid()


def test_an_address_in_another_district_is_asked_about() -> None:
    form = Where(typed(address="서울 강남구 테헤란로 1", district="11010"))
    assert not form.is_valid() and form.place_notice is not None
    better = pressed(form, form.place_notice.offers[0].value)
    assert better.is_valid() and better.cleaned_data["district"] == "11230"


def test_of_several_of_one_name_the_author_chooses() -> None:
    form = Where(typed(address="중구 세종대로 110"))
    assert not form.is_valid() and form.place_notice is not None
    assert len({offer.value for offer in form.place_notice.offers}) > 2
    assert Where(typed(address="중구 세종대로 110", district="11020")).is_valid()


def test_a_point_far_from_its_district_is_asked_about() -> None:
    form = Where(typed(point="35.1798, 129.0750", district="11010"))
    assert not form.is_valid() and form.place_notice is not None and form.has_error("address")


def test_with_shapes_a_point_says_its_district_and_another_one_is_asked_about(home: Path) -> None:
    call_command("import", "boundaries", str(_square_districts(home, "11010", "11020")))
    form = Where(typed(point="37.25, 126.75"))
    assert form.is_valid() and form.cleaned_data["district"] == "11020"
    form = Where(typed(point="37.25, 126.75", district="11010"))
    assert not form.is_valid() and form.place_notice is not None
    assert form.place_notice.offers[0].value == "district:11020"


@pytest.mark.parametrize("value", ["", "point:nowhere", "district:99999", "spelling:|", "x:y", "point:0,0"])
def test_made_up_buttons_change_nothing(value: str) -> None:
    data = typed(address="골목", district="11010", point="37.57, 126.99")
    data[placing.BUTTON] = value
    fresh, _was = placing.applied(data)
    assert [fresh[name] for name in ("address", "district", "point")] == ["골목", "11010", "37.57, 126.99"]


def test_a_still_map_shows_the_pin_with_and_without_shapes(home: Path) -> None:
    plain = mapping.still((37.25, 126.25))
    assert plain["pin"] == {"x": mapping.WIDE / 2, "y": mapping.HIGH / 2} and not plain["paths"]
    call_command("import", "boundaries", str(_square_districts(home, "11010", "11020")))
    assert len(mapping.still((37.25, 126.50))["paths"]) == 2
    assert boundaries.shapes() is not None


def test_scripts_are_given_districts_and_shapes(home: Path, client: Client, db: None) -> None:
    held = client.get("/en/places.json").json()
    assert len(held["districts"]) == len(places.districts()) and held["shapes"] == {} and held["source"] == ""
    call_command("import", "boundaries", str(_square_districts(home, "11010")))
    held = client.get("/en/places.json").json()
    assert list(held["shapes"]) == ["11010"] and "KOGL" in held["source"]
    assert client.get("/places.json").json()["districts"][0][1] == "종로구"
