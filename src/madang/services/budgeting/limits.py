"""How often one person may cast: enough to change her mind, too little to load the site."""

from __future__ import annotations

from madang.kernel.web.limits import Limit

CAST = Limit("budgeting.cast", 60, 3600)
