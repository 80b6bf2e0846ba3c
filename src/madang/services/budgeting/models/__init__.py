"""Rows of participatory budgeting."""

from madang.services.budgeting.models.elections import Count, Election, Item

__all__ = ["Count", "Election", "Item"]
