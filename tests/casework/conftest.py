"""What tests of cases share."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


@pytest.fixture
def picture() -> Callable[[], SimpleUploadedFile]:
    """Makes a small picture as a browser sends it."""

    def make(name: str = "현장.png") -> SimpleUploadedFile:
        out = io.BytesIO()
        Image.new("RGB", (40, 30), "grey").save(out, "PNG")
        return SimpleUploadedFile(name, out.getvalue(), "image/png")

    return make
