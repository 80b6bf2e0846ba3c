"""What is looked at before the site starts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import Error, register

from madang.commons.channels import carrier


@register
def text_messages(app_configs: Any, **options: Any) -> list[Error]:
    """A carrier that is set and cannot be reached with these settings is said at the start, not by each message."""
    if settings.SMS_PROVIDER != carrier.NAME:
        return []
    return [Error(problem, id="channels.E001") for problem in carrier.problems()]
