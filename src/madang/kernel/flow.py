"""State machines as tables. Plain Python, so that a flow can be read aloud and drawn.

A flow is a tuple of steps; a step says from which states it may start and where it ends. Nothing here
writes: `madang.kernel.domain.transitions.move()` is the only function that changes a state.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One arrow. `to=None` keeps the state (an act that is logged but moves nothing)."""

    name: str
    sources: tuple[str, ...]
    to: str | None
    needs_reason: bool = False


@dataclass(frozen=True, slots=True)
class Flow:
    """A named table of steps. `name` prefixes policy and audit names: `matters.matter` + `assign`."""

    name: str
    initial: str
    steps: tuple[Step, ...]

    def step(self, name: str) -> Step:
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(f"{self.name} has no step {name!r}")

    def states(self) -> frozenset[str]:
        reached = {self.initial}
        for step in self.steps:
            reached.update(step.sources)
            if step.to:
                reached.add(step.to)
        return frozenset(reached)

    def open_steps(self, state: str) -> tuple[Step, ...]:
        """The steps that may start in `state`."""
        return tuple(step for step in self.steps if state in step.sources)
