"""What callers may send about ideas: filters, and the bodies of writing requests. Only with the square."""

from __future__ import annotations

from typing import Annotated, Literal

from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_noop as _
from ninja import Field
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from madang.portal.api.asked import Body, Line, Paging, Words
from madang.services.square.api import limits

IdeaState = Literal[
    "", "open", "maturing", "triage", "assigned", "arbitration", "answered", "closed", "withdrawn", "merged",
    "owed", "late", "effect",
]  # fmt: skip


def _email(value: str) -> str:
    if value:
        try:
            validate_email(value)
        except DjangoValidationError as error:
            raise PydanticCustomError("email", "not an address") from error
    return value


class IdeaQuery(Paging):
    state: IdeaState = Field(
        "",
        description=_("A state, or owed, late or effect. Without it: all but merged and withdrawn ones."),
    )
    category: Line = Field("", max_length=50, description=_("Slug of a category."))
    space: Line = Field("", max_length=50, description=_("Slug of a space."))
    process: Line = Field("", max_length=50, description=_("Slug of a process."))
    origin: Literal["", "individual", "organised", "agency"] = Field("", description=_("Who filed it."))
    channel: Literal["", "web", "api", "phone", "paper", "email", "kiosk", "sms", "import"] = Field(
        "", description=_("By which means it came in.")
    )
    order: Literal["recent", "support", "comments", "due"] = Field(
        "recent", description=_("due lists only those with a running clock, the earliest first.")
    )


class CommentQuery(Paging):
    stance: Literal["", "for", "against", "question"] = Field(
        "", description=_("Only comments of this stance.")
    )


class IdeaIn(Body):
    process: Line = Field(min_length=1, max_length=50, description=_("Slug of an open process."))
    title: Line = Field(
        min_length=limits.TITLE_MIN,
        max_length=limits.TITLE_MAX,
        description=_("What should change, in a sentence."),
    )
    body: Words = Field(
        min_length=limits.BODY_MIN, max_length=limits.BODY_MAX, description=_("Why, and how. Plain text.")
    )
    category: Line = Field("", max_length=50, description=_("Slug of a category of the process."))
    place: Line = Field("", max_length=limits.PLACE_MAX, description=_("A district, street or stop."))
    origin: Literal["individual", "organised"] = Field(
        "individual", description=_("For yourself, or for a group.")
    )
    group_name: Line = Field(
        "", max_length=limits.GROUP_MAX, description=_("Name of the group; needed with organised.")
    )
    author_label: Line = Field(
        "", max_length=limits.LABEL_MAX, description=_("Name shown when there is no account.")
    )
    contact_email: Annotated[str, AfterValidator(_email)] = Field(
        "", max_length=254, description=_("For news of this idea when there is no account. Never shown.")
    )


class CommentIn(Body):
    body: Words = Field(
        min_length=limits.COMMENT_MIN, max_length=limits.COMMENT_MAX, description=_("Plain text.")
    )
    stance: Literal["for", "against", "question"] = Field(description=_("How it stands to the idea."))
    parent: Line = Field("", max_length=40, description=_("id of the comment that is answered."))
