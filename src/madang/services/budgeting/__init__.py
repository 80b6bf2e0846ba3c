"""Participatory budgeting: residents decide how a part of the budget is spent."""
