"""2,143 made-up coded rows with the shares of the plan's table. They are no answers of anybody."""

from __future__ import annotations

from madang.services.polls.logic.codebook import Coded

COUNTS = {
    "communication": 171,
    "engagement": 107,
    "collaboration": 100,
    "opening": 94,
    "public-interest": 214,
    "quality": 129,
    "disadvantaged": 129,
    "safety": 200,
    "jobs": 150,
    "social-problems": 77,
    "coexistence": 50,
    "fair-transparent": 300,
    "proactive": 193,
    "efficiency": 184,
    "authority": 45,
}


def rows() -> list[Coded]:
    codes = [code for code, count in COUNTS.items() for _ in range(count)]
    return [Coded(f"answer-{at}", f"person-{at}", (code,)) for at, code in enumerate(codes)]
