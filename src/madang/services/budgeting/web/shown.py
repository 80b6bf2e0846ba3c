"""Elections, items and counts as the pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from madang.kernel.money import korean
from madang.kernel.saying import in_english, tongue
from madang.kernel.templatetags.ui import seoul_text
from madang.kernel.text import language_of
from madang.services.budgeting.enums import Method
from madang.services.budgeting.models import Count, Election, Item

Part = dict[str, Any]
SIGNS = {"KRW": "₩", "EUR": "€", "USD": "$", "PLN": "PLN ", "CHF": "CHF ", "HUF": "HUF "}


def money(election: Election, units: int) -> str:
    """An amount with its currency: 1억 8,000만 원 · ₩180,000,000."""
    amount = election.amount(units)
    if election.currency == "KRW" and not in_english():
        return korean(int(amount))
    places = 0 if amount == amount.to_integral_value() else len(str(election.unit)) - 1
    sign = SIGNS.get(election.currency, f"{election.currency} " if election.currency else "")
    return f"{sign}{amount:,.{places}f}"


def percent(part: int, whole: int) -> str:
    return f"{Decimal(part) * 100 / Decimal(whole):.1f}" if whole else "–"


def vote_type(election: Election) -> str:
    words = {
        "approval": _("Each ballot names projects"),
        "choose-1": _("Each ballot names one project"),
        "ordinal": _("Each ballot ranks projects"),
        "cumulative": _("Each ballot gives out points"),
        "scoring": _("Each ballot rates projects"),
    }
    return words.get(election.vote_type, election.vote_type)


def tags(election: Election) -> list[Part]:
    return [{"label": _("Demo"), "tone": "plum"}] if election.is_demo else []


def meta(election: Election) -> list[str]:
    """Where and when."""
    where = ", ".join(filter(None, (election.place, election.country if not election.is_demo else "")))
    when = seoul_text(election.held_until, "date") if election.held_until else election.occasion
    return [piece for piece in (where, when) if piece]


def stats(election: Election, items: list[Item]) -> list[Part]:
    """The election in four figures."""
    known = [item for item in items if item.won is not None]
    spent = sum(item.cost for item in known if item.won)
    many = sum(1 for item in known if item.won)
    found = [
        {"label": _("Money"), "value": money(election, election.budget)},
        {"label": _("Voters"), "value": f"{election.voters:,}"},
        {"label": _("Projects on the ballot"), "value": f"{len(items):,}"},
    ]
    if known:
        note = _("%(percent)s %% of the money") % {"percent": percent(spent, election.budget)}
        found.append({"label": _("Funded by the city"), "value": f"{many:,}", "note": note})
    return found


def item_stats(election: Election, item: Item) -> list[Part]:
    """One project in figures."""
    share = _("%(percent)s %% of the voters") % {"percent": percent(item.votes, election.voters)}
    part = _("%(percent)s %% of the money") % {"percent": percent(item.cost, election.budget)}
    decided = (
        _("not stated in the file") if item.won is None else _("Funded") if item.won else _("Not funded")
    )
    return [
        {"label": _("Votes"), "value": f"{item.votes:,}", "note": share},
        {"label": _("Cost"), "value": money(election, item.cost), "note": part},
        {"label": _("The city decided"), "value": decided},
    ]


def state(count: Count | None) -> str:
    """Why a count cannot be shown yet; empty once it can."""
    if count is None or count.state == Count.State.WAITING:
        return _("Is being counted. Look again in a minute.")
    return _("This rule could not count these ballots.") if count.state == Count.State.FAILED else ""


def winners(count: Count) -> set[str]:
    return set((count.result or {}).get("winners", ()))


def spent(count: Count, items: Iterable[Item]) -> int:
    won = winners(count)
    return sum(item.cost for item in items if item.code in won)


def differs(won: set[str], items: Iterable[Item]) -> str:
    """How a count differs from the city's decision: +2 −1."""
    rows = [item for item in items if item.won is not None]
    if not rows:
        return ""
    more = sum(1 for item in rows if item.code in won and not item.won)
    fewer = sum(1 for item in rows if item.code not in won and item.won)
    if not more and not fewer:
        return _("as the city decided")
    return " ".join(piece for piece in (f"+{more}" if more else "", f"−{fewer}" if fewer else "") if piece)


def card(method: Method, count: Count | None, election: Election, items: list[Item], now: Method) -> Part:
    """A rule to choose, with what it would do."""
    found: Part = {
        "key": method.key,
        "label": method.label,
        "about": method.about,
        "current": method is now,
        "state": state(count),
    }
    if count is not None and not found["state"]:
        won = winners(count)
        found |= {
            "many": len(won),
            "percent": percent(spent(count, items), election.budget),
            "differs": differs(won, items),
        }
    return found


