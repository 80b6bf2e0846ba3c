"""Attachments, through the same gate as the page they belong to."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from madang.commons.matters.models import Attachment
from madang.kernel import policy
from madang.kernel.web.acting import actor_of


@require_safe
def file(request: HttpRequest, pk: int) -> FileResponse:
    """One attachment. Pictures open in the page, documents are saved; neither can run anything."""
    attachment = get_object_or_404(Attachment.objects.select_related("matter"), pk=pk)
    if not policy.can("matters.attachment.view", actor_of(request), attachment):
        raise Http404
    try:
        opened = attachment.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        opened,
        as_attachment=not attachment.is_picture,
        filename=attachment.name,
        content_type=attachment.content_type,
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    # What moderation takes down has to vanish from caches too.
    response["Cache-Control"] = "private, no-cache"
    return response
