"""Made-up elections for the counting bench: votes follow districts and popularity, as in a large city."""

from __future__ import annotations

import random

DISTRICTS = 30


def made_up(voters: int, projects: int, seed: int = 1, budget: int = 45_000_000, longest: int = 5) -> bytes:
    """A Pabulib file. Its description says that it is made up."""
    chance = random.Random(seed)  # noqa: S311 - made-up votes
    costs = [chance.randrange(budget // 2000, budget // 25) // 100 * 100 for _ in range(projects)]
    home = [chance.randrange(DISTRICTS) for _ in range(projects)]
    liked = [1 / (1 + chance.randrange(projects)) for _ in range(projects)]
    choices = []
    for district in range(DISTRICTS):
        pull = [like * (8 if home[c] == district else 0.15) for c, like in enumerate(liked)]
        choices.append([sum(pull[: c + 1]) for c in range(projects)])
    lines = [
        "META",
        "key;value",
        "description;made up for measuring",
        f"num_projects;{projects}",
        f"num_votes;{voters}",
    ]
    lines += [
        f"budget;{budget}",
        "vote_type;approval",
        "rule;greedy",
        "currency;KRW",
        "PROJECTS",
        "project_id;cost;name",
    ]
    lines += [f"{c + 1};{cost};made-up project {c + 1}" for c, cost in enumerate(costs)]
    lines += ["VOTES", "voter_id;vote"]
    everything = range(1, projects + 1)
    for voter in range(voters):
        district = int(chance.random() ** 1.5 * DISTRICTS)
        many = chance.randint(1, longest)
        chosen = set(chance.choices(everything, cum_weights=choices[district], k=many))
        lines.append(f"{voter};{','.join(map(str, sorted(chosen)))}")
    return "\n".join(lines).encode()
