"""The devices a person is signed in on: listed for her, and signed out by her."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest

from madang.kernel import clock
from madang.kernel.models import Device, User
from madang.kernel.sessions import stored
from madang.kernel.web import addresses


def here(request: HttpRequest) -> str:
    """The name of this request's session row; empty where there is none yet."""
    return stored(request.session.session_key) if request.session.session_key else ""


def remember(request: HttpRequest, user: User) -> None:
    """Note that this session belongs to this person. Doing it again changes nothing."""
    if not request.session.session_key:
        request.session.save()
    found = addresses.client_address(request)
    Device.objects.update_or_create(
        session=here(request),
        defaults={
            "user": user,
            "agent": request.headers.get("User-Agent", "")[:300],
            "address": str(found) if found is not None else "",
        },
    )


def connect() -> None:
    """From now on every sign-in, whichever way in, is remembered."""
    user_logged_in.connect(_on_sign_in, dispatch_uid="madang.devices")


def _on_sign_in(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    remember(request, user)


def of(user: User) -> list[Device]:
    """Where she is signed in now; rows of sessions that are over go."""
    rows = list(Device.objects.filter(user=user).order_by("-created_at", "-pk"))
    live = set(
        Session.objects.filter(
            session_key__in=[row.session for row in rows], expire_date__gt=clock.now()
        ).values_list("session_key", flat=True)
    )
    Device.objects.filter(pk__in=[row.pk for row in rows if row.session not in live]).delete()
    return [row for row in rows if row.session in live]


@transaction.atomic
def end(device: Device) -> None:
    """Sign a device out: its next request is a stranger's."""
    Session.objects.filter(session_key=device.session).delete()
    device.delete()
