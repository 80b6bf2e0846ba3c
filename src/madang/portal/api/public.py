"""The rest that anyone may read: the plan, figures, the public log, search; and what a receipt opens."""

from __future__ import annotations

import base64
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _
from ninja import Query, Router

from madang.commons.ledger import api as ledger
from madang.commons.matters import api as matters
from madang.commons.search import api as search
from madang.kernel import clock, ids, manifest, plan
from madang.kernel import queries as kernel
from madang.kernel.actors import person
from madang.kernel.errors import RefusedError
from madang.kernel.web import limits
from madang.portal import delivery, figures, services
from madang.portal.api import asked, cursors, schemas
from madang.portal.api.paging import linked

router = Router()


def _both(text: plan.Text) -> dict[str, str]:
    return {"ko": text.ko, "en": text.en}


def _project(project: plan.Project) -> dict[str, Any]:
    stands = delivery.standing(project)
    return {
        "number": project.number,
        "commitment": project.commitment,
        "title": _both(project.title),
        "starred": project.starred,
        "services": list(project.apps),
        "status": stands.status,
        "evidence": stands.sentence,
    }


@router.get(
    "/plan",
    response=schemas.PlanOverview,
    tags=["plan"],
    summary=_("The plan: commitments and projects with their status"),
    operation_id="getPlan",
)
def get_plan(request: HttpRequest) -> dict[str, Any]:
    whole = plan.load()
    return {
        "title": _both(whole.title),
        "issued": _both(whole.issued),
        "commitments": [
            {"number": row.number, "strategy": row.strategy, "pledge": _both(row.pledge)}
            for row in whole.commitments
        ],
        "projects": [_project(row) for row in whole.projects],
    }


@router.get(
    "/plan/projects/{number}",
    response=schemas.Project,
    tags=["plan"],
    summary=_("One project of the plan"),
    operation_id="getProject",
)
def get_project(request: HttpRequest, number: int) -> dict[str, Any]:
    whole = plan.load()
    try:
        project = whole.project(number)
    except KeyError as error:
        raise RefusedError(
            gettext_lazy("The plan has no project with this number; they run from 1 to 21."),
            "plan.unknown",
            status=404,
        ) from error
    key = whole.key_project(project.key) if project.key is not None else None
    about = [project.ref, *([key.ref] if key else [])]
    return _project(project) | {
        "english_is_verbatim": project.title.verbatim,
        "points": [_both(point) for point in key.bullets] if key else [],
        "notes": [_both(note.text) for note in whole.notes_on(*about)],
    }


@router.get(
    "/figures/by-origin",
    response=schemas.OriginFigures,
    tags=["figures"],
    summary=_("Ideas with a reasoned answer and with an effect, by origin"),
    operation_id="getFiguresByOrigin",
)
def by_origin(request: HttpRequest) -> dict[str, Any]:
    rows = [
        asdict(row) | {"answered_share": row.answered_share, "effect_share": row.effect_share}
        for row in figures.by_origin_rows()
    ]
    return {"source": figures.own_source(), "at": clock.now().replace(microsecond=0), "rows": rows}


@router.get(
    "/ledger/checkpoint",
    response=schemas.Checkpoint,
    tags=["ledger"],
    summary=_("The latest signed checkpoint of the public log"),
    operation_id="getCheckpoint",
)
def get_checkpoint(request: HttpRequest) -> dict[str, Any]:
    published = ledger.latest_checkpoint()
    if published is None:
        raise RefusedError(
            gettext_lazy("The public log has no checkpoint yet. Try again in a minute."),
            "ledger.empty",
            status=404,
        )
    note, checkpoint = published
    return {
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": base64.b64encode(checkpoint.root).decode("ascii"),
        "note": note,
        "public_key": ledger.public_key(),
    }


