"""Writes this counting program as one file that runs with any Python: `python count.pyz FILE.pb`."""

from __future__ import annotations

import io
import pkgutil
import zipfile

import madang.kernel.logic
import madang.services.budgeting.logic as here

PACKAGES = ("madang", "madang.kernel", "madang.kernel.logic", "madang.services", "madang.services.budgeting")
MAIN = "from madang.services.budgeting.logic.__main__ import main\n\nraise SystemExit(main())\n"
DAY = (2020, 1, 1, 0, 0, 0)


def bundle() -> bytes:
    """The bytes of the program: the same for the same sources."""
    files = {f"{name.replace('.', '/')}/__init__.py": b"" for name in PACKAGES}
    files["__main__.py"] = MAIN.encode()
    for name in ("commands", "encodings"):
        files[f"madang/kernel/logic/{name}.py"] = _source(madang.kernel.logic.__name__, name)
    folder = here.__name__.replace(".", "/")
    files[f"{folder}/__init__.py"] = _source(here.__name__, "__init__")
    for module in pkgutil.iter_modules(here.__path__):
        files[f"{folder}/{module.name}.py"] = _source(here.__name__, module.name)
    out = io.BytesIO()
    out.write(b"#!/usr/bin/env python3\n")
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, DAY), files[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _source(package: str, name: str) -> bytes:
    data = pkgutil.get_data(package, f"{name}.py")
    if data is None:
        raise FileNotFoundError(f"{package}.{name}")
    return data
