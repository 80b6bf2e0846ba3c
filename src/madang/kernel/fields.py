"""A column that is sealed in the database and plain in Python."""

from __future__ import annotations

import logging
from typing import Any

from django.core.validators import EmailValidator
from django.db import models

from madang.kernel import sealing

log = logging.getLogger("madang.sealing")


class SealedField(models.CharField):
    """Text that a copy of the database does not tell. Equality, `in` and unique keys work; order and parts do not.

    `max_length` counts the sealed form: four thirds of (value + 16), and 7. What was written before the column was
    sealed is read as it stands. A value whose key is lost reads as "" and is logged, so that a page still opens.

    Args:
        purpose: which key; columns that are compared with each other share it.
    """

    def __init__(self, *args: Any, purpose: str, **kwargs: Any) -> None:
        self.purpose = purpose
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "purpose": self.purpose}

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return value if value in (None, "") else sealing.seal_same(value, self.purpose)

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        if value is None:
            return None
        try:
            return sealing.unseal_same(value, self.purpose)
        except sealing.UnreadableError:
            log.error("a sealed value (%s) does not open with SECRET_KEY or its fallbacks", self.purpose)
            return ""


class SealedEmailField(SealedField):
    """An e-mail address, sealed."""

    default_validators = [EmailValidator()]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 1100)  # 254 characters of three bytes each, sealed
        kwargs.setdefault("purpose", "address")
        super().__init__(*args, **kwargs)


def seal_column(model: Any, column: str, alias: str, batch: int = 500) -> int:
    """Seal what stands plain in a column of the database `alias` (for migrations, after the column was made wide enough);
    how many rows."""
    done = last = 0
    while True:
        rows = list(model.objects.using(alias).filter(pk__gt=last).order_by("pk").only("pk", column)[:batch])
        if not rows:
            return done
        last = rows[-1].pk
        held = [row for row in rows if getattr(row, column)]
        model.objects.using(alias).bulk_update(held, [column])
        done += len(held)
