"""The lot in plain Python: nothing here knows the site, and the same input gives the same output."""
