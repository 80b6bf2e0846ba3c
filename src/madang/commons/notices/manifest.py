"""What notices offer the page shell: the number of unread ones."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madang.commons.notices.kinds import register_kind
from madang.commons.notices.queries import unread_count
from madang.kernel import manifest
from madang.kernel.actors import Actor


def unread(actor: Actor) -> int:
    return unread_count(actor.user) if actor.user is not None else 0


def parts() -> tuple[manifest.Part, ...]:
    """Notices as a part of project 7. Without numbers: they would count what is told of private things too."""
    sentence = gettext("At once, daily or weekly; by mail, feed, calendar or web hook; one click stops them.")
    return (manifest.Part(gettext("Notices"), sentence, reverse("mail_settings"), 100),)


register_kind("notices.hook_disabled", lambda data: _("does not answer: the web hook was switched off"))
manifest.register(manifest.Feature(name="notices", label=_("Notices"), badge=unread, parts={7: parts}))
