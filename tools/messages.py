"""Collects interface strings into each app's Korean catalogue, and compiles the catalogues.

    python tools/messages.py            extract new strings, drop unused ones (Korean text is kept)
    python tools/messages.py --compile  write the .mo files (build output)
    python tools/messages.py --check    fail when a string lacks its Korean, or a catalogue is stale

GNU gettext is not on a bare machine, so this uses polib, Python's own parser and Django's template lexer.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import polib

SOURCE = Path(__file__).resolve().parents[1] / "src" / "madang"
CALLS = {
    "_": "s", "gettext": "s", "gettext_lazy": "s", "gettext_noop": "s",
    "ngettext": "sp", "ngettext_lazy": "sp", "pgettext": "cs", "pgettext_lazy": "cs", "npgettext": "csp",
}  # fmt: skip


def catalogue_folder(path: Path) -> Path:
    """The app a source file belongs to: the nearest folder above it with an apps.py (or conf)."""
    for folder in path.parents:
        if (folder / "apps.py").exists():
            return folder
    raise SystemExit(f"{path} belongs to no app")


def literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def shapes(tree: ast.AST) -> dict[str, str]:
    """What the translating functions are called in a file, other names that it gives them included."""
    found = dict(CALLS)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            found |= {one.asname: CALLS[one.name] for one in node.names if one.asname and one.name in CALLS}
        elif isinstance(node, ast.Assign) and (shape := CALLS.get(called(node.value))):
            found |= {called(target): shape for target in node.targets}
    return found


def called(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def from_python(text: str):
    tree = ast.parse(text)
    known = shapes(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        shape = known.get(called(node.func))
        if shape is None or len(node.args) < len(shape):
            continue
        parts = dict(zip(shape, map(literal, node.args), strict=False))
        if None not in parts.values():
            yield parts.get("c"), parts["s"], parts.get("p"), node.lineno


def from_template(text: str):
    from django.utils.translation.template import templatize

    source = templatize(text, origin="template")
    # templatize() writes the strings as Python calls and blanks the rest, but for comments and X runs.
    string = r"""(u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*"|u?'''.*?'''|u?\"\"\".*?\"\"\")"""
    pattern = re.compile(
        rf"\b(gettext|ngettext|pgettext|npgettext|_)\(\s*{string}(?:,\s*{string})?(?:,\s*{string})?",
        re.DOTALL,
    )
    for found in pattern.finditer(source):
        shape = CALLS[found[1]]
        values = [ast.literal_eval(part.lstrip("u")) for part in found.groups()[1:] if part]
        parts = dict(zip(shape, values, strict=False))
        yield parts.get("c"), parts["s"], parts.get("p"), source.count("\n", 0, found.start()) + 1


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)s", text))


def extract() -> dict[Path, dict[tuple, list[tuple[str, str]]]]:
    found: dict[Path, dict[tuple, list[tuple[str, str]]]] = {}
    for path in sorted(
        [*SOURCE.rglob("*.py"), *SOURCE.rglob("templates/**/*.html"), *SOURCE.rglob("templates/**/*.txt")]
    ):
        if "migrations" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        for context, single, plural, line in (from_python if path.suffix == ".py" else from_template)(text):
            app = found.setdefault(catalogue_folder(path), {})
            app.setdefault((context, single), [plural, []])[1].append(
                (str(path.relative_to(SOURCE)), str(line))
            )
    return found


def merged(app: Path, strings: dict) -> polib.POFile:
    """The app's catalogue with exactly the strings in use, Korean kept."""
    path = app / "locale" / "ko" / "LC_MESSAGES" / "django.po"
    old = polib.pofile(str(path)) if path.exists() else polib.POFile()
    kept = {(entry.msgctxt, entry.msgid): entry for entry in old}
    new = polib.POFile(wrapwidth=110)
    new.metadata = {
        "Project-Id-Version": "madang", "Language": "ko", "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8", "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }  # fmt: skip
    for (context, single), (plural, where) in sorted(
        strings.items(), key=lambda item: (item[1][1][0], item[0][1])
    ):
        entry = kept.get((context, single)) or polib.POEntry(msgid=single, msgctxt=context)
        # Files without line numbers: a moved line is no change worth a diff.
        entry.occurrences = sorted({(file, "") for file, _ in where})
        if plural:
            entry.msgid_plural = plural
            entry.msgstr_plural = entry.msgstr_plural or {0: entry.msgstr or ""}
            entry.msgstr = ""
        elif entry.msgstr_plural:
            entry.msgstr, entry.msgid_plural, entry.msgstr_plural = entry.msgstr_plural.get(0, ""), "", {}
        entry.obsolete = False
        new.append(entry)
    return new


def main() -> int:
    if "--compile" in sys.argv:
        for path in SOURCE.rglob("django.po"):
            target = path.with_suffix(".mo")
            if not target.exists() or target.stat().st_mtime < path.stat().st_mtime:
                polib.pofile(str(path)).save_as_mofile(str(target))
        return 0
    import django
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=True)
        django.setup()
    problems = 0
    said: dict[tuple, dict[str, str]] = {}
    for app, strings in extract().items():
        path = app / "locale" / "ko" / "LC_MESSAGES" / "django.po"
        new = merged(app, strings)
        missing = [entry for entry in new if not entry.msgstr and not entry.msgstr_plural.get(0)]
        missing += [entry for entry in new if entry.fuzzy]
        for entry in new:
            korean = entry.msgstr or entry.msgstr_plural.get(0, "")
            said.setdefault((entry.msgctxt, entry.msgid), {})[app.name] = korean
            if unknown := placeholders(korean) - placeholders(entry.msgid) - placeholders(entry.msgid_plural):
                problems += 1
                print(f"{app.name}: the Korean of {entry.msgid!r} has the unknown {', '.join(unknown)}")
        if "--check" in sys.argv:
            stale = not path.exists() or {(e.msgctxt, e.msgid) for e in polib.pofile(str(path))} != set(
                strings
            )
            problems += stale + len(missing)
            if stale:
                print(f"{app.name}: the catalogue is stale; run python tools/messages.py")
            for entry in missing:
                print(f"{app.name}: no Korean for {entry.msgid!r} ({entry.occurrences[0][0]})")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            new.save(str(path))
            print(f"{app.name}: {len(new)} strings, {len(missing)} without Korean")
    # Catalogues are merged at run time, so one string with two translations shows either of them anywhere.
    for (_context, single), koreans in said.items():
        if len(set(koreans.values())) > 1:
            problems += 1
            print(f"{single!r} is said in two ways, give it a context or one Korean: {koreans}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
