"""`{{ text|say }}` and `{% quote text %}` for the texts of the plan."""

from __future__ import annotations

from django import template

from madang.kernel.plan import Text
from madang.portal import words

register = template.Library()


@register.filter
def say(text: Text | None) -> str:
    """The text in the language of the page."""
    return words.say(text)


@register.inclusion_tag("portal/plan/quote.html")
def quote(text: Text) -> dict[str, object]:
    """A sentence of the plan; on Korean pages the plan's own English stands below the rendering."""
    return {"said": words.shown(text)}
