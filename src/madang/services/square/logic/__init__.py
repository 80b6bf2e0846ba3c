"""Plain Python of the square that a citizen could rerun."""
