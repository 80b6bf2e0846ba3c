"""Texts that an office answers with again and again: written by its approvers, filled with facts, never sent empty."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.domain import answers
from madang.commons.matters.models import Answer, Matter
from madang.kernel import clock, places, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError
from madang.kernel.models import Organisation
from madang.services.casework.logic import templates as logic
from madang.services.casework.models import AnswerTemplate, Case, TemplateUse, TemplateVersion

OWN_LEAST = 15
"""Characters, blanks aside, that an answer says beyond its template."""
BODY_MIN, BODY_MAX, TITLE_MAX = 20, 5000, 80


def case_of(matter: Matter) -> Case | None:
    """The case that a matter is, or is a part of."""
    found = Case.objects.filter(pk=matter.pk).first()
    if found is None:
        found = Case.objects.filter(parts__matter=matter).first()
    return found


def facts(matter: Matter, case: Case | None, actor: Actor | None = None) -> dict[str, str]:
    """What a case knows of itself, in the language its author wrote in."""
    is_english = matter.language == "en"
    day = "%Y-%m-%d" if is_english else "%Y. %-m. %-d."
    office = matter.responsible
    where = ""
    category = case_type = ""
    if case is not None:
        district = places.district(case.district) if case.district else None
        name = (district.name_en if is_english else district.name_ko) if district else ""
        where = " ".join(filter(None, [name, case.address]))
        if case.category is not None:
            category = case.category.name_en if is_english else case.category.name_ko
        case_type = str(case.get_type_display())
    officer = matter.officer or (actor.user if actor else None)
    return {
        "number": matter.number or "",
        "title": matter.title,
        "type": case_type,
        "category": category,
        "place": where,
        "filed": clock.seoul(matter.filed_at).strftime(day),
        "due": clock.seoul(matter.due_at).strftime(day) if matter.due_at else "",
        "office": office.name_en if is_english else office.name_ko,
        "officer": officer.shown_name if officer else "",
        "phone": office.phone,
        "today": clock.today().strftime(day),
    }


@transaction.atomic
def write(
    *,
    actor: Actor,
    office: Organisation,
    title: str,
    body: str,
    why: str = "",
    template: AnswerTemplate | None = None,
    is_active: bool = True,
) -> AnswerTemplate:
    """Write a new template, or the next version of one; equal words make no new version.

    Raises:
        RefusedError: 403 without the mandate; 422 too short, or without a hole that the officer fills; 409 the title
            is taken.
    """
    row = template or AnswerTemplate(office=office, title=title)
    policy.require("casework.template.edit", actor, row)
    if not BODY_MIN <= len(body) <= BODY_MAX:
        raise RefusedError(
            _("Write 20 to 5,000 characters; it has %(have)s.") % {"have": len(body)},
            "template.length",
            status=422,
        )
    known = {name for names in logic.FACTS.values() for name in names}
    if not any(hole.casefold() not in known for hole in logic.holes(body)):
        raise RefusedError(
            _(
                "Leave at least one place for what only the officer knows, such as {what was found}. "
                "A text that fits every case answers none."
            ),
            "template.no_hole",
            status=422,
        )
    row.title, row.is_active = title, is_active
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise RefusedError(
            _("Another template of this office has this title. Choose another one."),
            "template.title",
            status=409,
        ) from error
    AnswerTemplate.objects.select_for_update().get(pk=row.pk)
    last = row.versions.first()
    if last is None or last.body != body:
        number = last.version + 1 if last else 1
        TemplateVersion.objects.create(
            template=row, version=number, body=body, at=clock.now(), by=actor.user, why=why
        )
        audit.record(
            actor=actor,
            action="casework.template.write",
            target=row.reference,
            organisation=row.office,
            is_public=False,
            payload={"version": number},
        )
    return row


@transaction.atomic
def use(*, actor: Actor, matter: Matter, template: AnswerTemplate, replace: bool = False) -> Answer:
    """Begin a draft with a template, filled with what the case knows. What only the officer knows stays in braces.

    Raises:
        RefusedError: 403, 409 as for saving a draft; 409 where a draft has words already and `replace` is not said.
    """
    policy.require("casework.template.use", actor, template)
    fresh = Matter.objects.select_for_update().get(pk=matter.pk)
    draft = fresh.answers.exclude(state=Answer.State.PUBLISHED).first()
    if draft is not None and draft.reason.strip() and not replace:
        raise RefusedError(
            _("The draft has words already. Say that the template replaces them, or write on by hand."),
            "template.draft",
            status=409,
        )
    version = template.versions.first()
    if version is None or not template.is_active:
        raise RefusedError(
            _("This template is not used any more. Choose another one."), "template.off", status=409
        )
    filled = logic.fill(version.body, facts(fresh, case_of(fresh), actor))
    kept: dict[str, Any] = {}
    if draft is not None:
        names = ("disposition", "next_step", "owner", "promised_on")
        kept = {name: getattr(draft, name) for name in names}
    made = answers.save(actor=actor, matter=fresh, reason=filled, **kept)
    TemplateUse.objects.create(matter=fresh, version=version, filled=filled, at=clock.now(), by=actor.user)
    return made


def lacks(answer: Answer) -> list[str | Promise]:
    """What an answer to a case lacks: holes that nobody filled, or any word of its own."""
    if case_of(answer.matter) is None:
        return []
    said: list[str | Promise] = []
    holes = logic.holes(f"{answer.reason}\n{answer.next_step}")
    if holes:
        names = ", ".join(f"{{{hole}}}" for hole in holes[:5])
        said.append(_("Fill in what is still in braces: %(names)s.") % {"names": names})
    given = _given(answer)
    if given and min(logic.own(answer.reason, one) for one in given) < OWN_LEAST:
        said.append(
            _(
                "This is the template alone. Say what was found in this case, in at least %(least)s "
                "characters of your own."
            )
            % {"least": OWN_LEAST}
        )
    return said


def _given(answer: Answer) -> list[str]:
    """The filled texts this draft began with, and the templates of its office, however they came into the draft."""
    used = list(TemplateUse.objects.filter(matter=answer.matter_id).values_list("filled", flat=True)[:5])
    case = case_of(answer.matter)
    known = facts(answer.matter, case)
    rows = AnswerTemplate.objects.filter(office=answer.office_id).prefetch_related("versions")
    return used + [
        logic.fill(versions[0].body, known) for row in rows[:200] if (versions := list(row.versions.all()))
    ]
