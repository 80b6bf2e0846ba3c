"""The front door of the channels: services say what they take in, by any means."""

from madang.commons.channels.domain.calling import person_by
from madang.commons.channels.domain.persons import forget_person, own_data
from madang.commons.channels.reading import Sheet, code_in, decode, serial_of
from madang.commons.channels.reading import read as read_sheet
from madang.commons.channels.targets import (
    Intake,
    Place,
    Question,
    Taken,
    Target,
    Telling,
    Words,
    every,
    find,
    register,
)

__all__ = [
    "Intake",
    "Place",
    "Question",
    "Sheet",
    "Taken",
    "Target",
    "Telling",
    "Words",
    "code_in",
    "decode",
    "every",
    "find",
    "forget_person",
    "own_data",
    "person_by",
    "read_sheet",
    "register",
    "serial_of",
]
