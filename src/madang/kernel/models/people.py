from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock
from madang.kernel.fields import SealedField
from madang.kernel.rows import by_key


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get(self, *args: Any, **wanted: Any) -> User:
        """As ever; by its key alone, as each signed-in request asks, with a statement that is kept."""
        if type(self) is UserManager and not args and wanted.keys() == {"pk"}:
            look = _at_hand.get()
            here = look() if look is not None else None
            return here if here is not None and here.pk == wanted["pk"] else by_key(self.model, wanted["pk"])
        return super().get(*args, **wanted)


_at_hand: ContextVar[Callable[[], User | None] | None] = ContextVar("madang_person_at_hand", default=None)


@contextmanager
def at_hand(look: Callable[[], User | None]) -> Iterator[None]:
    """Inside the block a row that was read a moment ago is what asking for that person by her key gives."""
    token = _at_hand.set(look)
    try:
        yield
    finally:
        _at_hand.reset(token)


class User(AbstractBaseUser):
    """A person with an account. What she may do officially comes from mandates, never from a flag here."""

    class Theme(models.TextChoices):
        SYSTEM = "system", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name shown to others"), max_length=40, blank=True)
    language = models.CharField(max_length=2, choices=[("ko", "한국어"), ("en", "English")], default="ko")
    mail_notices = models.BooleanField(_("send notices by e-mail"), default=True)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=clock.now)
    erased_at = models.DateTimeField(
        null=True, blank=True, help_text="The person left; the row only keeps her acts apart from others'."
    )

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """The name others see; never the e-mail address."""
        if self.erased_at is not None:
            return str(_("A person who left"))
        return self.name or str(_("A resident"))


class Device(models.Model):
    """Where a person is signed in. It names the row of the session, never the key that the cookie holds."""

    user = models.ForeignKey(User, models.CASCADE, related_name="devices")
    session = models.CharField(max_length=40, unique=True)
    agent = models.CharField(max_length=300, blank=True)
    address = SealedField(max_length=100, blank=True, purpose="device")
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"device {self.pk} of {self.user_id}"
