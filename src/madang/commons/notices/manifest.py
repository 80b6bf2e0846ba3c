"""What notices offer the page shell: the number of unread ones."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.commons.notices.kinds import register_kind
from madang.commons.notices.queries import unread_count
from madang.kernel import manifest
from madang.kernel.actors import Actor


def unread(actor: Actor) -> int:
    return unread_count(actor.user) if actor.user is not None else 0


register_kind("notices.hook_disabled", lambda data: _("does not answer: the web hook was switched off"))
manifest.register(manifest.Feature(name="notices", label=_("Notices"), badge=unread))
