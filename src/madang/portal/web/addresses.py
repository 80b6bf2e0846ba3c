"""Addresses of pages that a switched-off service may take away."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse


def address(name: str, *arguments: object) -> str:
    """Where a page is, or "" when its service is switched off."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""
