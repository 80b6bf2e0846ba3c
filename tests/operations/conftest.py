"""Matters in a small city, as in the tests of matters."""

from tests.matters.conftest import city, sign_in

__all__ = ["city", "sign_in"]
