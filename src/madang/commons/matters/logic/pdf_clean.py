"""Takes out of a PDF what its author did not mean to hand over: run as a program of its own, bytes in, bytes out.

Out go: title, author, program and dates (document information, XMP), scripts, actions that run when the file is
opened, embedded files, forms that send themselves, earlier versions (they are not copied). What is seen stays.

A process of its own, because a small file can unfold into gigabytes: memory and time are bounded here, and what
dies takes nothing with it. It knows nothing of the site. Exit status 3: this is no PDF that can be read.
"""

from __future__ import annotations

import io
import resource
import sys
from typing import Any

MEMORY = 1_000_000_000  # bytes of address space, the interpreter's own included
SECONDS = 5  # of processor time; a scan of 5 MB takes well under one
LARGEST = 10_000_000  # bytes that come out
UNREADABLE = 3
RUNS = ("/OpenAction", "/AA", "/Metadata", "/Collection", "/PieceInfo", "/AF")
HIDDEN = ("/AA", "/Metadata", "/PieceInfo", "/AF", "/JS")
DEEPEST = 60
NAMED = ("/JavaScript", "/EmbeddedFiles")
ACTIONS = (
    "/JavaScript",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/GoToE",
    "/GoToR",
    "/Rendition",
    "/RichMediaExecute",
)


def clean(data: bytes) -> bytes:
    """The same pages without metadata, scripts, actions and embedded files.

    Raises:
        pikepdf.PdfError, ValueError: cannot be read, or is locked with a password.
    """
    import pikepdf

    with pikepdf.open(io.BytesIO(data)) as pdf:
        if not len(pdf.pages):
            raise ValueError("no pages")
        if "/Info" in pdf.trailer:
            del pdf.trailer.Info
        for name in RUNS:
            if name in pdf.Root:
                del pdf.Root[name]
        if "/AcroForm" in pdf.Root and "/XFA" in pdf.Root.AcroForm:
            del pdf.Root.AcroForm.XFA
        names = pdf.Root.get("/Names")
        for name in NAMED:
            if names is not None and name in names:
                del names[name]
        for item in pdf.objects:
            _disarm(item)
        out = io.BytesIO()
        # A fresh file: unreferenced objects and earlier versions are left behind, and the dates with them.
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return out.getvalue()


def _disarm(item: Any, depth: int = 0) -> None:
    """Take scripts, sending and starting, and its own metadata, out of one object and what stands within it."""
    import pikepdf

    if depth > DEEPEST:
        raise ValueError("nested too deep")
    if isinstance(item, pikepdf.Array):
        for part in item:
            if isinstance(part, pikepdf.Object) and not part.is_indirect:
                _disarm(part, depth + 1)
    if not isinstance(item, (pikepdf.Dictionary, pikepdf.Stream)):
        return
    for name in HIDDEN:
        if name in item:
            del item[name]
    if str(item.get("/Subtype", "")) == "/FileAttachment" and "/FS" in item:
        del item["/FS"]
    if str(item.get("/S", "")) in ACTIONS:
        for name in list(item.keys()):
            del item[name]
        return
    for name in list(item.keys()):
        part = item[name]
        if isinstance(part, pikepdf.Object) and not part.is_indirect:
            _disarm(part, depth + 1)


def main() -> int:
    """Standard input to standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        cleaned = clean(sys.stdin.buffer.read())
    except Exception as error:  # noqa: BLE001 - a hostile file may fail anywhere; the caller is told once
        sys.stderr.write(type(error).__name__)
        return UNREADABLE
    if len(cleaned) > LARGEST:
        return UNREADABLE
    sys.stdout.buffer.write(cleaned)
    return 0


if __name__ == "__main__":
    sys.exit(main())
