"""A complaint center with services, and keys of programs, for tests of Open311."""

from __future__ import annotations

import io
import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from defusedxml import ElementTree
from django.test import Client
from PIL import Image

from madang.kernel import actors
from madang.kernel.models import User
from madang.portal.api import tokens
from madang.services.casework.domain import types
from madang.services.casework.domain.filing import FiledCase, file_case
from madang.services.casework.models import Category, CategoryField, Center, RoutingRule
from tests.conftest import SHARED
from tests.factories import OrganisationFactory, UserFactory

BASE = "/open311/v2"
HOLE, LEAFLET, LIGHT = "ROAD-1", "INFO-2", "LIGHT.3"


def center(code: str = "haedam", **more: Any) -> Center:
    """A center with three services: a hole in the road (public), advice (not public), a street lamp (with questions)."""
    types.enact(actor=actors.system("test"), rows=types.shipped(), valid_from=date(2020, 1, 1))
    host = OrganisationFactory(code=f"{code}-desk", name_ko="민원실", name_en="Complaint desk")
    made = Center.objects.create(code=code, title_ko="해담 민원", title_en="Haedam cases", host=host, **more)
    hole = Category.objects.create(
        center=made, code=HOLE, name_ko="도로 파임", name_en="Hole in the road", keywords="도로,road", group_ko="도로",
        group_en="Streets", default_type="hazard", place="required", description_ko="차도와 보도", order=1,
        description_en="Roads and pavements",
    )  # fmt: skip
    Category.objects.create(
        center=made, code=LEAFLET, name_ko="절차 안내", name_en="Advice", default_type="query_procedure",
        place="none", order=2,
    )  # fmt: skip
    lamp = Category.objects.create(
        center=made, code=LIGHT, name_ko="가로등", name_en="Street lamp", default_type="other", place="required", order=3,
    )  # fmt: skip
    values = [
        {"key": "off", "ko": "꺼짐", "en": "Off"},
        {"key": "on", "ko": "낮에도 켜짐", "en": "On by day"},
    ]
    CategoryField.objects.create(
        category=lamp, code="STATE", datatype="singlevaluelist", required=True, description_ko="어떤 상태인가요",
        description_en="What is wrong", values=values, is_public=True, order=1,
    )  # fmt: skip
    CategoryField.objects.create(
        category=lamp, code="MANY", datatype="multivaluelist", description_ko="언제", description_en="When", order=2,
        values=[{"key": "am", "ko": "오전", "en": "Morning"}, {"key": "pm", "ko": "오후", "en": "Afternoon"}],
    )  # fmt: skip
    CategoryField.objects.create(
        category=lamp, code="POLE", datatype="number", description_ko="번호", description_en="Number", order=3
    )
    RoutingRule.objects.create(
        center=made, category=hole, office=OrganisationFactory(code=f"{code}-road", name_ko="도로과", name_en="Roads"),
        valid_from=date(2020, 1, 1),
    )  # fmt: skip
    return made


def key(*scopes: str, user: User | None = None, name: str = "app") -> str:
    """A new key of somebody, with these scopes; to file in her own name if none are said."""
    made = tokens.make(
        actor=actors.person(user or UserFactory()), name=name, scopes=scopes or ("cases:write",), days=90
    )
    return made[1]


def case(
    where: Center, *, title: str = "파인 도로", code: str = HOLE, is_public: bool = True, **more: Any
) -> FiledCase:
    """A case as anybody files one on the site."""
    return file_case(
        actor=more.pop("actor", actors.person(None)),
        title=title,
        body=more.pop("body", "버스 정류장 앞 도로가 깊게 파였습니다."),
        center=where,
        category=where.categories.get(code=code),
        point=more.pop("point", (37.5665, 126.978)),
        address=more.pop("address", "해담시 중앙로 1"),
        is_public=is_public,
        **more,
    )


def get(path: str, *, expect: int = 200, client: Client | None = None, **asked: Any) -> Any:
    """The parsed answer: rows of dictionaries from JSON, the root element from XML."""
    headers = asked.pop("headers", {})
    return parsed((client or Client()).get(f"{BASE}{path}", asked, headers=headers), expect)


def post(path: str, *, expect: int = 200, headers: Any = None, **sent: Any) -> Any:
    return parsed(
        Client().post(f"{BASE}{path}", encoded(sent), content_type=FORM, headers=headers or {}), expect
    )


FORM = "application/x-www-form-urlencoded"


def encoded(sent: dict[str, Any]) -> str:
    from urllib.parse import urlencode

    return urlencode({name: value for name, value in sent.items() if value is not None}, doseq=True)


def parsed(response: Any, status: int = 200) -> Any:
    assert response.status_code == status, response.content.decode()[:800]
    kind = response["Content-Type"]
    assert kind in ("text/xml; charset=utf-8", "application/json; charset=utf-8"), kind
    return ElementTree.fromstring(response.content) if "xml" in kind else json.loads(response.content)


def report(**more: Any) -> dict[str, Any]:
    """A report that can be taken in."""
    usual = {
        "service_code": HOLE,
        "lat": "37.566500",
        "long": "126.978000",
        "description": "버스 정류장 앞 도로가 깊게 파였습니다. 오토바이가 넘어졌어요.",
    }
    return {name: value for name, value in {**usual, **more}.items() if value is not None}


def picture(colour: str = "red", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "JPEG", **more)
    return out.getvalue()


# --- the published descriptions -----------------------------------------------------------------------------


@cache
def schema(name: str) -> Any:
    """A JSON schema of the shared data; the test is skipped, saying so, where it is not here."""
    file = SHARED / "open311" / name
    if not file.is_file():
        pytest.skip(f"{file} is not here (set MADANG_SHARED_DATA)")
    found = json.loads(file.read_text(encoding="utf-8"))
    if "items" in found and "$ref" in found["items"]:
        found = {"type": "array", "items": json.loads(Path(file.parent / found["items"]["$ref"]).read_text())}
    return found


@cache
def swagger() -> Any:
    file = SHARED / "open311" / "georeport_v2-1.yaml"
    if not file.is_file():
        pytest.skip(f"{file} is not here (set MADANG_SHARED_DATA)")
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def holds(name: str, value: Any) -> None:
    """The value is as the JSON schema has it, formats too."""
    jsonschema_rs.validator_for(schema(name), validate_formats=True).validate(value)


def holds_swagger(name: str, value: Any) -> None:
    """The value is as the Swagger description has it."""
    whole = swagger()
    rule = {"$ref": f"#/definitions/{name}", "definitions": whole["definitions"]}
    jsonschema_rs.Draft4Validator(rule, validate_formats=True).validate(value)


def as_rows(tree: Any) -> list[dict[str, Any]]:
    """Flat rows of an XML answer; empty elements are left out, as JSON leaves out what is not known."""
    return [{part.tag: part.text for part in row if part.text or len(part)} for row in tree]
