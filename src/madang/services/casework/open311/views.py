"""The operations of Open311 GeoReport v2, one function each."""

from __future__ import annotations

from madang.kernel import clock
from madang.kernel.web import limits
from madang.services.casework.open311 import discovery as described
from madang.services.casework.open311 import filing, reading, updates, words
from madang.services.casework.open311.answering import RELAY, Call, endpoint
from madang.services.casework.open311.logic import faults
from madang.services.casework.open311.logic.faults import fault
from madang.services.casework.open311.logic.written import Answer, Value

NAME_MAX = 200
"""Characters of an Idempotency-Key that count."""
ROOT, ITEM = "service_requests", "request"


@endpoint("GET")
def discovery(call: Call) -> Answer:
    """Where the service is, in which forms, and how to get a key."""
    return Answer("discovery", "", [described.row()], is_one=True)


@endpoint("GET")
def services(call: Call) -> Answer:
    """What can be reported."""
    return Answer("services", "service", reading.services(reading.center_of(call.asked)))


@endpoint("GET")
def definition(call: Call, code: str) -> Answer:
    """The questions of one service."""
    category = reading.category_of(reading.center_of(call.asked), code)
    return Answer("service_definition", "", [reading.definition(category)], is_one=True)


@endpoint("GET", "POST")
def requests(call: Call) -> Answer:
    """The list, or a new one."""
    return _file(call) if call.request.method == "POST" else _list(call)


def _list(call: Call) -> Answer:
    center = reading.center_of(call.asked)
    found = reading.find(center, call.asked, clock.now())
    is_extended = bool(call.asked.yes("extensions"))
    return Answer(ROOT, ITEM, reading.rows(found, is_extended=is_extended))


def _file(call: Call) -> Answer:
    key = call.need_key(filing.WRITE, filing.RELAY)
    limits.spend_for(f"user:{key.user.pk}", RELAY)
    uploads = [file for name in ("media", "media[]") for file in call.request.FILES.getlist(name)]
    name = call.request.headers.get("Idempotency-Key", "").strip()[:NAME_MAX]
    row = filing.file(
        key=key,
        key_text=call.key_text,
        request_name=name,
        center=reading.center_of(call.asked),
        asked=call.asked,
        uploads=uploads,
    )
    return Answer(ROOT, ITEM, [row])


@endpoint("GET")
def request(call: Call, number: str) -> Answer:
    """One of them, as a list of one."""
    return Answer(ROOT, ITEM, [_one(call, number)])


@endpoint("GET")
def bare_request(call: Call, number: str) -> Answer:
    """The same at the address and in the form that the Swagger description has: `/request/…`, not in a list."""
    return Answer(ITEM, "", [_one(call, number)], is_one=True)


def _one(call: Call, number: str) -> dict[str, Value]:
    case, is_token = reading.one(reading.center_of(call.asked), number)
    if not is_token:
        return reading.rows([case], is_extended=bool(call.asked.yes("extensions")))[0]
    shown = reading.id_of(case, number)
    key = call.key
    holder = getattr(getattr(case, "received", None), "holder_id", None)
    if key is not None and key.user.pk == holder:
        return reading.full(case, shown)
    return reading.closed_row(case, shown)


@endpoint("GET")
def token(call: Call, token: str) -> Answer:
    """What a request is called that was answered with a token."""
    center = reading.center_of(call.asked)
    case = reading.by_token(token)
    if case is None or case.center_id != center.pk:
        raise fault("token", faults.UNKNOWN, given=words.cut(token))
    return Answer(ROOT, ITEM, [{"service_request_id": reading.id_of(case, token), "token": token}])


@endpoint("GET", "POST")
def service_request_updates(call: Call) -> Answer:
    """Follow-ups: what happened here, or what another system has to say."""
    center = reading.center_of(call.asked)
    if call.request.method != "POST":
        rows = updates.find(center, call.asked, clock.now())
        return Answer("service_requests_updates", "request_update", rows)
    key = call.need_key(filing.WRITE, filing.RELAY)
    limits.spend_for(f"user:{key.user.pk}", RELAY)
    kept = updates.take(key=key, center=center, asked=call.asked)
    return Answer("service_request_updates", "request_update", [{"update_id": kept}])
