"""A place on a form: an address in words, a district, a point. Each can be given without the others and without a map.

What looks wrong is never put right silently: the page says what it noticed and offers buttons; sent again unchanged, it
is taken as it stands. Only what cannot be a place in the country is refused.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madang.kernel import boundaries, placenames, places
from madang.kernel.logic import coordinates
from madang.kernel.logic.coordinates import Point
from madang.kernel.places import District

BUTTON = "place_use"
SEEN = "place_seen"
FAR_KM = 60
"""A point so far from the middle of the chosen district is asked about where no shapes are loaded."""
POINT_LABEL = gettext_lazy("Point on the map")
POINT_HELP = gettext_lazy("Latitude, then longitude, such as 37.57041, 126.99219.")


@dataclass(frozen=True, slots=True)
class Offer:
    """A button: what it says, and what it sends under `BUTTON`."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What was noticed, in a sentence, and the ways out."""

    text: str
    offers: tuple[Offer, ...]


class PointField(forms.CharField):
    """A position as people type, paste or share it; gives a point or None. `offer` is the other order, where that fits."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", POINT_LABEL)
        options.setdefault("help_text", POINT_HELP)
        options.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}))
        super().__init__(required=False, max_length=300, **options)

    def clean(self, value: Any) -> Point | None:
        return read_point(super().clean(value))


def read_point(typed: str) -> Point | None:
    """The point somebody typed; None for an empty text.

    Raises:
        ValidationError: with what to do; its code is `swapped` where the other order fits.
    """
    found = coordinates.read(typed)
    if found.problem == "unread":
        raise forms.ValidationError(
            _(
                "Write latitude and longitude such as 37.57041, 126.99219, or leave it empty and describe the place in words."
            ),
            "unread",
        )
    if found.problem == "swapped":
        raise forms.ValidationError(
            _("Latitude and longitude seem to stand in the wrong order. Did you mean %(point)s?")
            % {"point": coordinates.written(found.offer or (0, 0))},
            "swapped",
        )
    if found.problem == "outside":
        raise forms.ValidationError(
            _(
                "This point is not in Korea. The latitude (33 to 39) comes first, then the longitude (124 to 132)."
                " Check the numbers, set the pin on the map, or leave the point empty and describe the place in words."
            ),
            "outside",
        )
    return found.point


def applied(data: QueryDict) -> tuple[QueryDict, bool]:
    """The form's data after the button of an offer was pressed, and whether one was."""
    chosen = str(data.get(BUTTON, ""))
    what, _colon, value = chosen.partition(":")
    if what not in ("point", "district", "spelling", "keep"):
        return data, False
    fresh = data.copy()
    if what == "point" and coordinates.read(value).point:
        fresh["point"] = value
    elif what in ("district", "spelling"):
        code, _bar, written = value.partition("|")
        found = places.district(code)
        if found is not None:
            fresh["district"] = code
            if what == "spelling" and written:
                name = found.name_en if written.isascii() else found.name_ko
                fresh["address"] = str(data.get("address", "")).replace(written, name, 1)
    fresh[SEEN] = seen(
        str(fresh.get("address", "")), str(fresh.get("district", "")), str(fresh.get("point", ""))
    )
    return fresh, True


def seen(address: str, district: str, point: str) -> str:
    """The mark of what was looked at once: the same words again are taken as they stand."""
    return hashlib.sha256(f"{address.strip()}\n{district}\n{point.strip()}".encode()).hexdigest()[:16]


def swapped(typed: str) -> Notice | None:
    """The offer beside the error about the wrong order."""
    found = coordinates.read(typed)
    if found.offer is None:
        return None
    written = coordinates.written(found.offer)
    return Notice("", (Offer(_("Use %(point)s") % {"point": written}, f"point:{written}"),))


def noticed(address: str, district: str, point: Point | None) -> Notice | None:
    """What does not fit together or is not written as we know it; None when all is well."""
    chosen = places.district(district)
    return _of_point(chosen, point) or _of_address(address, chosen, point)


def settled(address: str, district: str, point: Point | None) -> str:
    """The district to keep: the chosen one, else the one that shape or words name exactly, else none."""
    if district:
        return district
    held = boundaries.shapes()
    found = held.at(point) if held and point else None
    found = found or placenames.find(address).exact
    return found.code if found else ""


def _of_point(chosen: District | None, point: Point | None) -> Notice | None:
    if chosen is None or point is None:
        return None
    held = boundaries.shapes()
    if held is not None:
        found = held.at(point)
        if found is None or found == chosen:
            return None
        text = _("The point lies in %(found)s, and you chose %(chosen)s.")
        named = {"found": found.label, "chosen": chosen.label}
        return Notice(text % named, (_take(found), _keep()))
    away = places.kilometres(point, (chosen.latitude, chosen.longitude))
    if away <= FAR_KM:
        return None
    near = places.nearest(*point)[0]
    text = _("The point is %(km)d km from the middle of %(chosen)s.") % {"km": away, "chosen": chosen.label}
    return Notice(text, (_take(near), _keep()))


