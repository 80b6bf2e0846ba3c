"""The analysis of free answers, in plain Python: see README.md in this folder."""
