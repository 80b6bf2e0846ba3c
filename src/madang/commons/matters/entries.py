"""What happened to a matter, as entries of a feed: every public act, answer and report."""

from __future__ import annotations

from django.utils.translation import gettext as _

from madang.commons.matters.models import Answer, EffectReport, Matter
from madang.commons.matters.web.words import ACTS
from madang.commons.notices import api as notices
from madang.kernel import queries as kernel
from madang.kernel import text

ANSWER_ACT = "matters.matter.answer"  # the answer itself stands there instead
LONGEST = 600  # characters of an answer that a feed repeats


def of_answer(answer: Answer, url: str) -> notices.FeedEntry:
    """A published answer, under the title of what it answers."""
    at = answer.published_at or answer.drafted_at
    return notices.FeedEntry(
        name=f"answers/{answer.matter.number}/{answer.version}/",
        title=_("%(disposition)s: %(title)s")
        % {"disposition": answer.get_disposition_display(), "title": answer.matter.title},
        url=f"{url}#answer-{answer.version}",
        published=at,
        updated=at,
        summary=text.excerpt(f"{answer.reason}\n{answer.next_step}".strip(), LONGEST),
        author=answer.office.name,
        categories=(str(answer.get_disposition_display()),),
    )


def path(matter: Matter, url: str) -> list[notices.FeedEntry]:
    """The whole way of a public matter, the latest first. Numbers of acts never change: acts are only added."""
    found: list[notices.FeedEntry] = []
    public = kernel.history(matter.reference).filter(is_public=True).order_by("at", "pk")
    for place, act in enumerate(public.select_related("organisation"), start=1):
        if act.action not in ACTS or act.action == ANSWER_ACT:
            continue
        found.append(
            notices.FeedEntry(
                name=f"ideas/{matter.number}/acts/{place}/",
                title=f"{ACTS[act.action][0]}: {matter.title}",
                url=url,
                published=act.at,
                updated=act.at,
                summary=act.reason,
                author=act.organisation.name if act.organisation is not None else "",
            )
        )
    answers = matter.answers.filter(state=Answer.State.PUBLISHED).select_related("office", "matter")
    found += [of_answer(answer, url) for answer in answers]
    reports = EffectReport.objects.filter(effect__matter=matter).select_related("effect__owner")
    for place, report in enumerate(reports.order_by("at", "pk"), start=1):
        found.append(
            notices.FeedEntry(
                name=f"ideas/{matter.number}/reports/{place}/",
                title=f"{report.get_state_display()}: {report.effect.what}",
                url=url,
                published=report.at,
                updated=report.at,
                summary=report.text,
                author=report.effect.owner.name,
            )
        )
    return sorted(found, key=lambda entry: (entry.published, entry.name), reverse=True)
