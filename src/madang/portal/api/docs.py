"""The page that describes the API to people, made from the same description that programs read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from madang.kernel.web.problems import TITLES

TAGS: dict[str, str | Promise] = {
    "ideas": pgettext_lazy("API", "Ideas"),
    "own": pgettext_lazy("API", "My own"),
    "desk": pgettext_lazy("API", "Desk"),
    "places": pgettext_lazy("API", "Spaces and offices"),
    "opinions": pgettext_lazy("API", "Opinion maps"),
    "planning": pgettext_lazy("API", "Planning groups"),
    "panels": pgettext_lazy("API", "Panels by lot"),
    "polls": pgettext_lazy("API", "Polls"),
    "elections": pgettext_lazy("API", "Elections about money"),
    "rounds": pgettext_lazy("API", "Rounds of a participatory budget"),
    "receipt": pgettext_lazy("API", "Receipts"),
    "ledger": pgettext_lazy("API", "Public log"),
    "plan": pgettext_lazy("API", "The plan"),
    "figures": pgettext_lazy("API", "Figures"),
    "meetings": pgettext_lazy("API", "Meetings"),
    "search": pgettext_lazy("API", "Search"),
}
TONES = {"get": "blue", "post": "jade", "put": "ochre", "delete": "persimmon"}
WHERE: dict[str, str | Promise] = {
    "path": _("in the address"),
    "query": _("in the query"),
    "header": _("as a header"),
    "body": _("in the body"),
}


@dataclass(frozen=True, slots=True)
class Value:
    """One thing to send or to get."""

    name: str
    where: str
    kind: str
    required: bool
    text: str


@dataclass(frozen=True, slots=True)
class Operation:
    anchor: str
    method: str
    tone: str
    path: str
    summary: str
    text: str
    signs_in: str
    scope: str
    curl: str
    sent: tuple[Value, ...]
    answer: tuple[Value, ...]
    status: str


def docs(request: HttpRequest) -> HttpResponse:
    """Every operation with what it takes and gives."""
    from madang.portal.web.api_urls import api  # the addresses import this page

    schema = api.get_openapi_schema()
    groups: dict[str, list[Operation]] = {tag: [] for tag in TAGS}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            tag = operation.get("tags", ["search"])[0]
            groups.setdefault(tag, []).append(_operation(schema, path, method, operation))
    context = {
        "groups": [
            {"slug": tag, "label": TAGS.get(tag, tag), "operations": found}
            for tag, found in groups.items()
            if found
        ],
        "base": f"{settings.PUBLIC_URL}/api/v1",
        "schema_url": reverse("api:openapi-json"),
        "about": schema["info"]["description"],
        "problems": [{"cells": [str(status), str(title)]} for status, title in sorted(TITLES.items())],
        "breadcrumb": [{"label": gettext("API")}],
    }
    return render(request, "portal/api/docs.html", context)


def _operation(schema: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> Operation:
    sent = [
        Value(
            one["name"],
            str(WHERE[one["in"]]),
            _kind(schema, one["schema"]),
            one["required"],
            one.get("description", ""),
        )
        for one in operation["parameters"]
    ]
    body = operation.get("requestBody")
    if body:
        sent += _values(schema, body["content"]["application/json"]["schema"], str(WHERE["body"]))
    status = next(code for code in operation["responses"] if 200 <= int(code) < 300)
    answer = operation["responses"][status]["content"]["application/json"]["schema"]
    security = operation.get("security", [])
    scope = next((one["token"][0] for one in security if "token" in one), "")
    signs_in = "" if not security else "perhaps" if {} in security else "always"
    return Operation(
        anchor=operation["operationId"],
        method=method.upper(),
        tone=TONES.get(method, ""),
        path=path,
        summary=operation["summary"],
        text=operation.get("description", ""),
        signs_in=signs_in,
        scope=scope,
        curl=_curl(method, path, body is not None, scope if signs_in == "always" else ""),
        sent=tuple(sent),
        answer=tuple(_values(schema, answer, "")),
        status=str(status),
    )


EXAMPLES = {
    "method": "equal-shares.cost.add1",
    "number": "ID-2611-00042-7",
    "slug": "by-origin",
    "code": "7K0QZM",
    "statement": "0",
    "space": "haedam",
    "candidate": "1",
    "pot": "city",
}
BODIES = {
    "/api/v1/ideas": '{"process": "…", "title": "…", "body": "…"}',
    "/api/v1/ideas/{number}/comments": '{"stance": "for", "body": "…"}',
    "/api/v1/opinions/{code}/statements/{statement}/answer": '{"answer": "agree"}',
    "/api/v1/rounds/{slug}/ballots/{pot}": '{"choices": ["A1", "A2"]}',
    "/api/v1/receipt": '{"code": "XXXX-XXXX-XXXX-XXXX-XXXX"}',
}


def _curl(method: str, path: str, has_body: bool, scope: str) -> str:
    """A line for the terminal that does it; a token stands in the variable TOKEN."""
    values = EXAMPLES | {
        "number": "7" if "projects" in path
        else "ME-2612-00003-8" if "meetings" in path
        else EXAMPLES["number"]
    }  # fmt: skip
    parts = ["curl"] if method == "get" else ["curl", "-X", method.upper()]
    if scope:
        parts += ["-H", '"Authorization: Bearer $TOKEN"']
    if has_body:
        parts += ["-H", '"Content-Type: application/json"', "-d", f"'{BODIES.get(path, '{}')}'"]
    return " ".join([*parts, f"{settings.PUBLIC_URL}{path.format(**values)}"])


def _resolve(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        node = schema["components"]["schemas"][node["$ref"].rpartition("/")[2]]
    return node


def _values(schema: dict[str, Any], node: dict[str, Any], where: str) -> list[Value]:
    shape = _resolve(schema, node)
    required = shape.get("required", [])
    return [
        Value(name, where, _kind(schema, one), name in required, one.get("description", ""))
        for name, one in shape.get("properties", {}).items()
    ]


def _kind(schema: dict[str, Any], node: dict[str, Any]) -> str:
    """A type in a few words that programmers know: `string (date-time)`, `list of IdeaCard`, `a | b`."""
    if "$ref" in node:
        return str(node["$ref"].rpartition("/")[2])
    if "enum" in node:
        return " | ".join(str(value) for value in node["enum"] if value != "")
    if "anyOf" in node:
        return " | ".join(_kind(schema, one) for one in node["anyOf"])
    if node.get("type") == "array":
        return gettext("list of %(kind)s") % {"kind": _kind(schema, node["items"])}
    kind = str(node.get("type", "object"))
    return f"{kind} ({node['format']})" if "format" in node else kind
