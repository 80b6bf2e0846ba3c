"""Version 1 put together: routes, refusals, description."""

from __future__ import annotations

import logging
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.renderers import JSONRenderer

from madang.commons.ledger import api as ledger
from madang.kernel.errors import RefusedError, TooManyError
from madang.kernel.web import errors as pages
from madang.kernel.web.problems import OUR_FAULT
from madang.portal.api import (
    access,
    meetings,
    opinions,
    own,
    panels,
    places,
    polls,
    problems,
    public,
    schemas,
)
from madang.portal.api.problems import FieldError, ProblemError

log = logging.getLogger("madang.web")

VERSION = "1.1.0"
ABOUT = gettext_noop(
    "Reading is open to everyone and shows what anyone may see on the site. Acting for a person takes a token that"
    " she made on her account page; filing an idea needs no account where the process allows it."
)
PROBLEM = gettext_noop("A refusal, with a reason in the language of Accept-Language.")
UNCHANGED = gettext_noop("Nothing changed since the ETag in If-None-Match.")
SESSION = gettext_noop("The cookie of a signed-in browser, with the page's token in the header X-CSRFToken.")


TOKEN = gettext_noop("Authorization: Bearer mdg_… A personal token with the scope that is named.")


class Readable(JSONRenderer):
    """Korean as it is read, at half the bytes of escapes."""

    json_dumps_params = {"ensure_ascii": False}


class Api(NinjaAPI):
    """django-ninja with this project's problem details in its description."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._described: dict[str, Any] = {}

    def get_openapi_schema(self, **kwargs: Any) -> Any:
        """The description in the language of the request; made once for each, so leave it unchanged."""
        language = get_language() or "ko"
        if language not in self._described:
            self._described[language] = self._describe(**kwargs)
        return self._described[language]

    def _describe(self, **kwargs: Any) -> Any:
        schema = super().get_openapi_schema(**kwargs)
        components = schema["components"]
        components.setdefault("securitySchemes", {})["session"] = {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": SESSION,
        }
        components["securitySchemes"]["token"] = {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "mdg_",
            "description": TOKEN,
        }
        components["schemas"]["Problem"] = schemas.Problem.model_json_schema(
            ref_template="#/components/schemas/{model}", mode="serialization"
        )
        components["schemas"].update(components["schemas"]["Problem"].pop("$defs", {}))
        for operations in schema["paths"].values():
            for method, operation in operations.items():
                _describe_refusals(method, operation)
        _translate(schema)
        return schema


def _describe_refusals(method: str, operation: dict[str, Any]) -> None:
    parameters = operation.get("parameters") or []
    operation["parameters"] = parameters
    # A token that is not valid is refused also where none is needed.
    statuses = [401, 406, 429, 500, 503]
    if parameters or "requestBody" in operation:
        statuses.append(422)
    if any(p["in"] == "path" for p in parameters) or operation["operationId"] in (
        "getCheckpoint",
        "openReceipt",
    ):
        statuses.append(404)
    if method == "get":
        operation["responses"][304] = {"description": UNCHANGED}
        if operation.get("security"):
            statuses.append(403)
    else:
        # A body may come with any of them, wanted or not, and is then looked at.
        statuses += [400, 403, 409, 413, 415]
    for status in sorted(set(statuses)):
        operation["responses"][status] = {
            "description": PROBLEM,
            "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }


def _translate(node: Any) -> None:
    """Summaries and descriptions into the language of the request, in place."""
    if isinstance(node, list):
        for one in node:
            _translate(one)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in ("summary", "description") and isinstance(value, str) and value:
                node[key] = gettext(value)
            elif key not in ("default", "example", "enum"):
                _translate(value)


def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    code, status = error.code, error.status
    field = code.removeprefix("filing.") if code.startswith("filing.") else ""
    errors = [FieldError(field, error.reason)] if field else []
    if code == "sign_in" and not request.user.is_authenticated:
        return problems.from_error(access.unknown_caller())
    return problems.response(status, code, error.reason, errors=errors)


def _slow_down(request: HttpRequest, error: Any) -> HttpResponse:
    return pages.slow_down(request, error)


def _problem(request: HttpRequest, error: Any) -> HttpResponse:
    return problems.from_error(error)


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    found = []
    for one in error.errors:
        context = {name: value for name, value in one.get("ctx", {}).items() if name != "error"}
        # The first part says where it was sent, the second is our own name for the whole of it.
        path = [str(part) for part in one["loc"]]
        field = ".".join(part for part in path[1:] if part not in ("payload", "query")) or path[0]
        found.append(FieldError(field, problems.message_for(one["type"], context)))
    return problems.response(
        422, "request.invalid", _("Some of what was sent cannot be used. See errors."), errors=found
    )


def _not_found(request: HttpRequest, error: Any) -> HttpResponse:
    return problems.unknown_address(request)


def _http(request: HttpRequest, error: Any) -> HttpResponse:
    return problems.response(
        error.status_code, "body.unreadable", _("The request is not JSON that can be read.")
    )


def _ledger(request: HttpRequest, error: Any) -> HttpResponse:
    log.error("ledger unavailable", exc_info=error)
    return problems.response(
        503, "ledger.down", _("The public log cannot be read at the moment."), headers={"Retry-After": "60"}
    )


def _unexpected(request: HttpRequest, error: Any) -> HttpResponse:
    if isinstance(error, OperationalError | RequestDataTooBig):
        raise error  # the door knows what to say
    log.error("unexpected error at %s", request.path, exc_info=error)
    return problems.response(500, "server.error", OUR_FAULT)


def build() -> Api:
    """The API of this installation. What is switched off is not in it."""
    made = Api(
        title="Madang API",
        version=VERSION,
        description=ABOUT,
        docs_url=None,
        renderer=Readable(),
        urls_namespace="api",
        servers=[{"url": settings.PUBLIC_URL}],
    )
    made.add_exception_handler(RefusedError, _refused)
    made.add_exception_handler(TooManyError, _slow_down)
    made.add_exception_handler(ProblemError, _problem)
    made.add_exception_handler(ValidationError, _invalid)
    made.add_exception_handler(Http404, _not_found)
    made.add_exception_handler(HttpError, _http)
    made.add_exception_handler(ledger.LedgerError, _ledger)
    made.add_exception_handler(Exception, _unexpected)
    if apps.is_installed("madang.services.square"):
        from madang.portal.api import ideas, planning  # a service that is switched off cannot be imported

        made.add_router("", ideas.router)
        made.add_router("", planning.router)
    if apps.is_installed("madang.services.budgeting"):
        from madang.portal.api import ballots, elections, rounds

        made.add_router("", ballots.router)
        made.add_router("", elections.router)
        made.add_router("", rounds.router)
    made.add_router("", own.router)
    made.add_router("", public.router)
    made.add_router("", places.router)
    made.add_router("", opinions.router)
    made.add_router("", polls.router)
    made.add_router("", meetings.router)
    made.add_router("", panels.router)
    return made
