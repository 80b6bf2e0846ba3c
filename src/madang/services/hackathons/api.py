"""The front door of hackathons for the portal: a person's own data, and leaving."""

from madang.services.hackathons.domain.persons import erase_person, own_data

__all__ = ["erase_person", "own_data"]
