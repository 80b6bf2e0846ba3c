"""The engine of the opinion map: plain Python and numpy, no Django, the same result on every machine."""
