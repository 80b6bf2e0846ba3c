"""The description of the API: valid, complete, true; and the page made from it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from django.utils import translation
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from madang.commons.ledger.sequencer import sequence
from madang.conf.wsgi import application
from madang.kernel.models import Role
from madang.portal.api import tokens
from madang.portal.web.api_urls import api
from madang.services.budgeting.domain import counting
from madang.services.square.domain import candidates
from madang.services.square.domain import ideas as square
from tests.budgeting import proposals_made, voting_made
from tests.budgeting.delegation_made import with_delegation
from tests.budgeting.support import brought
from tests.factories import UserFactory, actor, idea, official, process
from tests.meetings.conftest import held
from tests.opinions import rooms
from tests.panels.support import House
from tests.polls import asking

BASE = "/api/v1"
METHODS = {"get", "post", "put", "delete"}
CODE_NEEDED = {"openReceipt"}  # nobody guesses one
OFFICE_NEEDED = {"listDesk"}


@pytest.fixture
def described(db: Any) -> dict[str, Any]:
    found: dict[str, Any] = Client().get(f"{BASE}/openapi.json").json()
    return found


def test_every_operation_is_described_with_its_refusals(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1")
    names = []
    for operations in described["paths"].values():
        for method, operation in operations.items():
            assert method in METHODS
            names.append(operation["operationId"])
            assert operation["summary"]
            assert operation["tags"]
            for parameter in operation["parameters"]:
                assert parameter.get("description") or parameter["in"] == "path", (
                    names[-1],
                    parameter["name"],
                )
            refusals = {code: one for code, one in operation["responses"].items() if int(code) >= 400}
            assert refusals
            for one in refusals.values():
                assert list(one["content"]) == ["application/problem+json"]
    assert len(names) == len(set(names)) == 54
    writing = {
        op["operationId"]: op for ops in described["paths"].values() for m, op in ops.items() if m != "get"
    }
    assert writing["support"]["security"] == [{"token": ["supports:write"]}, {"session": []}]
    for operation in (op for ops in described["paths"].values() for op in ops.values()):
        scopes = {scope for way in operation.get("security", []) for scope in way.get("token", [])}
        assert scopes <= tokens.SCOPES.keys()
    assert {} in writing["fileIdea"]["security"]


@pytest.mark.django_db
def test_description_and_page_speak_both_languages() -> None:
    korean, english = (
        Client().get(f"{BASE}/openapi.json", headers={"Accept-Language": code}).content.decode()
        for code in ("ko", "en")
    )
    assert korean != english
    assert not re.search("[가-힣]", english)
    page, other = Client().get(f"{BASE}/docs"), Client().get(f"/en{BASE}/docs")
    for answer, language in ((page, "ko"), (other, "en")):
        text = answer.content.decode()
        assert answer.status_code == 200
        assert f'<html lang="{language}"' in text
        for path in api.get_openapi_schema()["paths"]:
            assert path in text
        assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=", text)
        ids = re.findall(r'\sid="([^"]+)"', text)
        assert len(ids) == len(set(ids))
    # Every sentence that the description carries has its Korean.
    sentences = {
        node[key]
        for node in _walk(api.get_openapi_schema())
        for key in ("summary", "description")
        if isinstance(node.get(key), str) and " " in node[key]
    }
    with translation.override("ko"):
        translated = api.get_openapi_schema()
    left = {
        node[key]
        for node in _walk(translated)
        for key in ("summary", "description")
        if isinstance(node.get(key), str) and not re.search("[가-힣]", node[key]) and " " in node[key]
    }
    assert sentences
    assert not left - {"A refusal (RFC 9457)."}, left


def _walk(node: Any) -> Any:
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from _walk(value)
    elif isinstance(node, list):
        for value in node:
            yield from _walk(value)


@pytest.fixture
def one_connection() -> Iterator[None]:
    """The test's own connection stays open between requests, as Django's test client sees to it."""
    pairs = [
        (signal, signal.disconnect(close_old_connections)) for signal in (request_started, request_finished)
    ]
    yield
    for signal, was_connected in pairs:
        if was_connected:
            signal.connect(close_old_connections)


def _operations() -> list[Any]:
    with translation.override("en"):
        raw = _plain(api.get_openapi_schema())
    schema = schemathesis.openapi.from_dict(raw)
    schema.config.update(base_url="http://testserver")
    schema.app = application
    return [result.ok() for result in schema.get_all_operations()]


def _plain(node: Any) -> Any:
    """With keys and texts as JSON has them."""
    if isinstance(node, dict):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [_plain(value) for value in node]
    return node


CALLERS = ("nobody", "session", "token", "other_scope", "revoked")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "operation", _operations(), ids=lambda operation: operation.definition.raw["operationId"]
)
def test_what_comes_back_is_what_is_described(operation: Any, settings: Any, one_connection: None) -> None:
    """Made-up requests by every kind of caller: never an error of ours, never an answer that is not described."""
    settings.LIMITS_TIMES = 0
    made = process()
    known = idea(made, author=UserFactory())
    # What a code leads to: a conversation, or a poll that programs may answer.
    talk = asking.opened(channels=["web", "api"]).code if "/polls" in operation.path else rooms.room().code
    hall = held().number
    official(Role.PLANNER, made.space.host)
    candidates.propose(actor=actor(UserFactory()), idea=known, why="함께 이야기할 일입니다.")
    square.comment(actor=actor(UserFactory()), idea=known, body="의견입니다", stance="for")
    if "/panels/" in operation.path:
        House().frozen(slug="by-origin", about=known.matter.reference)
    if "/elections" in operation.path:
        election = brought(slug="by-origin")
        election.counts.exclude(method="greedy").delete()
        counting.count_waiting()
    if "/turnout" in operation.path or "/ballots/" in operation.path:
        voting_made.opened("by-origin")
    elif "/delegation" in operation.path:
        with_delegation("by-origin")
    elif "/rounds" in operation.path:
        proposals_made.costed(proposals_made.a_round("by-origin"))
    sequence()
    user = UserFactory()
    session = Client()
    session.force_login(user)
    cookies = {name: morsel.value for name, morsel in session.cookies.items()} | {"csrftoken": "a" * 32}
    scopes = {scope for way in operation.definition.raw.get("security", []) for scope in way.get("token", [])}
    given_scopes = {
        "token": list(tokens.SCOPES),
        "other_scope": [scope for scope in tokens.SCOPES if scope not in scopes],
        "revoked": list(tokens.SCOPES),
    }
    plain = {
        name: tokens.make(actor=actor(user), name=name, scopes=wanted, days=30)
        for name, wanted in given_scopes.items()
    }
    tokens.revoke(actor=actor(user), key=plain["revoked"][0].pk)
    statuses: dict[str, set[int]] = {name: set() for name in CALLERS}
    name = operation.definition.raw["operationId"]

    def call(case: Any, caller: str) -> None:
        headers, sent = {"Accept-Encoding": "identity"}, {}
        if caller == "session":
            sent, headers["X-CSRFToken"] = cookies, "a" * 32
        elif caller != "nobody":
            headers["Authorization"] = f"Bearer {plain[caller][1]}"
        response = case.call(cookies=sent, headers=headers)
        statuses[caller].add(response.status_code)
        case.validate_response(
            response,
            checks=(
                not_a_server_error,
                status_code_conformance,
                content_type_conformance,
                response_schema_conformance,
            ),
        )

    @examples(
        max_examples=12,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), is_known=st.booleans(), caller=st.sampled_from(CALLERS))
    def probe(case: Any, is_known: bool, caller: str) -> None:
        if is_known and "number" in case.path_parameters:
            case.path_parameters["number"] = _number(operation, known.matter.number, hall)
        if is_known and "slug" in case.path_parameters:
            case.path_parameters["slug"] = "by-origin"
        if is_known and "code" in case.path_parameters:
            case.path_parameters["code"] = talk
        if is_known and "statement" in case.path_parameters:
            case.path_parameters["statement"] = 0
        if is_known and "space" in case.path_parameters:
            case.path_parameters["space"] = made.space.slug
        if is_known and "candidate" in case.path_parameters:
            case.path_parameters["candidate"] = 1
        if is_known and "pot" in case.path_parameters:
            case.path_parameters["pot"] = "city"
        if is_known and "method" in case.path_parameters:
            case.path_parameters["method"] = "greedy"
        if is_known and isinstance(case.body, dict) and "process" in case.body:
            case.body["process"] = made.slug
        call(case, caller)

    probe()
    # What is made up may all be refused; these are sure to be right, so it was more than a row of refusals.
    for caller in CALLERS:
        call(_right(operation, made.slug, _number(operation, known.matter.number, hall), talk), caller)
    good = {
        status for caller in ("nobody", "session", "token") for status in statuses[caller] if status < 300
    }
    assert good or name in CODE_NEEDED | OFFICE_NEEDED, statuses
    assert statuses["revoked"] == {401}
    if scopes:
        assert not any(status < 300 for status in statuses["other_scope"]), statuses
    if scopes and {} not in operation.definition.raw["security"]:
        assert not any(status < 300 for status in statuses["nobody"]), statuses


def _number(operation: Any, idea: str, meeting: str) -> Any:
    """The number of what an operation is about."""
    if "projects" in operation.path:
        return 7
    return meeting if "/meetings" in operation.path else idea


def _right(operation: Any, slug: str, number: str, code: str) -> Any:
    """A request that asks for what is there."""
    bodies = {
        "fileIdea": {
            "process": slug,
            "title": "골목 가로등을 밝게",
            "body": "밤길이 어둡습니다. 밝게 해 주세요.",
        },
        "writeComment": {"body": "좋은 생각이에요", "stance": "for"},
        "answerStatement": {"answer": "agree"},
        "handInResponse": {"replies": {"1": "약속을 지키는 정부"}, "consent": True},
        "castBallot": {"choices": ["A1"]},
        "openReceipt": {"code": "0000-0000-0000-0000-0000"},
    }
    parameters: dict[str, Any] = {}
    if "{number}" in operation.path:
        parameters["number"] = number
    if "{slug}" in operation.path:
        parameters["slug"] = "by-origin"
    if "{code}" in operation.path:
        parameters["code"] = code
    if "{statement}" in operation.path:
        parameters["statement"] = 0
    if "{space}" in operation.path:
        parameters["space"] = f"space-{slug}"
    if "{candidate}" in operation.path:
        parameters["candidate"] = 1
    if "{method}" in operation.path:
        parameters["method"] = "greedy"
    if "{pot}" in operation.path:
        parameters["pot"] = "city"
    body = bodies.get(operation.definition.raw["operationId"])
    if body is None:
        return operation.Case(path_parameters=parameters)
    return operation.Case(path_parameters=parameters, body=body, media_type="application/json")
