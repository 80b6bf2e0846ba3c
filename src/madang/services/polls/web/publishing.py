"""The desk of a report: have the words read, look at what it would say, publish an edition."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_safe

from madang.kernel import policy
from madang.kernel.errors import RefusedError
from madang.kernel.web.acting import actor_of
from madang.services.polls import reading, troubles
from madang.services.polls.domain import analysing, editions, publishing
from madang.services.polls.enums import AnalysisState
from madang.services.polls.models import Analysis, Codebook, Poll, Publication
from madang.services.polls.web import reports
from madang.services.polls.web.building import for_office, led
from madang.services.polls.web.pages import Part, address, crumb, desk_crumbs


class WordsForm(forms.Form):
    """What steers a reading of the words."""

    phrases = forms.CharField(
        required=False,
        max_length=4000,
        label=gettext_lazy("Wording of the event, a phrase a line"),
        help_text=gettext_lazy(
            "What many answers say because the form or an announcement said it. It is taken out of every answer."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    around = forms.CharField(
        required=False,
        max_length=400,
        label=gettext_lazy("Words whose company you want to see"),
        help_text=gettext_lazy("With commas between them. The most frequent words are there in any case."),
    )


class PublishForm(forms.Form):
    """Which edition is published, and what is said about it."""

    codebook = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, label=gettext_lazy("Codes of"), choices=()
    )
    with_words = forms.BooleanField(required=False, initial=True, label=gettext_lazy("With the words"))
    note_ko = forms.CharField(
        required=False,
        max_length=2000,
        label=gettext_lazy("Note in Korean"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    note_en = forms.CharField(
        required=False,
        max_length=2000,
        label=gettext_lazy("Note in English"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    after = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, codebooks: list[Codebook], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions = [(str(book.pk), _("codebook version %(n)s") % {"n": book.version}) for book in codebooks]
        chosen: Any = self.fields["codebook"]
        chosen.choices = [*versions, ("", _("no codebook: words and closed questions alone"))]


@for_office
def desk(request: HttpRequest, code: str) -> HttpResponse:
    """Everything about the report of one poll."""
    poll, actor = led(request, code), actor_of(request)
    books = publishing.fixed_codebooks(poll)
    last = poll.reports.first()
    of = reading.many(poll)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    words = WordsForm(request.POST if act == "words" else None, initial=_words_before(poll))
    ordered: Publication | None = poll.publications.first()
    form = PublishForm(
        request.POST if act == "publish" else None,
        codebooks=books,
        initial={"codebook": str(books[0].pk) if books else ""}
        | _ordered_before(ordered)
        | {"after": last.edition if last else 0},
    )
    errors: list[Part] = []
    if act:
        try:
            if act == "words" and words.is_valid():
                typed = words.cleaned_data
                analysing.order(
                    actor=actor,
                    poll=poll,
                    phrases=typed["phrases"].splitlines(),
                    around=typed["around"].split(","),
                )
                messages.success(request, _("The words are being read."))
                return redirect(request.path)
            if act == "publish" and form.is_valid():
                said = form.cleaned_data
                made = editions.order(
                    actor=actor,
                    poll=poll,
                    codebook=next((book for book in books if book.pk == said["codebook"]), None),
                    analysis=publishing.latest_analysis(poll) if said["with_words"] else None,
                    after=said["after"],
                    note_ko=said["note_ko"],
                    note_en=said["note_en"],
                )
                return redirect("poll_publication", poll.code, made.pk)
        except RefusedError as error:
            errors.append({"text": str(error), "href": ""})
    context = {
        "poll": poll,
        "words": words,
        "form": form,
        "errors": errors,
        "ordered": ordered,
        "reports": list(poll.reports.only("edition", "published_at", "poll")),
        "may_read": bool(policy.can("polls.analysis.run", actor, poll)),
        "may_publish": bool(policy.can("polls.poll.publish", actor, poll)),
        "is_closed": poll.state in analysing.READ,
        "books": [_standing(book, of) for book in books],
        "breadcrumb": desk_crumbs(
            crumb(poll.title, address(poll, "poll_lead")), crumb(pgettext("poll", "Report"))
        ),
    } | _progress(poll)
    return render(request, "polls/report/desk.html", context, status=422 if act else 200)


def _words_before(poll: Poll) -> dict[str, str]:
    """What the last reading was told, so that it can be changed a little."""
    last = poll.analyses.first()
    kept = last.parameters if last else {}
    return {"phrases": "\n".join(kept.get("phrases", [])), "around": ", ".join(kept.get("around", []))}


def _ordered_before(ordered: Publication | None) -> Part:
    """What was chosen for the edition that could not be made: it is not typed twice."""
    if ordered is None or ordered.state != AnalysisState.FAILED:
        return {}
    return {
        "codebook": str(ordered.codebook_id or ""),
        "with_words": ordered.analysis_id is not None,
        "note_ko": ordered.note_ko,
        "note_en": ordered.note_en,
    }


def _standing(book: Codebook, of: int) -> Part:
    """How far the answers are coded with a codebook."""
    how = reading.how(book)
    return {
        "version": book.version,
        "coded": sum(how.values()) - how["open"],
        "disagree": how["open"],
        "of": of,
    }


def _progress(poll: Poll) -> Part:
    last: Analysis | None = poll.analyses.first()
    title, text = troubles.said(last) if last else ("", "")
    return {
        "trouble_title": title,
        "trouble_text": text,
        "poll": poll,
        "analysis": last,
        "is_reading": last is not None and last.state in (AnalysisState.WAITING, AnalysisState.RUNNING),
        "is_done": last is not None and last.state == AnalysisState.DONE,
        "proposed": last.result["cleaning"]["boilerplate"]["proposed"][:12]
        if last is not None and last.state == AnalysisState.DONE
        else [],
    }


@for_office
@require_safe
def progress(request: HttpRequest, code: str) -> HttpResponse:
    """How far the reading is, as a part of the page that renews itself."""
    return render(request, "polls/report/progress.html", _progress(led(request, code)))


@for_office
@require_safe
def preview(request: HttpRequest, code: str) -> HttpResponse:
    """The report as it would be published now."""
    poll = led(request, code)
    analysis = publishing.latest_analysis(poll)
    shown: Part = {
        "is_preview": True,
        "title": poll.title,
        "words_url": request.path,
        "breadcrumb": desk_crumbs(
            crumb(poll.title, address(poll, "poll_lead")),
            crumb(pgettext("poll", "Report"), address(poll, "poll_report_desk")),
            crumb(pgettext("poll", "Preview")),
        ),
    }
    if analysis and (request.GET.get("word") or request.GET.get("pair")):
        # A word needs nothing but what was read: the rest of the report is not put together for it.
        shown |= reports.sentences(analysis.result, request.GET)
        return render(request, "polls/report/sentences.html", shown)
    books = publishing.fixed_codebooks(poll)
    typed = request.GET.get("codebook", "")
    book = next((one for one in books if str(one.version) == typed), books[0] if books else None)
    body = publishing.body_of(poll, None if typed == "none" else book, analysis)
    context = reports.content(poll, body) | {"dates": reports.days(body)} | shown
    return render(request, "polls/report/page.html", context)
