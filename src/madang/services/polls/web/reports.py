"""The published report: its page, the words with their sentences, and its files."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from madang.kernel import clock
from madang.kernel.saying import in_english
from madang.kernel.web import saving
from madang.services.polls import charts, contents, findings, printing, tables, telling
from madang.services.polls.models import Poll, Report
from madang.services.polls.web.coding_pages import groups_of
from madang.services.polls.web.pages import Part, address, crumb, crumbs, with_poll

TOP = 30
"""Words listed on the page; the file has more."""


def edition_of(poll: Poll, edition: int | None) -> Report:
    """That edition, or the latest; 404 where there is none."""
    rows = poll.reports.all()
    found = rows.filter(edition=edition).first() if edition is not None else rows.first()
    if found is None:
        raise Http404
    return found


def content(poll: Poll, body: Part) -> Part:
    """What the templates of a report draw, from its body alone."""
    coded, words = body["coded"], body["words"]
    shown: Part = {
        "poll": poll,
        "body": body,
        "title": charts.said(body["poll"]["title"]),
        "question": charts.said(body["question"]) or charts.said(body["poll"]["title"]),
        "host": charts.said(body["poll"]["host"]),
        "closed": [charts.closed(asked) for asked in body["closed"]],
        "groups": [charts.groups(group) for group in body["groups"]],
        "round": charts.rounds(body["round"]) if body["round"] else None,
        "versions": charts.versions(body["versions"]) if body["versions"] else None,
        "short": findings.short(body),
        "limits": telling.limits(body),
        "method": telling.method(body),
    }
    if coded:
        shown |= {
            "parts": charts.whole(coded["table"]),
            "intervals": charts.intervals(coded["table"]),
            "quotes": charts.quotes(coded),
        }
    # The bundles of editions from before that was counted hold neither the report nor a README.
    has_readme = "texts" in body
    shown["has_readme"] = has_readme
    if words:
        shown |= {
            "net": charts.network(words["network"]),
            "words": charts.words(words["words"], TOP),
            "words_over": contents.beside_the_bundle(body) if has_readme else "",
        }
    return shown


def _urls(poll: Poll, edition: int) -> Part:
    at = [poll.code, edition]
    return {
        "words_url": reverse("poll_words", args=at),
        "csv_url": reverse("poll_report_of", args=at),
        "pdf_url": reverse("poll_report_pdf", args=at),
        "bundle_url": reverse("poll_report_bundle", args=at),
    }


def _tabs(poll: Poll, body: Part, edition: int, active: str) -> Part:
    tabs = [("poll_report_of", pgettext("poll", "Report"))]
    if body["words"]:
        tabs.append(("poll_words", _("Words and sentences")))
    if body["coded"]:
        tabs.append(("poll_report_codebook", _("Codebook")))
    return {
        "tabs": [
            {"label": label, "url": reverse(name, args=[poll.code, edition]), "active": name == active}
            for name, label in tabs
        ],
        "tabs_label": _("Parts of the report"),
    }


@require_safe
@with_poll
def report(request: HttpRequest, poll: Poll, edition: int | None = None) -> HttpResponse:
    """An edition of the report, the latest unless told."""
    chosen = edition_of(poll, edition)
    body = chosen.body
    context = (
        content(poll, body)
        | _urls(poll, chosen.edition)
        | _tabs(poll, body, chosen.edition, "poll_report_of")
        | {
            "edition": chosen,
            "note": chosen.note_en if in_english() else chosen.note_ko,
            "editions": [
                {
                    "edition": one.edition,
                    "published_at": one.published_at,
                    "url": reverse("poll_report_of", args=[poll.code, one.edition]),
                }
                for one in poll.reports.only("edition", "published_at", "poll")
            ],
            "dates": days(body),
            "breadcrumb": crumbs(crumb(poll.title, address(poll)), crumb(pgettext("poll", "Report"))),
        }
    )
    return render(request, "polls/report/page.html", context)


def days(body: Part) -> tuple[date, date] | None:
    """From when to when it was open."""
    about = body["poll"]
    if not about["opened"] or not about["closed"]:
        return None
    return date.fromisoformat(about["opened"]), date.fromisoformat(about["closed"])


@require_safe
@with_poll
def words(request: HttpRequest, poll: Poll, edition: int) -> HttpResponse:
    """The network, and the sentences behind one word (`?word=`) or one line (`?pair=one~other`)."""
    chosen = edition_of(poll, edition)
    if not chosen.body["words"]:
        raise Http404
    context = (
        sentences(chosen.body["words"], request.GET)
        | _urls(poll, edition)
        | _tabs(poll, chosen.body, edition, "poll_words")
        | {
            "title": charts.said(chosen.body["question"]) or poll.title,
            "breadcrumb": crumbs(
                crumb(poll.title, address(poll)),
                crumb(pgettext("poll", "Report"), reverse("poll_report_of", args=[poll.code, edition])),
                crumb(_("Words and sentences")),
            ),
        }
    )
    return render(request, "polls/report/sentences.html", context)


def sentences(found: Part, asked: Any) -> Part:
    """What the page of words shows for a choice; a word that is not in the report is as if none was chosen."""
    typed = asked.get("pair", "").split("~") if asked.get("pair") else [asked.get("word", "")]
    wanted = set(typed)
    behind = next((row for row in found["lines"] if set(row["words"]) == wanted), None)
    known = {row["word"] for row in found["words"]} | {node["word"] for node in found["network"]["nodes"]}
    chosen = tuple(typed) if wanted and wanted <= known else ()
    edge = next((row for row in found["network"]["edges"] if {row["from"], row["to"]} == wanted), None)
    around: list[Part] = next((row["with"] for row in found["around"] if [row["word"]] == list(chosen)), [])
    return {
        "net": charts.network(found["network"], chosen=chosen),
        "chosen": chosen,
        "edge": edge,
        "stable": round(100 * edge["stability"]) if edge else None,
        "lines": [charts.line(row) for row in behind["lines"]] if behind and chosen else [],
        "company": around[:12],
        "top": found["words"][:TOP],
        "edges": [{**row, "percent": round(100 * row["stability"])} for row in found["network"]["edges"]],
    }


@require_safe
@with_poll
def codebook(request: HttpRequest, poll: Poll, edition: int) -> HttpResponse:
    """What the codes of this edition mean."""
    chosen = edition_of(poll, edition)
    if not chosen.body["coded"]:
        raise Http404
    book = chosen.body["coded"]["codebook"]
    context = _tabs(poll, chosen.body, edition, "poll_report_codebook") | {
        "title": charts.said(book["title"]),
        "origin": charts.said(book["origin"]),
        "version": chosen.body["coded"]["version"],
        "groups": groups_of(book),
        "csv_url": reverse("poll_report_of", args=[poll.code, edition]),
        "today_url": reverse("poll_codebook", args=[poll.code]),
        "breadcrumb": crumbs(
            crumb(poll.title, address(poll)),
            crumb(pgettext("poll", "Report"), reverse("poll_report_of", args=[poll.code, edition])),
            crumb(_("Codebook")),
        ),
    }
    return render(request, "polls/report/codebook.html", context)


@require_safe
@with_poll
def table(request: HttpRequest, poll: Poll, edition: int, name: str) -> HttpResponse:
    """One table as CSV."""
    text = tables.as_csv(edition_of(poll, edition).body, name)
    if text is None:
        raise Http404
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    return saving.saved(response, f"poll-{poll.code}-{edition}-{name}.csv")


@require_safe
@with_poll
def pdf(request: HttpRequest, poll: Poll, edition: int) -> HttpResponse:
    """The report to print, in the language of the address."""
    chosen = edition_of(poll, edition)
    made = printing.pdf(
        chosen.body,
        edition=edition,
        digest=chosen.digest,
        published_at=clock.seoul(chosen.published_at),
        address=request.build_absolute_uri(reverse("poll_report_of", args=[poll.code, edition])),
        note=chosen.note_en if in_english() else chosen.note_ko,
    )
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="poll-{poll.code}-{edition}.pdf"'
    return response


@require_safe
@with_poll
def bundle(request: HttpRequest, poll: Poll, edition: int) -> HttpResponseBase:
    """The data without names, the codebook and the program that makes the tables again."""
    chosen = edition_of(poll, edition)
    if not chosen.bundle:
        raise Http404
    return FileResponse(
        chosen.bundle.open("rb"),
        as_attachment=True,
        filename=f"poll-{poll.code}-{edition}.zip",
        content_type="application/zip",
    )
