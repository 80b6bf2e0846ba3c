"""A small election to bring in."""

from __future__ import annotations

from typing import Any

from madang.services.budgeting.domain import importing
from madang.services.budgeting.models import Election

FILE = """META
key;value
description;Budget of the Village
country;Nowhere
unit;Village
instance;2025
num_projects;3
num_votes;4
budget;100.50
vote_type;approval
rule;greedy
date_end;30.02.2025
language;en
currency;EUR
PROJECTS
project_id;cost;votes;name;selected
a;60.50;3;Bridge;1
b;50;2;=Well;0
c;40;2;Tree;1
VOTES
voter_id;vote
1;a,b
2;a
3;a,c
4;b,c
"""


def brought(text: str = FILE, **more: Any) -> Election:
    return importing.bring_in(text.encode(), **more)[0]