def chosen(method: Method, count: Count | None, election: Election, items: list[Item]) -> Part:
    """The rule that the page shows, in sentences and facts."""
    found: Part = {
        "key": method.key,
        "label": method.label,
        "state": state(count),
        "tone": "blue",
        "digest": "",
    }
    if count is None or found["state"]:
        said = count.said if count is not None else []
        return found | {"said": [line for line in said if language_of(line) == tongue()] or said}
    won, paid = winners(count), spent(count, items)
    found["sentence"] = ngettext(
        "Funds %(n)s project with %(spent)s, %(percent)s %% of the money.",
        "Funds %(n)s projects with %(spent)s, %(percent)s %% of the money.",
        len(won),
    ) % {"n": len(won), "spent": money(election, paid), "percent": percent(paid, election.budget)}
    if count.served is not None:
        found["served"] = _("%(percent)s %% of the voters get at least one project that they voted for.") % {
            "percent": percent(count.served, election.voters)
        }
    result = count.result or {}
    settings, facts = result["settings"], result["facts"]
    names = {row["id"]: row["name"] for row in result["projects"]}
    found["ties"] = [" = ".join(names[code] for code in tied) for tied in result["ties"]]
    found["tie_order"] = settings["tie_order"][tongue()]
    found["notes"] = [note[tongue()] for note in result["notes"]]
    found["facts"] = [
        {"name": _("Rule"), "code": settings["rule"]},
        {"name": _("Served by"), "code": settings["utility"]},
        {"name": _("Completion"), "code": settings["completion"]},
        {"name": _("Step of a share"), "value": settings["increment"]},
        {"name": _("Arithmetic"), "value": _("Exact: whole numbers and fractions")},
        *(
            [{"name": _("Share of each voter at the end"), "value": fraction(facts["share"])}]
            if "share" in facts
            else []
        ),
        {"name": _("Seconds it took here"), "value": f"{count.took or 0:.1f}"},
    ]
    return found | {"digest": count.digest}


def fraction(exact: str) -> str:
    """An exact amount of the currency, with a decimal beside it where it is a fraction."""
    upper, _slash, lower = exact.partition("/")
    return f"{exact} ≈ {Decimal(upper) / Decimal(lower):,.2f}" if lower else f"{Decimal(exact):,}"


def board(election: Election, items: list[Item], count: Count | None) -> list[Part]:
    """The projects with both outcomes."""
    done = count is not None and not state(count)
    won = winners(count) if count is not None and done else set()
    return [
        {
            "name": item.name,
            "url": reverse("election_item", args=[election.slug, item.code]),
            "votes": item.votes,
            "cost": money(election, item.cost),
            "decided": item.won,
            "won": item.code in won,
            "changed": done and item.won is not None and item.won != (item.code in won),
        }
        for item in items
    ]


def bars(election: Election, items: list[Item], count: Count | None) -> list[Part]:
    """The money as two lines, the city's and the rule's: what both fund comes first, then what only one of them does."""
    if count is None or state(count) or not any(item.won is not None for item in items):
        return []
    won = winners(count)
    by_city = {item.code for item in items if item.won}
    found = []
    for label, own, tone in ((_("The city decided"), by_city, "ochre"), (_("By this rule"), won, "jade")):
        both, alone = by_city & won & own, own - (by_city & won)
        parts, at = [], 0.0
        for codes, of in ((both, "blue"), (alone, tone)):
            for item in items:
                if item.code in codes:
                    width = item.cost / election.budget * 100
                    parts.append({"x": at, "width": max(width - 0.25, 0.1), "tone": of, "name": item.name})
                    at += width
        paid = sum(item.cost for item in items if item.code in own)
        said = _("%(percent)s %% of the money") % {"percent": percent(paid, election.budget)}
        found.append({"label": label, "parts": parts, "said": said, "money": money(election, paid)})
    return found


def verdict(method: Method, count: Count | None, election: Election, item: Item) -> Part:
    """One rule's word on one project."""
    found: Part = {"key": method.key, "label": method.label, "state": state(count)}
    if count is None or found["state"]:
        return found
    none: Part = {}
    entry = next((row for row in (count.result or {})["projects"] if row["id"] == item.code), none)
    return found | {"won": item.code in winners(count), "why": entry.get(tongue(), "")}


def command(election: Election, method: Method) -> str:
    """What anyone types to repeat the count with the program that can be taken from here."""
    words = f"--rule {method.rule}"
    if method.rule == "equal-shares":
        words += f" --utility {method.utility} --completion {method.completion}"
        if election.increment != "1":
            words += f" --increment {election.increment}"
    if method.weights:
        words += f" --weights {method.weights}"
    if election.tie_order != "id":
        words += f" --ties {election.tie_order}"
    return f"python count.pyz {election.slug}.pb {words}"
