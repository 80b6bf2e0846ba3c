"""Words for proposals and projects: tags, facts, acts in the order they happened."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from madang.commons.matters import api as matters
from madang.commons.matters.web.words import ACTS as OF_MATTERS
from madang.kernel import places, plan
from madang.kernel import queries as kernel
from madang.kernel.models import Audit
from madang.kernel.money import won
from madang.kernel.saying import in_language
from madang.services.budgeting.models import Project, Proposal
from madang.services.budgeting.models.delegation import Against
from madang.services.budgeting.reasons import DropReason

PROPOSAL_TONES = {
    Proposal.State.SUBMITTED: "ochre",
    Proposal.State.ELIGIBLE: "blue",
    Proposal.State.JOINED: "jade",
}
PROJECT_TONES = {
    Project.State.WORKED_OUT: "ochre",
    Project.State.COSTED: "blue",
    Project.State.ON_BALLOT: "plum",
    Project.State.FUNDED: "jade",
}
ACTS: dict[str, tuple[str | Promise, str, str]] = {
    "budgeting.proposal.accept": (gettext_lazy("An office takes it further"), "check", "blue"),
    "budgeting.proposal.drop": (gettext_lazy("Not taken further"), "stop", "persimmon"),
    "budgeting.proposal.reopen": (gettext_lazy("Looked at again"), "reply", "ochre"),
    "budgeting.proposal.join": (gettext_lazy("Became part of a project"), "merge", "jade"),
    "budgeting.proposal.leave": (gettext_lazy("Taken out of its project"), "back", "ochre"),
    "budgeting.project.begin": (gettext_lazy("A project was made of a proposal"), "plus", "blue"),
    "budgeting.project.add_part": (gettext_lazy("Another office has a part"), "office", "blue"),
    "budgeting.project.estimate": (gettext_lazy("Estimate of what it costs"), "scale", "blue"),
    "budgeting.project.drop": (gettext_lazy("Not worked on any more"), "stop", "persimmon"),
    "budgeting.project.reopen": (gettext_lazy("Worked on again"), "reply", "ochre"),
    "budgeting.project.put_on": (gettext_lazy("Put on the ballot"), "list", "plum"),
    "budgeting.delegation.recommend": (gettext_lazy("The delegation recommends it"), "check", "jade"),
    "budgeting.delegation.change": (
        gettext_lazy("The delegation recommends it with changes"),
        "edit",
        "blue",
    ),
    "budgeting.delegation.against": (
        gettext_lazy("The delegation does not recommend it"),
        "stop",
        "persimmon",
    ),
    "budgeting.project.recost": (gettext_lazy("Cost corrected on the ballot"), "edit", "ochre"),
}


def state_of(proposal: Proposal) -> dict[str, str]:
    return {
        "label": proposal.get_state_display(),
        "tone": PROPOSAL_TONES.get(Proposal.State(proposal.state), ""),
    }


def tags(proposal: Proposal) -> list[dict[str, str]]:
    """State and, for a saving, that it is one."""
    found = [state_of(proposal)]
    if proposal.kind == Proposal.Kind.SAVING:
        found.append({"label": proposal.get_kind_display(), "tone": ""})
    return found


def project_tag(project: Project) -> dict[str, str]:
    return {"label": project.get_state_display(), "tone": PROJECT_TONES.get(Project.State(project.state), "")}


def where(proposal: Proposal) -> str:
    """Place and district, as far as they are given."""
    district = places.district(proposal.district)
    return ", ".join(filter(None, [proposal.place, district.name if district else ""]))


def why_dropped(code: str) -> str:
    known = Against if code in Against.values else DropReason
    return str(known(code).label) if code in known.values else ""


def row(proposal: Proposal) -> dict[str, Any]:
    """One line of a list."""
    dropped = proposal.state == Proposal.State.DROPPED
    return {
        "title": proposal.matter.title,
        "url": reverse("budget_proposal", args=[proposal.round.slug, proposal.matter.number]),
        "tags": tags(proposal),
        "summary": "",
        "meta": [
            piece
            for piece in (
                proposal.pot.title,
                where(proposal),
                why_dropped(proposal.drop_code) if dropped else "",
                _("Project %(code)s") % {"code": proposal.project.code} if proposal.project else "",
            )
            if piece
        ],
        "clock": matters.clock_view(proposal.matter),
        "figure": won(proposal.amount),
        "figure_label": _("as its author thinks") if proposal.amount else "",
    }


def project_row(project: Any) -> dict[str, Any]:
    """One line of the list of projects; the row carries `proposals_many` (`reading.projects`)."""
    many = project.proposals_many
    return {
        "title": project.title,
        "url": reverse("budget_project", args=[project.round.slug, project.code]),
        "tags": [project_tag(project)],
        "meta": [
            piece
            for piece in (
                _("Number %(code)s") % {"code": project.code},
                project.pot.title,
                ", ".join(part.office.name for part in project.parts.all()),
                ngettext("%(n)s proposal", "%(n)s proposals", many) % {"n": many},
                why_dropped(project.drop_code) if project.state == Project.State.DROPPED else "",
            )
            if piece
        ],
        "figure": won(project.cost),
    }


def values(proposal: Proposal) -> list[dict[str, Any]]:
    """The social values it serves, each with its sentence."""
    known = plan.load()
    return [{"name": value_name(known.value(one.value)), "why": one.why} for one in proposal.values.all()]


def value_name(value: plan.Value) -> str:
    """In the language of the page."""
    return in_language(value.name.ko, value.name.en)


def history(*references: str) -> list[dict[str, Any]]:
    """Public acts on a thing and on its matter, the latest first."""
    acts: Iterable[Audit] = kernel.history(*references).order_by("-at", "-pk")
    known = OF_MATTERS | ACTS
    events = []
    for act in acts:
        if act.action not in known:
            continue
        title, icon, tone = known[act.action]
        code = why_dropped(act.reason_code)
        events.append(
            {
                "at": act.at,
                "title": title,
                "text": " · ".join(filter(None, [code, act.reason])),
                "actor": act.organisation.name
                if act.organisation
                else _("Platform, by rule")
                if act.actor_kind == "system"
                else "",
                "icon": icon,
                "tone": tone,
            }
        )
    return events
