"""Candidates and votes of a planning group in words: whose turn, who said what, what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from madang.commons.matters.enums import Disclosure
from madang.commons.meetings import api as meetings
from madang.commons.opinions import api as opinions
from madang.commons.panels import api as panels
from madang.kernel import clock
from madang.kernel.models import Mandate
from madang.kernel.saying import in_english
from madang.kernel.templatetags.ui import seoul_text
from madang.services.square.domain import planning_group, terms
from madang.services.square.enums import HideReason
from madang.services.square.logic.picking import Count, needed
from madang.services.square.models import Candidate, Challenge, PlanningSeat, PlanningVote
from madang.services.square.models.challenges import Claim
from madang.services.square.models.picking import Choice
from madang.services.square.web import present

Part = dict[str, Any]
TONES = {"open": "plum", "counted": "ochre", "picked": "jade", "undecided": "persimmon"}
VOTE_TONES = {"for": "blue", "against": "plum", "recused": "ochre"}
CHALLENGE_TONES = {"open": "ochre", "granted": "jade", "rejected": ""}
Sitting = dict[int, set[int]]
NAMED = 3
"""Members who are named in a list before the rest becomes a number."""


def title_of(row: Mandate | PlanningSeat) -> str:
    """What a member is in the group."""
    words: Any = row.post if isinstance(row, Mandate) else row
    return words.title_en if in_english() and words.title_en else words.title_ko


def tag(row: Candidate) -> Part:
    return {"label": row.get_state_display(), "tone": TONES.get(row.state, ""), "icon": ""}


def _is_public(matter: Any) -> bool:
    return matter is not None and matter.disclosure == Disclosure.PUBLIC


def came(row: Candidate) -> list[Part]:
    """What stands before the forum because the group picked it: topic, conversation, meetings, panels."""
    idea = row.idea
    matter = idea.topic.matter if idea.topic_id and idea.topic is not None else idea.matter
    found: list[Part] = []
    if idea.topic_id and _is_public(matter):
        found.append({"kind": _("Topic"), "title": matter.title, "url": present.address(matter)})
    for reference in dict.fromkeys([matter.reference, idea.matter.reference]):
        card = opinions.card(reference)
        if card is not None:
            found.append({"kind": _("Opinion map"), "title": card.question, "url": card.url})
    for one in meetings.about([matter.reference, idea.matter.reference]):
        found.append({"kind": _("Meeting"), "title": one.title, "url": one.url, "when": one.when})
    for panel in panels.about([matter.reference, idea.matter.reference]):
        found.append({"kind": _("Panel by lot"), "title": panel.title, "url": panel.url})
    return found


def _names(seats: Iterable[PlanningSeat]) -> str:
    names = [seat.user.shown_name for seat in seats]
    more = len(names) - NAMED
    said = ", ".join(names[:NAMED])
    if more <= 0:
        return said
    return ngettext("%(names)s and %(n)s more", "%(names)s and %(n)s more", more) % {"names": said, "n": more}


def sitting(candidates: Iterable[Candidate]) -> Sitting:
    """Who sits in each of their groups now."""
    return {key: planning_group.sitting(key) for key in {one.space.host_id for one in candidates}}


def before_forum(candidates: Iterable[Candidate]) -> set[int]:
    """Of these, the keys of those that were picked and stand before the forum; a fixed number of queries."""
    picked = [one for one in candidates if one.state == "picked"]
    if not picked:
        return set()
    references = {one.idea.matter.reference for one in picked}
    spoken = opinions.things(references) | meetings.things(references) | panels.things(references)
    return {one.pk for one in picked if one.idea.topic_id or one.idea.matter.reference in spoken}


def turn(row: Candidate, seats: Sequence[PlanningSeat], staying: set[int], is_before_forum: bool) -> Part:
    """Who has to act, until when, and what happens otherwise; the shape of `parts/turn.html`."""
    kept = terms.planning_of(row.terms)
    who, does, until, otherwise = pgettext("turn", "Nobody"), _("It has ended."), None, ""
    if row.state == "open":
        waiting = [seat for seat in seats if not planning_group.word_of(seat, staying)]
        who = pgettext("turn", "The planning group")
        does = _("Still to vote: %(names)s.") % {"names": _names(waiting)}
        until = row.due_at
        otherwise = _("Otherwise silence is shown as silence, and the votes that are there are counted.")
    elif row.state == "counted" and row.counted_at is not None:
        who = pgettext("turn", "The planning group or the facilitator")
        does = _("Publish the decision with its reason.")
        until = row.counted_at + timedelta(days=kept.decide_days)
    elif row.state == "picked" and row.decided_at is not None and not is_before_forum:
        who = pgettext("turn", "The facilitator")
        does = _("Bring it before the forum: a topic, an opinion map or a meeting.")
        until = row.decided_at + timedelta(days=kept.forum_days)
    elif row.state == "picked":
        who, does = pgettext("turn", "Everyone"), _("It is before the forum: take part there.")
    elif row.state == "undecided":
        who, does = pgettext("turn", "Everyone"), _("May propose it again.")
    return {
        "who": who,
        "does": does,
        "until": until,
        "is_over": until is not None and until < clock.now(),
        "otherwise": otherwise,
    }


def line(said: Part) -> str:
    """Whose turn, for a row of a list."""
    if said["until"] is None:
        return ""
    day = seoul_text(said["until"], "day")
    if said["is_over"]:
        return _("Turn: %(who)s, the limit was %(day)s") % {"who": said["who"], "day": day}
    return _("Turn: %(who)s, until %(day)s") % {"who": said["who"], "day": day}


def rows(candidates: Iterable[Candidate], url: str = "candidate") -> list[Part]:
    """Candidates in a list, each leading to the page of this name. Votes are shown as they stand: they are open."""
    listed = list(candidates)
    here, before = sitting(listed), before_forum(listed)
    return [_row(one, url, here[one.space.host_id], one.pk in before) for one in listed]


def _row(candidate: Candidate, url: str, staying: set[int], is_before_forum: bool) -> Part:
    seats = list(candidate.seats.all())
    votes = planning_group.tally(candidate, seats, staying)
    return {
        "title": candidate.idea.matter.title,
        "url": reverse(url, args=[candidate.space.slug, candidate.number]),
        "tags": [tag(candidate)],
        "meta": [
            candidate.idea.matter.number,
            _("proposed by %(name)s") % {"name": candidate.by.shown_name},
            line(turn(candidate, seats, staying, is_before_forum)),
        ],
        "figure": f"{votes.in_favour} : {votes.against}",
        "figure_label": _("for : against"),
    }


def seat(one: PlanningSeat, staying: set[int] | None) -> Part:
    """What a member said: her last word, and the earlier ones."""
    votes = list(one.votes.all())
    word = planning_group.word_of(one, staying)
    out = next((vote for vote in votes if vote.choice == "recused"), None)
    last = out or (votes[-1] if votes else None)
    if last is not None:
        label, tone = str(Choice(last.choice).label), VOTE_TONES[last.choice]
    elif word == "left":
        label, tone = str(PlanningSeat.End.LEFT.label), ""
    elif word == "silent":
        label, tone = str(PlanningSeat.End.SILENT.label), "persimmon"
    else:
        label, tone = _("Has not voted yet"), ""
    return {
        "name": one.user.shown_name,
        "title": title_of(one),
        "label": label,
        "tone": tone,
        "pk": one.pk,
        "said": _said(last) if last is not None else None,
        "is_author": last is not None and last.is_by_rule and not _is_put_out(one),
        "is_put_out": last is not None and last.is_by_rule and _is_put_out(one),
        "at": last.at if last is not None else None,
        "earlier": [_said(vote) for vote in votes if vote is not last],
        "challenges": [challenge(row) for row in one.challenges.all()],
    }


def _is_put_out(seat: PlanningSeat) -> bool:
    """Whether a challenge took her out of the vote; authors are out by the rule from the start."""
    return any(row.state == "granted" and row.claim == Claim.UNDECLARED for row in seat.challenges.all())


def _said(vote: PlanningVote) -> Part:
    """One vote; its words only while they are not taken down."""
    return {
        "pk": vote.pk,
        "label": str(Choice(vote.choice).label),
        "at": vote.at,
        "reason": "" if vote.state == "hidden" else vote.reason,
        "hidden": vote.get_hide_reason_display() if vote.state == "hidden" else "",
    }


def challenge(row: Challenge) -> Part:
    """What was said about a conflict of interest, and what was decided."""
    is_open = row.state == "open"
    is_late = is_open and row.due_at <= clock.now()
    return {
        "pk": row.pk,
        "claim": row.get_claim_display(),
        "label": _("Not decided in time") if is_late else row.get_state_display(),
        "tone": "persimmon" if is_late else CHALLENGE_TONES[row.state],
        "why": "" if row.hide_reason else row.why,
        "hidden": row.get_hide_reason_display() if row.hide_reason else "",
        "by": row.by.shown_name,
        "at": row.at,
        "until": row.due_at if is_open else None,
        "decision": row.decision,
        "decided_by": row.decided_by.shown_name if row.decided_by is not None else "",
        "decided_at": row.decided_at,
    }


def count_words(row: Candidate, votes: Count) -> list[str]:
    """The count in sentences, with what is needed."""
    quorum = terms.planning_of(row.terms).quorum
    said = [
        _("%(in_favour)s for, %(against)s against, of %(seats)s seats.")
        % {"in_favour": votes.in_favour, "against": votes.against, "seats": votes.seats}
    ]
    if votes.recused:
        said.append(
            ngettext(
                "%(n)s is out by a conflict of interest.",
                "%(n)s are out by a conflict of interest.",
                votes.recused,
            )
            % {"n": votes.recused}
        )
    if votes.left:
        said.append(
            ngettext("%(n)s has left the group.", "%(n)s have left the group.", votes.left)
            % {"n": votes.left}
        )
    if votes.silent and row.state != "open":
        said.append(ngettext("%(n)s was silent.", "%(n)s were silent.", votes.silent) % {"n": votes.silent})
    said.append(
        _("%(needed)s votes are needed; it is picked by more for than against.")
        % {"needed": needed(votes.entitled, quorum)}
    )
    return said


def hidden_reason(row: Candidate) -> str:
    return str(dict(HideReason.choices).get(row.hide_reason, "")) if row.hide_reason else ""
