"""Plain Python that anybody can run again: scores and calendar months."""
