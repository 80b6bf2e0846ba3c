"""The desk of an administrator: offices, their posts, and who holds them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.validators import validate_slug
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madang.kernel import queries as kernel
from madang.kernel import text
from madang.kernel.domain import offices
from madang.kernel.errors import RefusedError
from madang.kernel.models import Mandate, Organisation, Post, Role
from madang.kernel.web.acting import actor_of

Part = dict[str, Any]
NEEDED = {"required": gettext_lazy("Write something here.")}


class Line(forms.CharField):
    """One line of words, cleaned."""

    def clean(self, value: Any) -> str:
        cleaned: str = super().clean(text.clean_line(str(value or "")))
        return cleaned


class OfficeForm(forms.Form):
    """A new office."""

    name_ko = Line(max_length=80, label=gettext_lazy("Name in Korean"), error_messages=NEEDED)
    name_en = Line(max_length=120, label=gettext_lazy("Name in English"), error_messages=NEEDED)
    code = Line(
        max_length=50,
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("Small Latin letters, digits and hyphens. It stands in addresses and stays."),
        validators=[validate_slug],
        error_messages={
            **NEEDED,
            "invalid": gettext_lazy("Use small Latin letters, digits and hyphens, like culture-arts."),
        },
    )
    kind = forms.ChoiceField(
        choices=Organisation.Kind.choices,
        initial=Organisation.Kind.OFFICE,
        label=gettext_lazy("Kind of body"),
    )
    phone = Line(max_length=20, required=False, label=gettext_lazy("Telephone"))


class PostForm(forms.Form):
    """A new seat."""

    role = forms.ChoiceField(choices=Role.choices, label=gettext_lazy("Role"))
    title_ko = Line(max_length=60, label=gettext_lazy("Title in Korean"), error_messages=NEEDED)
    title_en = Line(max_length=80, label=gettext_lazy("Title in English"), error_messages=NEEDED)


class GrantForm(forms.Form):
    """Who gets a post."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address of the account"),
        help_text=gettext_lazy("The person signs up first; then you name her here."),
        error_messages={
            "required": gettext_lazy("Write the address of the account."),
            "invalid": gettext_lazy("Write an e-mail address like name@example.org."),
        },
    )
    basis = Line(
        max_length=200,
        label=gettext_lazy("Order that it rests on"),
        help_text=gettext_lazy("Its number and day."),
        error_messages=NEEDED,
    )


class EndForm(forms.Form):
    """Why a mandate ends."""

    reason = Line(
        max_length=300,
        label=gettext_lazy("Why does it end?"),
        help_text=gettext_lazy("Published without the name."),
        error_messages={"required": gettext_lazy("Give a reason in a sentence; it is published.")},
    )


class CloseForm(forms.Form):
    """Which office goes on with the tasks of one that ends."""

    successor = forms.ModelChoiceField(
        queryset=Organisation.objects.none(),
        label=gettext_lazy("Office that goes on with its tasks"),
        help_text=gettext_lazy(
            "What is owed and promised here is its from now on, with every date; routes lead to it."
        ),
        empty_label=gettext_lazy("Choose an office"),
        error_messages={
            "required": gettext_lazy("Choose the office that goes on."),
            "invalid_choice": gettext_lazy("Choose an office from the list."),
        },
    )
    reason = Line(
        max_length=300,
        label=gettext_lazy("Why does it end?"),
        help_text=gettext_lazy("Published, such as the number and day of the ordinance."),
        error_messages={"required": gettext_lazy("Give a reason in a sentence; it is published.")},
    )

    def __init__(self, data: Any = None, *, among: QuerySet[Organisation]) -> None:
        super().__init__(data)
        successor: Any = self.fields["successor"]
        successor.queryset = among


def _administered(request: HttpRequest) -> frozenset[int]:
    found = offices.reach(actor_of(request))
    if not found:
        raise RefusedError(gettext_lazy("Only an administrator may do that."), "mandate.admin")
    return found


def _office(request: HttpRequest, code: str) -> Organisation:
    found = (
        Organisation.objects.filter(code=code, pk__in=_administered(request))
        .select_related("parent", "successor")
        .first()
    )
    if found is None:
        raise Http404
    return found


def _crumbs(*more: Part) -> list[Part]:
    return [
        {"label": _("Desk"), "url": reverse("desk")},
        {"label": _("Offices and people"), "url": reverse("offices") if more else ""},
        *more,
    ]


@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """Every office within reach, as a tree, with its posts and who holds them."""
    holders = offices.valid(Mandate.objects.select_related("user"))
    posts = Post.objects.order_by("role", "title_ko").prefetch_related(
        Prefetch("mandates", queryset=holders, to_attr="held")
    )
    known = Organisation.objects.filter(pk__in=_administered(request)).select_related("successor")
    rows = known.prefetch_related(Prefetch("posts", queryset=posts, to_attr="seats"))
    context = {"rows": _tree(list(rows)), "breadcrumb": _crumbs()}
    return render(request, "portal/offices/overview.html", context)


def _tree(rows: list[Organisation]) -> list[Part]:
    """Offices below the one they belong to, with how deep they stand."""
    keys = {row.pk for row in rows}
    below: dict[int | None, list[Organisation]] = {}
    for row in rows:
        below.setdefault(row.parent_id if row.parent_id in keys else None, []).append(row)
    found: list[Part] = []

    def walk(parent: int | None, depth: int) -> None:
        for row in below.get(parent, []):
            found.append({"office": row, "depth": min(depth, 4), "seats": row.seats})  # type: ignore[attr-defined]
            walk(row.pk, depth + 1)

    walk(None, 0)
    return found


