"""Every interface string is collected, by whatever name a file calls the function that translates it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from django.utils import translation

from madang.portal.web.accounts import KeyAdapter
from tests import factories as make

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def messages() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages", ROOT / "tools" / "messages.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from django.utils.translation import gettext as now_\nnow_('a')", [(None, "a", None)]),
        ("from django.utils.translation import pgettext as said\nsaid('context', 'a')", [("context", "a", None)]),
        ("from django.utils.translation import ngettext_lazy as _n\n_n('a', 'b', 2)", [(None, "a", "b")]),
        ("from django.utils import translation\nsay = translation.gettext\nsay('a')", [(None, "a", None)]),
        ("from elsewhere import other as now_\nnow_('a')", []),
    ],
)  # fmt: skip
def test_another_name_for_a_translating_function_hides_no_string(
    messages: ModuleType, source: str, found: list[tuple[str | None, str, str | None]]
) -> None:
    assert [string[:3] for string in messages.from_python(source)] == found


@pytest.mark.django_db
def test_a_new_passkey_is_named_in_the_language_of_its_owner() -> None:
    user = make.UserFactory()
    with translation.override("ko"):
        assert KeyAdapter().generate_authenticator_name(user, "webauthn") == "패스키 1"
    with translation.override("en"):
        assert KeyAdapter().generate_authenticator_name(user, "webauthn") == "Passkey 1"
