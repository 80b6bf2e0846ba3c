"""Matters in a small city, as in the tests of matters, and whole installations."""

from tests.matters.conftest import city, sign_in
from tests.operations.sites import databases, lay, new_site

__all__ = ["city", "databases", "lay", "new_site", "sign_in"]
