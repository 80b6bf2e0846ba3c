"""Counting participatory-budgeting elections: plain Python, standard library only, that a citizen can rerun."""
