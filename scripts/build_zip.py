"""Build the extension's zip with Blender's own builder.

    python scripts/build_zip.py --out tilewright.zip [--platform linux-x64] [--python 3.11 3.13 3.14]

A zip is for one platform, this machine's if none is named; of several, each gets a zip with its name. Fetches one
onnxruntime wheel for each Python (Blender 4.2 to 5.0 have 3.11, 5.1 and later 3.13, Debian's Blender 3.13 or 3.14) for
which there is one into wheels/, and never numpy, which Blender brings. Needs the bpy package, or Blender's name in
--blender.
"""

from __future__ import annotations

import argparse
import platform
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
WHEEL_TAGS = {  # Blender's name of a platform -> pip's, of the oldest systems that onnxruntime still knows
    "linux-x64": ("manylinux_2_27_x86_64", "manylinux_2_28_x86_64"),
    "linux-arm64": ("manylinux_2_27_aarch64", "manylinux_2_28_aarch64"),
    "macos-arm64": ("macosx_13_0_arm64", "macosx_14_0_arm64"),
    "macos-x64": ("macosx_13_0_x86_64",),
    "windows-x64": ("win_amd64",),
    "windows-arm64": ("win_arm64",),
}


def main() -> int:
    parser = argparse.ArgumentParser(description="Build the extension's zip.")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "tilewright.zip")
    parser.add_argument("--python", nargs="+", default=PYTHONS, metavar="VERSION", help="Pythons to bring a wheel for")
    parser.add_argument(
        "--platform", nargs="+", choices=WHEEL_TAGS, default=[own_platform()], help="Blender's name of it"
    )
    parser.add_argument("--blender", help="a Blender program (default: the builder in the bpy package)")
    options = parser.parse_args()
    for name in options.platform:
        wheels = [wheel for version in options.python if (wheel := fetch_wheel(version, name, ROOT / "wheels"))]
        if not wheels:
            sys.exit(f"there is no onnxruntime for {name} and these Pythons: give others by --python")
        out = options.out.with_stem(f"{options.out.stem}-{name}") if len(options.platform) > 1 else options.out
        build(wheels, name, out.resolve(), options.blender)
        print(f"{out}: {out.stat().st_size / 1e6:.1f} MB")
    return 0


def own_platform() -> str:
    """This machine's, as Blender calls it."""
    system = {"Darwin": "macos"}.get(platform.system(), platform.system().lower())
    return f"{system}-{'arm64' if platform.machine().lower() in {'arm64', 'aarch64'} else 'x64'}"


def fetch_wheel(python: str, platform_name: str, folder: Path) -> Path | None:
    """The newest onnxruntime wheel for a Python version on a platform; what lies there already is taken.

    None, which is told, where there is no such wheel.
    """
    tag, systems = f"cp{python.replace('.', '')}", WHEEL_TAGS[platform_name]

    def found() -> list[Path]:
        wheels = sorted(folder.glob(f"onnxruntime-*-{tag}-{tag}-*.whl"))
        return [wheel for wheel in wheels if set(systems) & set(wheel.stem.split("-")[-1].split("."))]

    if not found():
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        command += ["--python-version", python, "--implementation", "cp", "--dest", str(folder), ONNXRUNTIME]
        command += [f"--platform={system}" for system in systems]
        done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
        if "No matching distribution" in done.stderr:
            print(f"Python {python} is left out: there is no onnxruntime for it on {platform_name}")
            return None
        if done.returncode:
            reason = done.stderr.strip().splitlines() or ["it does not say why"]
            sys.exit(f"pip can't fetch onnxruntime: {reason[-1]}")
    return found()[-1]


def build(wheels: list[Path], platform_name: str, out: Path, blender: str | None) -> None:
    """Gather what is shipped, say in the manifest for what it is, and let Blender's builder make the zip."""
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
        manifest.write_text(with_wheels(manifest.read_text(), platform_name, [wheel.name for wheel in wheels]))
        out.parent.mkdir(parents=True, exist_ok=True)
        command = [*_builder(blender), "build", f"--source-dir={tree}", f"--output-filepath={out}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"Blender's builder refused:\n{done.stdout}{done.stderr}")


def with_wheels(manifest: str, platform_name: str, names: list[str]) -> str:
    """The manifest with its platform and its list of wheels put before the first table."""
    entries = "".join(f'  "./wheels/{name}",\n' for name in names)
    lists = f'platforms = ["{platform_name}"]\nwheels = [\n{entries}]\n\n['
    return re.sub(r"^\[", lists, manifest, count=1, flags=re.MULTILINE)


def _builder(blender: str | None) -> list[str]:
    if blender:
        return [blender, "--command", "extension"]
    import bpy  # the builder is a plain Python program inside it

    builder = Path(bpy.utils.system_resource("SCRIPTS")) / "addons_core" / "bl_pkg" / "cli" / "blender_ext.py"
    return [sys.executable, str(builder)]


if __name__ == "__main__":
    sys.exit(main())
