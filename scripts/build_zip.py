"""Build the extension's zip with Blender's own builder.

    python scripts/build_zip.py --out tilewright.zip [--python 3.11 3.13 3.14]

Fetches one onnxruntime wheel for each Python (Blender 4.2 to 5.0 have 3.11, 5.1 and later 3.13, Debian's Blender 3.13
or 3.14) into wheels/, and never numpy, which Blender brings. Needs the bpy package, or Blender's name in --blender.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ("__init__.py", "blender_manifest.toml", "LICENSE", "addon", "synthesis", "models")
PYTHONS = ("3.11", "3.13", "3.14")
ONNXRUNTIME = "onnxruntime>=1.20,<2"


def main() -> int:
    parser = argparse.ArgumentParser(description="Build the extension's zip.")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "tilewright.zip")
    parser.add_argument("--python", nargs="+", default=PYTHONS, metavar="VERSION", help="Pythons to bring a wheel for")
    parser.add_argument("--blender", help="a Blender program (default: the builder in the bpy package)")
    options = parser.parse_args()
    wheels = [fetch_wheel(version, ROOT / "wheels") for version in options.python]
    build(wheels, options.out.resolve(), options.blender)
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.1f} MB")
    return 0


def fetch_wheel(python: str, folder: Path) -> Path:
    """The newest onnxruntime wheel of this platform for a Python version; what lies there already is taken."""
    tag = f"cp{python.replace('.', '')}"
    found = sorted(folder.glob(f"onnxruntime-*-{tag}-{tag}-*.whl"))
    if not found:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        command += ["--python-version", python, "--implementation", "cp", "--dest", str(folder), ONNXRUNTIME]
        subprocess.run(command, check=True)
        found = sorted(folder.glob(f"onnxruntime-*-{tag}-{tag}-*.whl"))
    return found[-1]


def build(wheels: list[Path], out: Path, blender: str | None) -> None:
    """Gather what is shipped, name the wheels in the manifest, and let Blender's builder make the zip."""
    with tempfile.TemporaryDirectory() as name:
        tree = Path(name) / "tilewright"
        tree.mkdir()
        for part in SHIPPED:
            source = ROOT / part
            if source.is_dir():
                shutil.copytree(source, tree / part, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(source, tree / part)
        (tree / "wheels").mkdir()
        for wheel in wheels:
            shutil.copy2(wheel, tree / "wheels")
        manifest = tree / "blender_manifest.toml"
        manifest.write_text(with_wheels(manifest.read_text(), [wheel.name for wheel in wheels]))
        out.parent.mkdir(parents=True, exist_ok=True)
        command = [*_builder(blender), "build", f"--source-dir={tree}", f"--output-filepath={out}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"Blender's builder refused:\n{done.stdout}{done.stderr}")


def with_wheels(manifest: str, names: list[str]) -> str:
    """The manifest with its list of wheels put before the first table."""
    entries = "".join(f'  "./wheels/{name}",\n' for name in names)
    return re.sub(r"^\[", f"wheels = [\n{entries}]\n\n[", manifest, count=1, flags=re.MULTILINE)


def _builder(blender: str | None) -> list[str]:
    if blender:
        return [blender, "--command", "extension"]
    import bpy  # the builder is a plain Python program inside it

    builder = Path(bpy.utils.system_resource("SCRIPTS")) / "addons_core" / "bl_pkg" / "cli" / "blender_ext.py"
    return [sys.executable, str(builder)]


if __name__ == "__main__":
    sys.exit(main())
