"""What the channels keep of one person: for her copy, and to erase it when she leaves."""

from __future__ import annotations

from typing import Any

from madang.commons.channels.domain import calling, numbers
from madang.commons.channels.models import CallingCode, CallingUse, Number
from madang.kernel.models import User


def forget_person(user: User) -> None:
    """Erase her numbers, her code for calls and the list of what was done with it."""
    numbers.forget_person(user)
    calling.forget_person(user)


def own_data(user_id: int) -> dict[str, list[dict[str, Any]]]:
    """Everything here that points to her."""
    return {
        "numbers": [
            {"number": row.number, "since": row.first_at.isoformat(), "last": row.last_at.isoformat()}
            for row in Number.objects.filter(user=user_id, is_connected=True)
        ],
        "calling_code": [
            {"made_at": row.made_at.isoformat()} for row in CallingCode.objects.filter(user=user_id)
        ],
        "by_phone": [
            {"at": row.at.isoformat(), "act": row.act, "about": row.reference}
            for row in CallingUse.objects.filter(user=user_id)
        ],
    }
