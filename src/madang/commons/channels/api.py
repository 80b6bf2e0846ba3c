"""The front door of the channels: services say what they take in, by any means."""

from madang.commons.channels.domain.persons import forget_person, own_data
from madang.commons.channels.reading import code_in
from madang.commons.channels.targets import (
    Intake,
    Place,
    Question,
    Taken,
    Target,
    Words,
    every,
    find,
    register,
)

__all__ = [
    "Intake",
    "Place",
    "Question",
    "Taken",
    "Target",
    "Words",
    "code_in",
    "every",
    "find",
    "forget_person",
    "own_data",
    "register",
]