@router.get(
    "/ledger/receipts/{number}",
    response=schemas.Leaf,
    tags=["ledger"],
    summary=_("The public entry of a filing and the proof that it stands in the log"),
    description=_("Digests and commitments only. What opens them is on the holder's receipt, never here."),
    operation_id="getReceiptProof",
)
def get_leaf(request: HttpRequest, number: str) -> dict[str, Any]:
    written = ids.read_number(number)
    matter = matters.visible(person(None)).filter(number=written).first() if written else None
    row = kernel.filing_leaf(matter.reference) if matter is not None else None
    if matter is None or row is None:
        raise RefusedError(
            gettext_lazy("There is nothing public with this number."), "number.unknown", status=404
        )
    return {
        "number": matter.number,
        "leaf": bytes(row.leaf).decode(),
        "leaf_hash": row.leaf_hash,
        "proof": ledger.receipt_proof(row.pk),
    }


@router.get(
    "/search",
    response=schemas.Hits,
    tags=["search"],
    summary=_("Search everything public"),
    operation_id="search",
)
def find(request: HttpRequest, response: HttpResponse, query: Query[asked.SearchQuery]) -> dict[str, Any]:
    limits.spend(request, limits.SEARCH)
    since, until = (day.isoformat() if day else "" for day in (query.since, query.until))
    filters = [query.q, query.kind, query.state, query.office, since, until, query.order]
    begin = cursors.read("search", filters, query.cursor)
    offset = int(begin[0]) if begin else 0
    found = search.find(
        query.q,
        kinds=[query.kind] if query.kind else [],
        states=[query.state] if query.state else [],
        office=query.office,
        since=query.since,
        until=query.until,
        order=query.order,
        limit=query.limit,
        offset=offset,
    )
    references = [hit.reference for hit in found.hits]
    pages = manifest.links(references)
    square = services.front_door("square")
    wordless = square.archived(references) if square and not settings.IS_DEMO else set()
    behind = offset + len(found.hits)
    items = [
        {
            "reference": hit.reference,
            "kind": hit.kind,
            "title": hit.title,
            "snippet": "" if hit.reference in wordless else hit.snippet_html,
            "happened_at": hit.happened_at,
            "url": f"{settings.PUBLIC_URL}{pages[hit.reference].url}" if hit.reference in pages else "",
        }
        for hit in found.hits
        # The index follows the matters in one transaction; the gate is asked all the same.
        if hit.reference in pages or not hit.reference.startswith("matter:")
    ]
    cursor = cursors.write("search", filters, [behind] if found.hits and behind < found.total else [])
    return {**linked(request, response, items, cursor), "total": found.total, "relaxed": found.relaxed}


@router.post(
    "/receipt",
    response=schemas.Matter,
    tags=["receipt"],
    summary=_("What a receipt code opens"),
    description=_("Also for what is private: whoever holds the code filed it."),
    operation_id="openReceipt",
)
def open_receipt(request: HttpRequest, payload: asked.CodeIn) -> dict[str, Any]:
    limits.spend(request, *limits.RECEIPT)
    if matters.receipts_are_guessed():
        raise RefusedError(
            gettext_lazy("That was a lot at once. Wait a little and go on."), "limit.reached", status=429
        )
    matter = matters.by_code(payload.code)
    if matter is None:
        raise RefusedError(
            gettext_lazy("No receipt has this code. Check it for slips; it has five groups of four."),
            "receipt.unknown",
            status=404,
        )
    into = matter.merged_into
    receipt = matters.receipt(matter)
    return {
        "number": matter.number,
        "kind": matter.kind,
        "title": matter.title,
        "state": matter.state,
        "disclosure": matter.disclosure,
        "filed_at": matter.filed_at,
        "responsible": {
            "code": matter.responsible.code,
            "name": {"ko": matter.responsible.name_ko, "en": matter.responsible.name_en},
        },
        "due_at": matter.due_at,
        "disposition": matter.disposition,
        "ended_at": matter.ended_at,
        "merged_into": (into.number or "") if into is not None and into.is_public else "",
        "receipt": receipt.text_if_possible if receipt is not None else "",
    }
