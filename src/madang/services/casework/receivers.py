"""Where cases live and how they are found."""

from __future__ import annotations

from madang.commons.matters import api as matters
from madang.services.casework import found

matters.lives_at(found.pages_of)
matters.describe_by(found.details)