def _of_address(address: str, chosen: District | None, point: Point | None) -> Notice | None:
    said = placenames.find(address)
    if said.exact is not None:
        if chosen is None or said.exact == chosen:
            return None
        text = _("The address names %(said)s, and you chose %(chosen)s.")
        return Notice(text % {"said": said.exact.label, "chosen": chosen.label}, (_take(said.exact), _keep()))
    if said.suggested:
        if chosen in said.suggested:
            return None
        is_misspelt = all(one.name != said.written for one in said.suggested)
        offers = tuple(
            Offer(one.label, f"spelling:{one.code}|{said.written}" if is_misspelt else f"district:{one.code}")
            for one in said.suggested
        )
        text = (
            _("We know no district called %(written)s. Did you mean one of these?")
            if is_misspelt
            else _("More than one district fits %(written)s. Which one is it?")
        )
        return Notice(text % {"written": said.written}, (*offers, _keep()))
    if said.unknown and chosen is None and point is None:
        text = _(
            "We know no district called %(written)s. Choose one from the list, or set the pin on the map."
        )
        return Notice(text % {"written": said.unknown}, (_keep(),))
    return None


def _take(one: District) -> Offer:
    return Offer(_("It is in %(district)s") % {"district": one.label}, f"district:{one.code}")


def _keep() -> Offer:
    return Offer(_("Leave it as I wrote it"), "keep:")


class PlaceMixin(forms.Form):
    """For forms with `address`, `district` and `point`: adds the look at whether they fit.

    `place_notice` is what the page shows beside the fields; `wants_place` says whether the form waits for an answer.
    """

    place_seen = forms.CharField(required=False, widget=forms.HiddenInput)
    place_notice: Notice | None = None
    wants_place = False

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean() or {}
        except forms.ValidationError:
            self.look_at_place(self.cleaned_data)  # both are said at once
            raise
        self.look_at_place(cleaned)
        return cleaned

    def look_at_place(self, cleaned: dict[str, Any]) -> None:
        """Sets `place_notice`; an error at the address where a look is needed that was not taken yet."""
        typed = str(self.data.get(self.add_prefix("point"), ""))
        address, district = str(cleaned.get("address") or ""), str(cleaned.get("district") or "")
        mark = seen(str(self.data.get(self.add_prefix("address"), "")), district, typed)
        if self.has_error("point", "swapped"):
            self.place_notice = swapped(typed)
        elif not self.has_error("point") and cleaned.get(SEEN) != mark:
            self.place_notice = noticed(address, district, cleaned.get("point"))
            if self.place_notice is not None:
                self.wants_place = True
                self.add_error("address", self.place_notice.text)
                data: Any = self.data.copy()  # type: ignore[attr-defined]
                data[self.add_prefix(SEEN)] = mark
                self.data = data
        if self.place_notice is None:
            cleaned["district"] = settled(address, district, cleaned.get("point"))


def photo_offer(name: str, point: Point) -> Notice:
    """The question whether the place is where a photo was taken."""
    held = boundaries.shapes()
    found = held.at(point) if held else None
    text = _("The photo %(name)s was taken at %(where)s. Is that the place?")
    where = found.label if found else coordinates.written(point)
    written = coordinates.written(point)
    return Notice(text % {"name": name, "where": where}, (Offer(_("Yes, use it"), f"point:{written}"),))


def words_json() -> str:
    """`words()` for the page that has the script."""
    return json.dumps({name: str(said) for name, said in words().items()}, ensure_ascii=False)


def words() -> dict[str, str | Promise]:
    """What the map says, for its script."""
    return {
        "label": _("Map. Arrow keys move the pin, plus and minus change the scale."),
        "none": _("No pin yet. Click on the place, or move with the arrow keys."),
        "in": _("The pin is in %(place)s: %(point)s"),
        "near": _("The pin is near %(place)s: %(point)s"),
        "plain": _("The pin is at %(point)s"),
        "outside": _("That is outside the country."),
        "chosen": _("The district above says %(place)s."),
        "locating": _("Looking for your position …"),
        "denied": _(
            "Your browser does not give your position. Set the pin, choose a district or write the address."
        ),
        "located": _("Your position, to about %(metres)s m."),
        "removed": _("The pin is taken away."),
        "photo": _("The photo %(name)s was taken here: %(point)s. Use it as the place?"),
        "photo_yes": _("Yes, use it"),
        "photo_no": _("No, thanks"),
        "boundaries": _("Boundaries: %(source)s"),
    }