def _form_page(
    request: HttpRequest,
    form: forms.Form,
    *,
    title: str,
    lead: str,
    button: str,
    back: str,
    crumbs: list[Part],
) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "lead": lead,
        "button": button,
        "back": back,
        "breadcrumb": crumbs,
    }
    return render(request, "portal/offices/form.html", context, status=422 if form.errors else 200)


@login_required
def new_office(request: HttpRequest, code: str) -> HttpResponse:
    """A new office below this one."""
    parent = _office(request, code)
    form = OfficeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = offices.add_office(actor=actor_of(request), parent=parent, **form.cleaned_data)
        except RefusedError as refusal:
            if refusal.code != "office.code":
                raise
            form.add_error("code", str(refusal))
        else:
            messages.success(request, _("The office is there. Give it posts, and the posts people."))
            return redirect("office", made.code)
    back = reverse("office", args=[code])
    title = _("New office")
    crumbs = _crumbs({"label": parent.name, "url": back}, {"label": title, "url": ""})
    return _form_page(
        request, form, title=title, lead=parent.name, button=_("Add the office"), back=back, crumbs=crumbs
    )


@login_required
def office(request: HttpRequest, code: str) -> HttpResponse:
    """One office: its posts with everybody who holds or held them."""
    found = _office(request, code)
    mandates = Mandate.objects.select_related("user").order_by("-valid_from")
    posts = found.posts.order_by("role", "title_ko").prefetch_related(Prefetch("mandates", queryset=mandates))
    held = set(offices.valid(Mandate.objects.filter(post__organisation=found)).values_list("pk", flat=True))
    context = {
        "office": found,
        "posts": [
            {
                "post": post,
                "now": [row for row in post.mandates.all() if row.pk in held],
                "before": [row for row in post.mandates.all() if row.pk not in held],
            }
            for post in posts
        ],
        "breadcrumb": _crumbs({"label": found.name, "url": ""}),
    }
    return render(request, "portal/offices/office.html", context)


@login_required
def new_post(request: HttpRequest, code: str) -> HttpResponse:
    """A new seat in an office."""
    found = _office(request, code)
    form = PostForm(request.POST or None)
    back = reverse("office", args=[code])
    if request.method == "POST" and form.is_valid():
        offices.add_post(actor=actor_of(request), office=found, **form.cleaned_data)
        messages.success(request, _("The post is there. Now name who holds it."))
        return redirect(back)
    title = _("New post")
    crumbs = _crumbs({"label": found.name, "url": back}, {"label": title, "url": ""})
    return _form_page(
        request, form, title=title, lead=found.name, button=_("Add the post"), back=back, crumbs=crumbs
    )


@login_required
def grant(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Name who holds a post from now on."""
    found = _office(request, code)
    post = found.posts.filter(pk=pk).first()
    if post is None:
        raise Http404
    form = GrantForm(request.POST or None)
    back = reverse("office", args=[code])
    if request.method == "POST" and form.is_valid():
        try:
            offices.grant(actor=actor_of(request), post=post, **form.cleaned_data)
        except RefusedError as refusal:
            if refusal.status == 403:
                raise
            form.add_error("email", str(refusal))
        else:
            messages.success(request, _("Named. The mandate holds from now on."))
            return redirect(back)
    title = _("Name somebody")
    crumbs = _crumbs({"label": found.name, "url": back}, {"label": title, "url": ""})
    lead = f"{found.name} · {post.title} ({post.get_role_display()})"
    return _form_page(
        request, form, title=title, lead=lead, button=_("Give the post"), back=back, crumbs=crumbs
    )


@login_required
def end(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """End a mandate, after a page that asks."""
    found = _office(request, code)
    mandate = Mandate.objects.filter(pk=pk, post__organisation=found).select_related("post", "user").first()
    if mandate is None:
        raise Http404
    form = EndForm(request.POST or None)
    back = reverse("office", args=[code])
    if request.method == "POST" and form.is_valid():
        try:
            offices.end(actor=actor_of(request), mandate=mandate, reason=form.cleaned_data["reason"])
        except RefusedError as refusal:
            if refusal.status == 403:
                raise
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The mandate has ended. What was done under it stays."))
            return redirect(back)
    title = _("End a mandate")
    crumbs = _crumbs({"label": found.name, "url": back}, {"label": title, "url": ""})
    lead = f"{mandate.user.shown_name} · {mandate.post.title} ({mandate.post.get_role_display()})"
    return _form_page(request, form, title=title, lead=lead, button=_("End it now"), back=back, crumbs=crumbs)


@login_required
def close(request: HttpRequest, code: str) -> HttpResponse:
    """End an office and name the one that goes on, after a page that asks."""
    found = _office(request, code)
    among = kernel.offices().filter(pk__in=_administered(request), successor=None).exclude(pk=found.pk)
    form = CloseForm(request.POST or None, among=among)
    back = reverse("office", args=[code])
    if request.method == "POST" and form.is_valid():
        try:
            offices.end_office(actor=actor_of(request), office=found, **form.cleaned_data)
        except RefusedError as refusal:
            if refusal.status == 403:
                raise
            on_office = refusal.code in ("office.successor", "office.unmanned")
            form.add_error("successor" if on_office else None, str(refusal))
        else:
            messages.success(request, _("The office has ended. What it owed goes on with the other one."))
            return redirect(back)
    title = _("End an office")
    crumbs = _crumbs({"label": found.name, "url": back}, {"label": title, "url": ""})
    return _form_page(
        request, form, title=title, lead=found.name, button=_("End it now"), back=back, crumbs=crumbs
    )
