"""What the desk pages of coding share: the poll behind a code, who may come in, a codebook as pages show it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from madang.kernel import policy
from madang.kernel.saying import in_english
from madang.kernel.web.acting import actor_of
from madang.services.polls.domain import codebooks
from madang.services.polls.logic.codebook import KEYWORD, OTHER
from madang.services.polls.models import Codebook, Poll
from madang.services.polls.web.coding_forms import named

P = ParamSpec("P")
Part = dict[str, Any]

KEYS = "123456789abcdefgijklmnopqrtvwz"
"""Keys of keywords, in their order. `u` `s` `y` `h` act; `0` is for other, `x` for not codable."""


def for_readers(
    view: Callable[Concatenate[HttpRequest, Poll, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, str, P], HttpResponse]:
    """Give the view the poll, for people who read its answers; others are told who does."""
    return _guarded("polls.response.read", view)


def for_analysts(
    view: Callable[Concatenate[HttpRequest, Poll, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, str, P], HttpResponse]:
    return _guarded("polls.coding.lead", view)


def _guarded(
    action: str, view: Callable[Concatenate[HttpRequest, Poll, P], HttpResponse]
) -> Callable[Concatenate[HttpRequest, str, P], HttpResponse]:
    @wraps(view)
    def guarded(request: HttpRequest, code: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        poll = get_object_or_404(Poll.objects.select_related("host"), code=code.upper())
        policy.require(action, actor_of(request), poll)
        return view(request, poll, *args, **kwargs)

    return guarded


def version_of(poll: Poll, version: int) -> Codebook:
    found: Codebook = get_object_or_404(poll.codebooks.select_related("poll"), version=version)
    return found


def book_in_use(poll: Poll) -> Codebook:
    """The version that is coded with; 404 before there is one."""
    found = codebooks.in_use(poll)
    if found is None:
        raise Http404
    return found


def crumbs(poll: Poll, *more: tuple[str, str]) -> list[dict[str, str]]:
    found = [
        (_("Desk"), reverse("desk")),
        (_("Coding"), reverse("desk_coding_all")),
        (poll.title, reverse("desk_coding", args=[poll.code])),
        *more,
    ]
    return [{"label": label, "url": url} for label, url in found]


def tabs(request: HttpRequest, poll: Poll) -> list[Part]:
    """The pages of one poll's coding, as far as the reader may open them."""
    names = [("desk_coding", _("Overview"))]
    if policy.can("polls.coding.lead", actor_of(request), poll):
        names += [
            ("desk_codebooks", _("Codebook")),
            ("desk_agreement", _("Agreement")),
            ("desk_rulings", _("Differences")),
            ("desk_objections", _("Objections")),
        ]
    else:
        names.append(("desk_codebooks", _("Codebook")))
    here = request.path
    found = []
    for name, label in names:
        url = reverse(name, args=[poll.code])
        is_active = here == url or (here.startswith(url) and name != "desk_coding")
        found.append({"label": label, "url": url, "active": is_active})
    return found


def shown(book: Codebook) -> list[Part]:
    """Groups with their codes, in the language of the page, each code with its key on the keyboard."""
    return groups_of(book.body)


def groups_of(body: Part) -> list[Part]:
    """The same of the body of a book, as an edition of a report keeps it."""
    codes = body.get("codes", [])
    keywords = [one["key"] for one in codes if one.get("kind", KEYWORD) == KEYWORD]
    keys = dict(zip(keywords, KEYS, strict=False))
    groups = [
        {
            "key": group["key"],
            "name": named(group),
            "codes": [one for one in codes if one.get("group") == group["key"]],
        }
        for group in body.get("groups", [])
    ]
    known = {group["key"] for group in groups}
    loose = [one for one in codes if one.get("group") not in known]
    groups.append({"key": "", "name": _("In no group"), "codes": loose})
    return [group | {"codes": [_code(one, keys) for one in group["codes"]]} for group in groups]


def _code(one: Part, keys: dict[str, str]) -> Part:
    kind = one.get("kind", KEYWORD)
    return {
        "key": one["key"],
        "name": named(one),
        "kind": kind,
        "press": keys.get(one["key"], "") if kind == KEYWORD else "0" if kind == OTHER else "x",
        "definition": in_language(one.get("definition")),
        "include": in_language(one.get("include")),
        "exclude": in_language(one.get("exclude")),
        "examples": in_language(one.get("examples")) or [],
    }


def in_language(texts: Any) -> Any:
    """The text in the language of the page, else in the other one."""
    texts = texts or {}
    first, second = ("en", "ko") if in_english() else ("ko", "en")
    return texts.get(first) or texts.get(second) or ""


def names_of(book: Codebook) -> dict[str, str]:
    return {one["key"]: named(one) for one in book.body.get("codes", [])}


def number(typed: str | None) -> int:
    """A key as it was sent; 0 where it is none."""
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 19 else 0
