"""Ideas: reading, filing, supporting, commenting."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _
from ninja import Header, Query, Router, Status

from madang.kernel import actors, ids
from madang.kernel.errors import TooManyError
from madang.kernel.web import crowding, limits
from madang.portal.api import asked, asked_ideas, cursors, idempotency, schemas
from madang.portal.api.access import caller, needs, perhaps
from madang.portal.api.paging import linked
from madang.services.square import api as square

router = Router(tags=["ideas"])

IDEMPOTENCY = _(
    "The same key with the same body is answered once for a day. Take a fresh UUID for each request."
)
# Long enough that two people do not take the same by chance.
Key = Annotated[
    str,
    Header(
        "", alias="Idempotency-Key", max_length=200, pattern=r"^$|^[!-~]{16,200}$", description=IDEMPOTENCY
    ),
]


def links(number: str) -> dict[str, str]:
    """Addresses of an idea for programs and for people (in the language of the request)."""
    return {
        "api": f"{settings.PUBLIC_URL}/api/v1/ideas/{number}",
        "page": f"{settings.PUBLIC_URL}{reverse('item', args=[number])}",
    }


@router.get("/ideas", response=schemas.IdeaPage, summary=_("List ideas"), operation_id="listIdeas")
def list_ideas(
    request: HttpRequest, response: HttpResponse, query: Query[asked_ideas.IdeaQuery]
) -> dict[str, Any]:
    filters = [
        query.state,
        query.category,
        query.space,
        query.process,
        query.origin,
        query.channel,
        query.order,
    ]
    after = cursors.read("ideas", filters, query.cursor)
    found, position = square.list_ideas(square.Filters(*filters), after=after, limit=query.limit)
    items = [asdict(card) | {"links": links(card.number)} for card in found]
    return linked(request, response, items, cursors.write("ideas", filters, position))


@router.get("/ideas/{number}", response=schemas.Idea, summary=_("Read one idea"), operation_id="getIdea")
def get_idea(request: HttpRequest, number: str) -> dict[str, Any]:
    found = square.idea(number)
    return asdict(found) | {"links": links(found.number)}


@router.get(
    "/ideas/{number}/comments",
    response=schemas.ThreadPage,
    summary=_("List the comments on an idea"),
    operation_id="listComments",
)
def list_comments(
    request: HttpRequest, response: HttpResponse, number: str, query: Query[asked_ideas.CommentQuery]
) -> dict[str, Any]:
    filters = [ids.read_number(number), query.stance]
    after = cursors.read("comments", filters, query.cursor)
    found, position = square.comments(number, stance=query.stance, after=after, limit=query.limit)
    items = [asdict(row) for row in found]
    return linked(request, response, items, cursors.write("comments", filters, position))


@router.get(
    "/ideas/{number}/history",
    response=schemas.History,
    summary=_("Every official act on an idea, with its place in the public log"),
    operation_id="getHistory",
)
def get_history(request: HttpRequest, number: str) -> dict[str, Any]:
    return {"number": ids.read_number(number), "items": [asdict(act) for act in square.history(number)]}


@router.get(
    "/ideas/{number}/answers",
    response=schemas.Answers,
    summary=_("Published answers and what came of them"),
    operation_id="getAnswers",
)
def get_answers(request: HttpRequest, number: str) -> dict[str, Any]:
    answers, effects = square.answers(number)
    return {
        "number": ids.read_number(number),
        "items": [asdict(row) for row in answers],
        "effects": [asdict(row) for row in effects],
    }


@router.post(
    "/ideas",
    response={201: schemas.Filed},
    summary=_("File an idea"),
    description=_("Without an account where the process allows it. The receipt code is sent once."),
    operation_id="fileIdea",
    openapi_extra=perhaps("ideas:write"),
)
def file_idea(
    request: HttpRequest, response: HttpResponse, payload: asked_ideas.IdeaIn, idempotency_key: Key = ""
) -> Status[dict[str, Any]]:
    limits.spend(request, limits.FILE)
    actor = caller(request, "ideas:write")
    if actor.user is None and crowding.bits():
        raise TooManyError(
            gettext_lazy("Very much comes in without a name right now. Send it with a token, or later."),
            retry_after=600,
        )

    def act() -> dict[str, Any]:
        filed = square.file_idea(actor=actor, **payload.model_dump())
        shown = schemas.Filed(**asdict(filed), links=schemas.Links(**links(filed.number)))
        return shown.model_dump(mode="json")

    answer = _once(actor, "ideas", idempotency_key, payload, act)
    response["Location"] = answer["links"]["api"]
    return Status(201, answer)


@router.put(
    "/ideas/{number}/support",
    response=schemas.Support,
    summary=_("Support an idea"),
    description=_("Doing it twice changes nothing. Needs an account: each person counts once."),
    operation_id="support",
    openapi_extra=needs("supports:write"),
)
def support(request: HttpRequest, number: str) -> JsonResponse:
    return _stand(request, number, supported=True)


@router.delete(
    "/ideas/{number}/support",
    response=schemas.Support,
    summary=_("Take support back"),
    description=_("Possible until the threshold is reached."),
    operation_id="unsupport",
    openapi_extra=needs("supports:write"),
)
def unsupport(request: HttpRequest, number: str) -> JsonResponse:
    return _stand(request, number, supported=False)


def _stand(request: HttpRequest, number: str, *, supported: bool) -> JsonResponse:
    """Asked by the thousand in a minute, so the answer is written as it is; a test holds it to its description."""
    limits.spend(request, limits.SUPPORT)
    stands = square.set_support(actor=caller(request, "supports:write"), number=number, supported=supported)
    return JsonResponse(asdict(stands))


@router.post(
    "/ideas/{number}/comments",
    response={201: schemas.Comment},
    summary=_("Comment on an idea"),
    operation_id="writeComment",
    openapi_extra=needs("comments:write"),
)
def write_comment(
    request: HttpRequest, number: str, payload: asked_ideas.CommentIn, idempotency_key: Key = ""
) -> Status[dict[str, Any]]:
    limits.spend(request, limits.COMMENT)
    actor = caller(request, "comments:write")

    def act() -> dict[str, Any]:
        said = square.write_comment(actor=actor, number=number, **payload.model_dump())
        return schemas.Comment.model_validate(asdict(said)).model_dump(mode="json", by_alias=True)

    return Status(201, _once(actor, f"comments:{number}", idempotency_key, payload, act))


def _once(actor: actors.Actor, scope: str, key: str, payload: asked.Body, act: Any) -> dict[str, Any]:
    owner = f"user:{actor.user.pk}" if actor.user else "anonymous"
    return idempotency.once(owner=owner, scope=scope, key=key, asked=payload.model_dump_json(), act=act)


@router.get(
    "/processes",
    response=schemas.Processes,
    summary=_("Processes that take in ideas now, with the rules in force"),
    operation_id="listProcesses",
)
def list_processes(request: HttpRequest) -> dict[str, Any]:
    return {"items": [asdict(row) for row in square.open_processes()]}
