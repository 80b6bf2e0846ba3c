"""What is wrong with a request, as sentences that say what to do."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madang.services.casework.open311.logic.faults import Fault

FAULTS: dict[str, str | Promise] = {
    "address": _("There is nothing at this address. /open311/ lists what there is."),
    "form": _("Answers are written as .xml or .json. Put one of these at the end of the address."),
    "method": _("This address takes %(methods)s."),
    "body_type": _("Send the request as application/x-www-form-urlencoded or multipart/form-data, in UTF-8."),
    "body": _("The body of the request cannot be read. Check its type and its end."),
    "encoding": _("%(name)s is not UTF-8. Send all text in UTF-8."),
    "jurisdiction_missing": _(
        "jurisdiction_id was not provided. This server answers for several: %(known)s."
    ),
    "jurisdiction": _("jurisdiction_id was not found: %(given)s. This server answers for %(known)s."),
    "no_center": _("Cases are not taken in or listed here at the moment."),
    "service_missing": _("service_code was not provided. Take one from the list of services."),
    "service": _("service_code was not found: %(given)s. Take one from the list of services."),
    "request": _("service_request_id was not found: %(given)s."),
    "token": _("The token was not found: %(given)s."),
    "key": _("api_key was not provided. Make a token on your page, with a scope for cases."),
    "key_wrong": _("api_key is not valid: it has a slip, has run out or was revoked."),
    "key_scope": _("This api_key may not do that. It needs one of the scopes %(scopes)s."),
    "number": _("%(name)s is not a whole number from 1."),
    "date": _("%(name)s is not a date and time. Write it like 2026-11-29T09:00:00+09:00."),
    "order": _("end_date lies before start_date."),
    "long": _("start_date and end_date lie more than 90 days apart. Ask for a shorter time."),
    "status": _("status is “%(given)s”; only open and closed are known."),
    "many": _("More than 1,000 numbers were asked for at once. Ask for fewer."),
    "no_place": _("No place was given. Send lat and long, or address_string."),
    "address_id": _("This server keeps no address_id. Send lat and long, or address_string."),
    "half_place": _("%(name)s is missing. lat and long go together."),
    "degrees": _("%(name)s is not a number of degrees like 37.5665."),
    "swapped": _("lat and long seem to be swapped: the latitude of Korea is 33 to 39."),
    "abroad": _("lat %(lat)s, long %(long)s is not in Korea (lat 33 to 39, long 124 to 132)."),
    "description": _(
        "description is missing or too short. Say in at least %(low)s characters what it is about."
    ),
    "description_long": _("description is longer than 4,000 characters. Shorten it."),
    "address_long": _("address_string is longer than %(most)s characters. Shorten it."),
    "email": _("email is not an address like name@example.kr. Mend it or leave it out."),
    "media_url": _("media_url is not an http or https address of at most 500 characters."),
    "files": _("At most %(most)s files can be sent with a request."),
    "name": _("This service needs a name, because the law asks for one. Send first_name and last_name."),
    "not_public": _("Cases of this service are not published. Leave non_public out or send 1."),
    "attribute_several": _("attribute[%(code)s]: send one value."),
    "attribute": "attribute[%(code)s]: %(problem)s",
    "update_id": _("update_id was not provided, or is longer than 120 characters."),
    "update_twice": _("update_id was used before: %(given)s."),
    "update_status": _("status is missing or not one of %(known)s."),
    "update_date": _(
        "updated_datetime is missing, lies in the future or is not a date and time like 2026-11-29T09:00:00+09:00."
    ),
    "update_empty": _("description is missing: this update would say nothing."),
    "update_foreign": _("This api_key did not file that request, so it cannot update it."),
    "repeated": _("This request was filed before with another key, as %(number)s."),
    "name_used": _("This Idempotency-Key was used for another request. Take a new one for a new request."),
    "refused": "%(reason)s",
}


def said(fault: Fault) -> str:
    """The sentence of a fault in the language of the request."""
    sentence = FAULTS[fault.kind]
    return str(sentence) % fault.values if fault.values else str(sentence)


def cut(given: str) -> str:
    """What was given, for a fault about something that was not found; a long text is cut."""
    return given[:60] or gettext("empty")
