"""On the receipt page: how an answer was coded, an objection to it, and what became of that."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from madang.commons.matters import guessing
from madang.kernel import clock, ids
from madang.kernel.errors import RefusedError, TooManyError
from madang.kernel.web import limits
from madang.services.polls import coding_api
from madang.services.polls.domain import objections, slips
from madang.services.polls.enums import ObjectionState
from madang.services.polls.models import Response
from madang.services.polls.web import receipts
from madang.services.polls.web.coding_forms import ObjectionForm, named
from madang.services.polls.web.coding_pages import in_language


def block(request: HttpRequest, response: Response, code: str) -> SafeString:
    """The code of her answer with its definition and reason; where she may, a form to object."""
    found = coding_api.coded(response)
    if found is None:
        return SafeString()
    codes = found.codebook.body["codes"]
    is_objecting = request.method == "POST" and request.path == reverse("poll_receipt_object")
    objection = found.objection
    form = None
    if objection is None or objection.codebook_id != found.codebook.pk:
        form = ObjectionForm(request.POST if is_objecting else None, codes=codes)
    context = {
        "code": code,
        "name": named(found.code),
        "definition": in_language(found.code.get("definition")),
        "more": [named(one) for one in found.more],
        "how": found.how,
        "reason": found.reason,
        "version": found.codebook.version,
        "poll": response.poll,
        "objection": objection,
        "is_open": objection is not None and objection.state == ObjectionState.OPEN,
        "is_late": objection is not None
        and objection.state == ObjectionState.OPEN
        and objection.due_at < clock.now(),
        "is_upheld": objection is not None and objection.state == ObjectionState.UPHELD,
        "form": form,
        "days": objections.terms(clock.now())[1].amount,
    }
    made: SafeString = render_to_string("polls/coding/part_coded.html", context, request)
    return made


@never_cache
@require_POST
def object_(request: HttpRequest) -> HttpResponseBase:
    """Object with the receipt code; the receipt page comes back, with what is wrong where something is."""
    try:
        if guessing.is_flood():
            limits.spend(request, limits.RECEIPT_IN_FLOOD)
        limits.spend(request, *limits.RECEIPT)
    except TooManyError as error:
        answer = HttpResponse(str(error), status=429, content_type="text/plain; charset=utf-8")
        answer["Retry-After"] = str(error.retry_after)
        return answer
    typed = request.POST.get("code", "")
    response = slips.by_code(typed)
    if response is None:
        guessing.missed()
        return redirect("poll_receipt")
    code = ids.read_code(typed) or ""
    found = coding_api.coded(response)
    if found is None:
        return receipts.show(request, response, code, error=_("This answer has no code yet."), status=409)
    form = ObjectionForm(request.POST, codes=found.codebook.body["codes"])
    if not form.is_valid():
        return receipts.show(request, response, code, status=422)
    try:
        coding_api.object_(response=response, codebook=found.codebook, **form.cleaned_data)
    except RefusedError as refused:
        return receipts.show(request, response, code, error=str(refused), status=refused.status)
    return receipts.show(
        request,
        response,
        code,
        note=_("Your objection is in. Somebody who did not code your answer replies, and you read it here."),
    )
