"""When the site cannot be reached: a page that a device keeps, and what it kept comes in later, once.

The worker answers for the pages of cases alone (its address lies in their folder) and only where the site does not.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import datetime
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from madang.commons.matters.domain.attachments import PHOTOS, cleaned
from madang.commons.matters.receipts import OPENED, opened_with
from madang.kernel import clock
from madang.kernel.errors import RefusedError, TooManyError
from madang.kernel.templatetags.ui import seoul_text
from madang.kernel.web import limits, placing
from madang.kernel.web.acting import actor_of
from madang.services.casework import queries
from madang.services.casework.domain import keeping
from madang.services.casework.domain.filing import FiledCase
from madang.services.casework.limits import BODY_MAX, TITLE_MAX
from madang.services.casework.logic import typing
from madang.services.casework.web import words
from madang.services.casework.web.forms import KeptForm

KEY, SECRET = re.compile(r"[0-9a-f]{32}"), re.compile(r"[0-9a-f]{64}")
SEND = limits.Limit("case.kept", 60, 3600)
FILES = ("madang.css", "js/madang.js", "js/place.js", "js/cases.js", "kernel/mark.svg", "fonts/madang-400-00.woff2",
         "fonts/madang-700-00.woff2")  # fmt: skip


def who(request: HttpRequest) -> str:
    """A mark by which a device knows whether the same person is signed in; empty for nobody. It tells nobody who."""
    actor = actor_of(request)
    return (
        salted_hmac("madang.cases.who", str(actor.user.pk)).hexdigest()[:16] if actor.user is not None else ""
    )


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The page for times without a connection. It is the same for everybody, so that a device may keep it."""
    center = queries.centers().first()
    if center is None:
        return render(request, "casework/closed.html", {"bare": True}, status=404)
    form = KeptForm(center=center, is_signed_in=False)
    context = {
        "bare": True,
        "center": center,
        "form": form,
        "title_max": TITLE_MAX,
        "body_max": BODY_MAX,
        "file_terms": PHOTOS,
        "place_words": placing.words_json(),
        "place_start": " ".join(queries.districts_lately(center)),
        "words": json.dumps(_words(), ensure_ascii=False),
    }
    answer = render(request, "casework/offline.html", context)
    answer["Cache-Control"] = "no-cache"
    return answer


def _words() -> dict[str, str]:
    """What the script says."""
    return {
        "waiting": _("Kept on this device, not yet filed"),
        "held": _("Not sent: it was written by somebody who was signed in then"),
        "refused": _("Not filed: something has to be changed"),
        "filed": _("It is filed now"),
        "written": _("Written %(when)s"),
        "kept": _("Kept on this device. It is sent by itself as soon as the site can be reached."),
        "full": _("This device has no room for it. Leave out photos, or write it down on paper."),
        "none": _("Write what it is about and what happened."),
        "gone": _("Deleted from this device."),
        "files": _("Files: %(n)s"),
    }


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The worker of the pages of cases, with the list of what it puts aside."""
    with staticfiles_storage.open("js/cases-worker.js") as file:
        script = file.read().decode()
    shell = json.dumps(
        {
            "name": f"madang-cases-{get_language() or 'ko'}",
            "offline": reverse("case_offline"),
            "new": reverse("case_new"),
            "files": [*(static(name) for name in FILES), reverse("place_data")],
        }
    )
    answer = HttpResponse(f"self.shell = {shell};\n{script}", content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """That the site can be reached, whether the same person is signed in, and what a form has to carry."""
    return JsonResponse({"csrf": get_token(request), "who": who(request), "at": clock.now().isoformat()})


@require_POST
def take(request: HttpRequest) -> JsonResponse:
    """One filing that a device kept. The same one again is told the same; what is refused stays on the device."""
    center = queries.centers().first()
    actor = actor_of(request)
    try:
        limits.spend(request, SEND)
        writing = _writing(request)
        if center is None or writing is None:
            return _no(_("This cannot be filed as it is. Write it anew on the site."), 400)
        form = KeptForm(request.POST, center=center, is_signed_in=actor.is_signed_in)
        if not form.is_valid():
            return _no(" ".join(str(one) for all_of in form.errors.values() for one in all_of), 422)
        if len(request.FILES.getlist("files")) > PHOTOS.files:
            return _no(_("At most %(n)s files go with a case.") % {"n": PHOTOS.files}, 422)
        uploads = [cleaned(one, PHOTOS) for one in request.FILES.getlist("files")]
        data = form.filing
        content = json.dumps(
            [
                {name: str(value) for name, value in data.items()},
                [hashlib.sha256(one.data).hexdigest() for one in uploads],
            ],
            sort_keys=True,
        )
        answer = keeping.take(
            actor=actor,
            writing=writing,
            content=hashlib.sha256(content.encode()).hexdigest(),
            tell=_told,
            center=center,
            case_type=(proposed := typing.propose(data["title"], data["body"], usual="").type),
            proposed_type=proposed,
            uploads=tuple({hashlib.sha256(one.data).digest(): one for one in uploads}.values()),
            **data,
        )
    except TooManyError as error:
        refused = _no(str(error), 429)
        refused["Retry-After"] = str(error.retry_after)
        return refused
    except RefusedError as error:
        return _no(str(error), error.status, error.code)
    # Told again as well: where the connection broke before the first answer arrived, that one's session is lost.
    if not actor.is_signed_in or data["is_anonymous"]:
        request.session[OPENED] = opened_with(request.session, answer["pk"])
    return JsonResponse({name: value for name, value in answer.items() if name != "pk"})


def _writing(request: HttpRequest) -> keeping.Writing | None:
    key, secret = request.POST.get("key", ""), request.POST.get("secret", "")
    try:
        written, sent = (datetime.fromisoformat(request.POST.get(name, "")) for name in ("written", "sent"))
    except ValueError:
        return None
    if not KEY.fullmatch(key) or not SECRET.fullmatch(secret) or not written.tzinfo or not sent.tzinfo:
        return None
    return keeping.Writing(key, secret, written, sent)


def _told(made: FiledCase) -> dict[str, Any]:
    """What the device is told: number, code, office, day."""
    assert made.filed is not None
    matter = made.case.matter
    return {
        "pk": made.case.pk,
        "number": matter.number or "",
        "code": made.filed.code,
        "office": matter.responsible.name,
        "received": seoul_text(matter.filed_at),
        "due": seoul_text(matter.due_at, "due"),
        "url": words.address(made.case),
        "receipt": reverse("receipt"),
    }


def _no(sentence: str, status: int, code: str = "") -> JsonResponse:
    return JsonResponse({"sentence": sentence, "code": code}, status=status)
