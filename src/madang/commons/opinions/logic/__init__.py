"""The engine of the opinion map: plain Python and numpy, no Django, the same result on every machine.

How to make a map from vote rows, oldest first (people and statements numbered from 0):

    from madang.commons.opinions.logic.opinion_map import Settings, make_map
    found = make_map(person, statement, value, people=n, statements=m, excluded=[hidden, ...])
    found.label[i], found.standing[i], found.places.real[i]      # person i
    found.groups, found.consensus, found.dividing, found.certificate
    found.tables.digest()                                        # what others must get from the public votes

How to keep the tables up to date, vote by vote (`ballot`: the person's votes before, by statement):

    tables.change(ballot, statement, 1)       # new or changed; None withdraws
    tables.erase(ballot)                      # the person was never there
    map_of(ballots_of(...), tables=tables)    # the map without counting all votes again

What to show next: `routing.priorities(agreed, passed, seen, found.components)`, then `routing.next_statement(odds,
answered, seed=...)`.
"""
