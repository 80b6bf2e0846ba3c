"""Who may do what in the square, and why not: one file for each part of it. Importing this registers them all."""

from madang.services.square.policies import (  # noqa: F401 - they register
    growing,
    ideas,
    moderation,
    planning,
    spaces,
    syntheses,
)
