"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings as configured
from django.core.cache import cache
from django.utils import translation

from tests import laying

# These machines are noisy: an example that is slow once is not a defect. Speed is measured by `make bench`.
hypothesis.settings.register_profile("madang", deadline=None)
hypothesis.settings.load_profile("madang")

SHARED = Path(os.environ.get("MADANG_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))


ON_SQLITE = configured.DATABASES["default"]["ENGINE"].endswith("sqlite3")


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """The copied database of SQLite is taken as it is; the next run copies over it."""
    return ON_SQLITE


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """On SQLite, tests begin with a copy of a database that the migrations have laid once."""
    if ON_SQLITE:
        test = configured.DATABASES["default"]["TEST"]
        laying.copy_to(Path(test["NAME"]))
        test["MIGRATE"] = False


@pytest.fixture
def shared_data() -> Path:
    """The folder of real data; tests that need it are skipped, saying so, where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"no shared data at {SHARED} (set MADANG_SHARED_DATA)")
    return SHARED


@pytest.fixture(autouse=True)
def _known_start() -> None:
    """Every test begins in Korean and with the same cache, whatever the test before left in this process."""
    translation.activate("ko")
    cache.clear()
    cache.set("worker.silent", False, None)


@pytest.fixture(autouse=True)
def _own_home(settings, tmp_path_factory) -> None:
    """Uploads, mails and the ledger of tests live in a folder of their own."""
    home = tmp_path_factory.mktemp("home", numbered=True)
    settings.HOME = home
    settings.MEDIA_ROOT = home / "uploads"
    storages = {**settings.STORAGES, "default": {**settings.STORAGES["default"]}}
    storages["default"]["OPTIONS"] = {**storages["default"]["OPTIONS"], "location": home / "uploads"}
    settings.STORAGES = storages
