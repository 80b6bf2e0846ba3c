"""The government of the matters tests, for attacks on it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from PIL import Image

from tests.matters.conftest import City, city, sign_in

__all__ = ["City", "city", "picture", "sign_in", "together"]


def picture(name: str = "사진.png", kind: str = "PNG", **options: object) -> SimpleUploadedFile:
    """A small picture as an upload."""
    from io import BytesIO

    out = BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, kind, **options)
    return SimpleUploadedFile(name, out.getvalue())


def together(*acts: Callable[[], object]) -> list[object]:
    """Run the acts at once, each in its own thread and connection; what each returned or raised, in order."""
    gate = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=10)
            results[place] = act()
        except Exception as error:  # noqa: BLE001 - a failed act is a result of the race
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive(), "two acts wait for each other"
    return results
