"""Questions of pages are not compiled by PostgreSQL, whatever its server is set to."""

from __future__ import annotations

import pytest
from django.db import connection


@pytest.mark.django_db
def test_a_connection_compiles_nothing() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite compiles nothing")
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)
