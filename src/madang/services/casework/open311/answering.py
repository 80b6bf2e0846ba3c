"""What every request to Open311 passes: form of the answer, language, parameters, key, limits; and every refusal said in
the standard's own words.

Sessions and cookies do not count here: whoever acts brings a key, so no other site can borrow anything.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property

from madang.kernel import keys
from madang.kernel.errors import RefusedError, TooManyError
from madang.kernel.web import limits, problems, programs
from madang.kernel.web.accepting import language_of
from madang.services.casework.open311 import words
from madang.services.casework.open311.logic import faults, written
from madang.services.casework.open311.logic.asked import Asked
from madang.services.casework.open311.logic.faults import Fault, FaultError, fault
from madang.services.casework.open311.logic.written import Answer, Value

log = logging.getLogger("madang.web")
PREFIX = "/open311/v2/"
FORMS = ("", "application/x-www-form-urlencoded", "multipart/form-data")
RELAY = limits.Limit("open311.relay", 1200, 600)
"""Cases and updates of one key: an app stands for many people."""
BAD = limits.Limit("open311.key", 60, 600, "address")


@dataclass
class Call:
    """One request: what was asked, in which form the answer goes back, and whose key came with it."""

    request: HttpRequest
    form: str

    @cached_property
    def asked(self) -> Asked:
        """The parameters of the address and, where there is one, of the body; the body comes last and so counts."""
        request = self.request
        if request.method == "POST" and request.content_type not in FORMS:
            raise fault("body_type")
        try:
            if request.content_type == FORMS[1]:
                # The framework would take other bytes for Latin letters.
                request.body.decode()
            sent = [*request.GET.lists(), *(request.POST.lists() if request.method == "POST" else [])]
        except (UnicodeDecodeError, BadRequest) as error:
            raise fault("encoding", name="body") from error
        except (MultiPartParserError, UnreadablePostError) as error:
            raise fault("body") from error
        return Asked.of([(name, [str(value) for value in values]) for name, values in sent])

    @cached_property
    def key(self) -> keys.Key | None:
        """The valid key that came with it, as `api_key` or in the header; None where none came.

        Raises:
            FaultError: 403, a key came that is not valid.
            TooManyError: too many such keys from one address.
        """
        scheme, _space, bearer = self.request.headers.get("Authorization", "").partition(" ")
        text = self.asked.one("api_key") or (bearer.strip() if scheme.lower() == "bearer" else "")
        if not text:
            return None
        found = keys.find(text)
        if found is None:
            limits.spend(self.request, BAD)
            raise fault("key_wrong", faults.NO_KEY)
        return found

    @property
    def key_text(self) -> str:
        """The key as it was sent; for sealing what only its holder may read again."""
        bearer = self.request.headers.get("Authorization", "").partition(" ")[2].strip()
        return self.asked.one("api_key") or bearer

    def need_key(self, *scopes: str) -> keys.Key:
        """The key, which must have one of these scopes.

        Raises:
            FaultError: 403.
        """
        if self.key is None:
            raise fault("key", faults.NO_KEY)
        if not set(scopes) & set(self.key.scopes):
            raise fault("key_scope", faults.NO_KEY, scopes=", ".join(scopes))
        return self.key


View = Callable[..., Answer]


def endpoint(*methods: str) -> Callable[[View], Callable[..., HttpResponse]]:
    """A view of Open311 that takes these methods (HEAD goes with GET), `(call, **parts of the address) -> Answer`."""
    allowed = tuple(dict.fromkeys([*methods, *(["HEAD"] if "GET" in methods else []), "OPTIONS"]))

    def wrap(view: View) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def answered(request: HttpRequest, form: str | None = None, **parts: str) -> HttpResponse:
            chosen = _form(request, form)
            with translation.override(language := language_of(request)):
                response = _answer(view, Call(request, chosen or written.XML), chosen, allowed, parts)
            response["Content-Language"] = language
            patch_vary_headers(response, ["Accept-Language", *([] if form else ["Accept"])])
            response["Access-Control-Allow-Origin"] = "*"
            if not response.has_header("Cache-Control"):
                response["Cache-Control"] = "no-store" if request.method == "POST" else "no-cache"
            return response

        answered.csrf_exempt = True  # type: ignore[attr-defined]
        return answered

    return wrap


def _form(request: HttpRequest, form: str | None) -> str:
    """`xml` or `json`, by the end of the address or, where it has none, by what is accepted; "" for another end."""
    if form is not None:
        return form.lower() if form.lower() in written.CONTENT_TYPE else ""
    accept = request.headers.get("Accept", "")
    return written.JSON if "json" in accept and "xml" not in accept else written.XML


def _answer(
    view: View, call: Call, form: str, allowed: tuple[str, ...], parts: Mapping[str, str]
) -> HttpResponse:
    request = call.request
    try:
        if not form:
            raise fault("form", faults.UNKNOWN)
        if request.method == "OPTIONS":
            response = HttpResponse(status=204)
            response["Allow"] = response["Access-Control-Allow-Methods"] = ", ".join(allowed)
            return response
        if request.method not in allowed:
            refused = refuse(call.form, Fault("method", {"methods": ", ".join(allowed)}, faults.NOT_OFFERED))
            refused["Allow"] = ", ".join(allowed)
            return refused
        limits.spend(request, limits.API_READ) if request.method != "POST" else None
        return respond(view(call, **parts), call.form)
    except FaultError as error:
        return refuse(call.form, *error.faults)
    except TooManyError as error:
        response = refuse(call.form, Fault("refused", {"reason": str(error)}, error.status))
        response["Retry-After"] = str(error.retry_after)
        return response
    except RefusedError as error:
        # What can be mended is 400 here, whatever a page would say.
        code = error.status if error.status in (403, 404, 429) else faults.BAD
        return refuse(call.form, Fault("refused", {"reason": str(error)}, code))
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
        return refuse(call.form, Fault("refused", {"reason": str(problems.TOO_LARGE)}, 413))
    except OperationalError:
        log.exception("database unavailable")
        response = refuse(call.form, Fault("refused", {"reason": str(problems.BUSY)}, 503))
        response["Retry-After"] = "10"
        return response


def respond(answer: Answer, form: str, status: int = 200) -> HttpResponse:
    """The answer in its form."""
    return HttpResponse(written.write(answer, form), status=status, content_type=written.CONTENT_TYPE[form])


def refuse(form: str, *wrong: Fault) -> HttpResponse:
    """Everything that is wrong, under the status of the first."""
    rows: list[dict[str, Value]] = [{"code": one.code, "description": words.said(one)} for one in wrong]
    return respond(Answer("errors", "error", rows), form, wrong[0].code)


def speak(
    status: int, code: str, detail: object, *, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """A refusal from outside of these views (`kernel.web.programs`). No form was read then: XML, which all clients know."""
    response = refuse(written.XML, Fault("refused", {"reason": str(detail)}, status))
    for name, value in (headers or {}).items():
        response[name] = value
    return response


programs.register(PREFIX, speak)


@endpoint("GET", "POST")
def unknown(call: Call, rest: str) -> Answer:
    """For every address under /open311/v2/ that nothing answers."""
    raise fault("address", faults.UNKNOWN)
