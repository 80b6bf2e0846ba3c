"""What is somebody's own: her matters, what she follows, her notices, her desk. Never without a token or a session."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _
from ninja import Query, Router

from madang.commons.matters import api as matters
from madang.commons.notices import api as notices
from madang.kernel import ids
from madang.kernel.errors import RefusedError
from madang.kernel.web import limits
from madang.portal.api import asked, cursors, schemas
from madang.portal.api.access import needs, somebody, token_of
from madang.portal.api.paging import linked

router = Router(tags=["own"])


def _privately(response: HttpResponse) -> None:
    """Kept by nobody in between, and not given to pages of other sites."""
    response["Cache-Control"] = "private, no-cache"
    response["Vary"] = "Authorization, Cookie"


@router.get(
    "/me",
    response=schemas.Me,
    summary=_("Who I am and what this token may do"),
    operation_id="getMe",
    openapi_extra=needs("own:read"),
)
def get_me(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    _privately(response)
    user, token = somebody(request, "own:read").account, token_of(request)
    return {
        "name": user.shown_name,
        "language": user.language,
        "token": {"name": token.name, "scopes": token.scopes, "expires_at": token.expires_at}
        if token
        else None,
    }


@router.get(
    "/me/matters",
    response=schemas.OwnMatters,
    summary=_("What I filed, newest first, private things too"),
    operation_id="listOwnMatters",
    openapi_extra=needs("own:read"),
)
def list_own(request: HttpRequest, response: HttpResponse, query: Query[asked.Paging]) -> dict[str, Any]:
    _privately(response)
    actor = somebody(request, "own:read")
    position = cursors.read("own", [actor.account.pk], query.cursor)
    rows = matters.filed_by(actor)
    if position:
        moment, key = position
        rows = rows.filter(Q(filed_at__lt=moment) | Q(filed_at=moment, pk__lt=key))
    found = list(rows.order_by("-filed_at", "-pk")[: query.limit + 1])
    more = found[query.limit - 1] if len(found) > query.limit else None
    behind = [more.filed_at.isoformat(), more.pk] if more else []
    items = [_matter(row) for row in found[: query.limit]]
    return linked(request, response, items, cursors.write("own", [actor.account.pk], behind))


@router.get(
    "/me/follows",
    response=schemas.Follows,
    summary=_("What I follow"),
    operation_id="listFollows",
    openapi_extra=needs("own:read"),
)
def list_follows(request: HttpRequest, response: HttpResponse, query: Query[asked.Paging]) -> dict[str, Any]:
    _privately(response)
    user = somebody(request, "own:read").account
    [after] = cursors.read("follows", [user.pk], query.cursor) or [0]
    found = notices.follows_after(user, after, query.limit)
    items = [{"reference": row.reference, "why": row.why_code, "since": row.since} for row, _key in found]
    behind = [found[-1][1]] if len(found) == query.limit else []
    return linked(request, response, items, cursors.write("follows", [user.pk], behind))


@router.get(
    "/me/notices",
    response=schemas.Notices,
    summary=_("My notices since a cursor, oldest first"),
    description=_(
        "Ask again later with the last next: nothing is missed and nothing comes twice. Notices appear after two"
        " seconds."
    ),
    operation_id="listNotices",
    openapi_extra=needs("own:read"),
)
def list_notices(request: HttpRequest, response: HttpResponse, query: Query[asked.Paging]) -> dict[str, Any]:
    _privately(response)
    user = somebody(request, "own:read").account
    position = cursors.read("notices", [user.pk], query.cursor)
    after = (datetime.fromisoformat(position[0]), int(position[1])) if position else None
    found = notices.told_since(user, after, query.limit)
    items = [
        {
            "id": told.id,
            "reference": told.reference,
            "kind": told.kind,
            "title": told.title,
            "sentence": str(told.sentence),
            "url": f"{settings.PUBLIC_URL}{told.url}" if told.url else "",
            "at": told.at,
            "is_read": told.is_read,
        }
        for told, _moment in found
    ]
    behind = [found[-1][1].isoformat(), found[-1][0].id] if found else position
    return linked(request, response, items, cursors.write("notices", [user.pk], behind))


@router.put(
    "/ideas/{number}/follow",
    response=schemas.Following,
    tags=["ideas"],
    summary=_("Follow an idea"),
    description=_("You hear of its acts, answers and effects. Doing it twice changes nothing."),
    operation_id="follow",
    openapi_extra=needs("follows:write"),
)
def follow(request: HttpRequest, number: str) -> dict[str, Any]:
    return _follow(request, number, following=True)


@router.delete(
    "/ideas/{number}/follow",
    response=schemas.Following,
    tags=["ideas"],
    summary=_("Stop following an idea"),
    operation_id="unfollow",
    openapi_extra=needs("follows:write"),
)
def unfollow(request: HttpRequest, number: str) -> dict[str, Any]:
    return _follow(request, number, following=False)


def _follow(request: HttpRequest, number: str, *, following: bool) -> dict[str, Any]:
    limits.spend(request, limits.FOLLOW)
    user = somebody(request, "follows:write").account
    written = ids.read_number(number)
    matter = matters.public().filter(number=written).first() if written else None
    if matter is None:
        raise RefusedError(
            gettext_lazy("There is no public idea with this number."), "idea.unknown", status=404
        )
    was = notices.is_following(user, matter.reference)
    if following and not was:
        notices.follow(reference=matter.reference, user=user, why="follower")
    elif was and not following:
        notices.unfollow(reference=matter.reference, user=user)
    return {"number": matter.number, "following": following, "changed": was is not following}


@router.get(
    "/desk/matters",
    response=schemas.OwnMatters,
    tags=["desk"],
    summary=_("The matters of my desk, as long as I hold the office"),
    description=_("Reading only: official acts are done on the site, never by a program."),
    operation_id="listDesk",
    openapi_extra=needs("desk:read"),
)
def list_desk(request: HttpRequest, response: HttpResponse, query: Query[asked.Paging]) -> dict[str, Any]:
    _privately(response)
    actor = somebody(request, "desk:read")
    if not actor.is_official:
        raise RefusedError(gettext_lazy("Only people who hold an office have a desk."), "desk.none")
    [after] = cursors.read("desk", [actor.account.pk], query.cursor) or [0]
    rows = matters.desk(actor).select_related("responsible").filter(pk__gt=after).order_by("pk")
    found = list(rows[: query.limit + 1])
    behind = [found[query.limit - 1].pk] if len(found) > query.limit else []
    items = [_matter(row) for row in found[: query.limit]]
    return linked(request, response, items, cursors.write("desk", [actor.account.pk], behind))


def _matter(row: Any) -> dict[str, Any]:
    return {
        "number": row.number,
        "kind": row.kind,
        "title": row.title,
        "state": row.state,
        "disclosure": row.disclosure,
        "filed_at": row.filed_at,
        "responsible": {
            "code": row.responsible.code,
            "name": {"ko": row.responsible.name_ko, "en": row.responsible.name_en},
        },
        "due_at": row.due_at,
        "is_late": matters.is_late(row),
        "disposition": row.disposition,
        "ended_at": row.ended_at,
    }
