"""Statements that are run by the thousand: the models write their SQL once, then only values change.

Building a statement costs the framework several times what the database needs to run it. What is said here
still comes from a queryset or a model, so that no rule stands in two places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.models.constants import OnConflict
from django.db.models.sql import InsertQuery

M = TypeVar("M", bound=models.Model)
_inserts: dict[tuple[type[models.Model], str], str] = {}


_KEPT = "_madang_kept"


class _Kept(ServerBindingCursor):
    """A cursor of PostgreSQL that has a statement parsed and planned once for a connection, not at every call."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        return super().execute(query, params, prepare=True, **options)  # type: ignore[misc]


@contextmanager
def _cursor() -> Iterator[Any]:
    """A cursor for statements that come again and again; what wraps the others (errors, standstill) wraps it too.

    PostgreSQL's stays with its connection: it knows already how each kind of value is written and read.
    """
    database: Any = connections[DEFAULT_DB_ALIAS]  # each look through `connection` asks for the thread's own
    if database.vendor != "postgresql":
        with database.cursor() as cursor:
            yield cursor
        return
    database.ensure_connection()
    own = getattr(database.connection, _KEPT, None)
    if own is None or own.closed:
        own = _Kept(database.connection)  # type: ignore[call-arg]
        setattr(database.connection, _KEPT, own)
    yield database._prepare_cursor(own)


def insert_once(row: models.Model) -> bool:
    """Insert a row unless a unique key stands against it; one statement, no savepoint.

    Of two callers at the same moment the second waits for the first to commit and is then told False. The
    primary key is not read back.

    Returns:
        Whether the row is new.
    """
    model = type(row)
    fields = [field for field in model._meta.local_concrete_fields if not field.primary_key]
    statement = _inserts.get((model, connection.vendor))
    if statement is None:
        query = InsertQuery(model, on_conflict=OnConflict.IGNORE)
        query.insert_values(fields, [row])
        statement = str(query.get_compiler(connection=connection).as_sql()[0][0])
        _inserts[model, connection.vendor] = statement
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    with _cursor() as cursor:
        cursor.execute(statement, values)
        return bool(cursor.rowcount == 1)


def insert(row: models.Model) -> None:
    """Insert a row whose primary key is given.

    Raises:
        IntegrityError: a key or a constraint stands against it.
    """
    model = type(row)
    fields = list(model._meta.local_concrete_fields)
    statement = _inserts.get((model, f"{connection.vendor}, whole"))
    if statement is None:
        query = InsertQuery(model)
        query.insert_values(fields, [row])
        statement = str(query.get_compiler(connection=connection).as_sql()[0][0])
        _inserts[model, f"{connection.vendor}, whole"] = statement
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    with _cursor() as cursor:
        cursor.execute(statement, values)


class Ready:
    """A queryset of plain values (texts, numbers, yes or no) whose SQL is kept.

    Args:
        build: makes the queryset (ending in `values_list`) from its slots.
        slots: name and type, `str`, `int` or `datetime`, of what changes from call to call.
    """

    _SAMPLES: dict[type, tuple[Any, Any]] = {
        str: ("\u2460", "\u2461"),
        int: (-7001, -7002),
        datetime: (datetime(1990, 1, 1, tzinfo=UTC), datetime(1990, 1, 2, tzinfo=UTC)),
    }

    def __init__(self, build: Callable[..., models.QuerySet[Any, Any]], **slots: type) -> None:
        self._build = build
        self._slots = slots
        self._plans: dict[str, tuple[str, list[Any], dict[int, str]]] = {}

    def first(self, **values: Any) -> tuple[Any, ...] | None:
        """The first row, or None."""
        return first(*self._filled(values))

    def all(self, **values: Any) -> list[tuple[Any, ...]]:
        """Every row."""
        with _cursor() as cursor:
            cursor.execute(*self._filled(values))
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found

    def _filled(self, values: dict[str, Any]) -> tuple[str, list[Any]]:
        """The statement and its values."""
        if connection.vendor not in self._plans:
            self._plans[connection.vendor] = self._plan()
        statement, params, places = self._plans[connection.vendor]
        params = list(params)
        for place, slot in places.items():
            value = values[slot]
            params[place] = (
                connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
            )
        return statement, params

    def _plan(self) -> tuple[str, list[Any], dict[int, str]]:
        """The SQL, and which of its values come from which slot: those that change when the slot does."""
        samples = {slot: self._SAMPLES[kind][0] for slot, kind in self._slots.items()}
        statement, params = self._build(**samples).query.sql_with_params()
        places: dict[int, str] = {}
        for slot, kind in self._slots.items():
            other = self._build(**{**samples, slot: self._SAMPLES[kind][1]}).query.sql_with_params()[1]
            places |= {
                place: slot
                for place, pair in enumerate(zip(params, other, strict=True))
                if pair[0] != pair[1]
            }
        return statement, list(params), places


class Whole:
    """How whole rows of a model are read by statements that are kept: its columns, and what makes Python's values of them."""

    def __init__(self) -> None:
        self._plans: dict[tuple[type[models.Model], str], tuple[str, list[str], dict[int, Any]]] = {}

    def by_key(self, model: type[models.Model]) -> str:
        """The statement that reads one row by its primary key."""
        return self._plan(model)[0]

    def made(self, model: type[M], values: Sequence[Any]) -> M:
        """The row of which these are the values, as the database gave them, in the order of the model's columns."""
        _statement, names, converters = self._plan(model)
        made = list(values)
        for place, (functions, expression) in converters.items():
            for convert in functions:
                made[place] = convert(made[place], expression, connection)
        return model.from_db(DEFAULT_DB_ALIAS, names, made)

    def _plan(self, model: type[models.Model]) -> tuple[str, list[str], dict[int, Any]]:
        where = (model, connection.vendor)
        if where not in self._plans:
            key = model._meta.pk.to_python(1)
            compiler: Any = model._base_manager.filter(pk=key).query.get_compiler(connection=connection)
            statement, _params = compiler.as_sql()
            names = [field.attname for field in model._meta.concrete_fields]
            converters = compiler.get_converters([column[0] for column in compiler.select])
            self._plans[where] = (statement, names, converters)
        return self._plans[where]


whole = Whole()


def by_key(model: type[M], key: Any, *, held: bool = False) -> M:
    """One whole row by its primary key; `held` against changes until the transaction ends, together with others who hold it.

    Raises:
        model.DoesNotExist: there is none.
    """
    lock = " FOR SHARE" if held and connection.vendor == "postgresql" else ""
    row = first(whole.by_key(model) + lock, [model._meta.pk.get_db_prep_value(key, connection)])
    if row is None:
        raise model.DoesNotExist(f"{model._meta.object_name} {key} does not exist")  # type: ignore[attr-defined]
    return whole.made(model, row)


def first(statement: str, params: Sequence[Any]) -> tuple[Any, ...] | None:
    """The first row of a statement that is kept, or None."""
    with _cursor() as cursor:
        cursor.execute(statement, params)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row
