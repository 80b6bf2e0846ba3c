"""Plain Python that a citizen can rerun: no framework in here. Texts: README.md. Numbers: NUMBERS.md."""
