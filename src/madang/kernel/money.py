"""Amounts in won, as they are read."""

from __future__ import annotations

from madang.kernel.saying import in_english


def won(amount: int | None, nothing: str = "") -> str:
    """1억 8,000만 원 · ₩180,000,000; `nothing` where there is no amount."""
    if amount is None:
        return nothing
    sign = "−" if amount < 0 else ""
    return sign + (f"₩{abs(amount):,}" if in_english() else korean(abs(amount)))


def korean(won: int) -> str:
    """Won as they are read: in hundred millions and ten thousands."""
    if won == 0:
        return "0원"
    large, rest = divmod(won, 100_000_000)
    middle, small = divmod(rest, 10_000)
    parts = [
        f"{large:,}억" if large else "",
        f"{middle:,}만" if middle else "",
        f"{small:,}" if small else "",
    ]
    said = " ".join(part for part in parts if part)
    return f"{said}원" if small else f"{said} 원"
