"""The services that this installation runs. One that is switched off cannot even be imported."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.apps import apps


def front_door(name: str) -> Any:
    """The `api` module of a service, or None where it is switched off."""
    if not apps.is_installed(f"madang.services.{name}"):
        return None
    return import_module(f"madang.services.{name}.api")
