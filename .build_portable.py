"""Builds llama.cpp with graphics cards into a wheel, for packages: every processor variant, Vulkan, on demand CUDA.

    python .build_portable.py --output FOLDER [--cuda]

The source is the one that uv.lock names by its hash; what is switched on stands in pyproject.toml. Needs besides a
compiler: the Vulkan loader's headers, SPIR-V's headers and glslc (Debian: libvulkan-dev spirv-headers glslc; the
Vulkan headers of Debian 12 are too old), for `--cuda` also NVIDIA's toolkit. Half an hour on two cores. A bundle with
it: `uv pip install --reinstall WHEEL`, then `uv run --no-sync pyinstaller build.spec`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent
PACKAGE = "llama-cpp-python"
LIBRARIES = "llama_cpp/lib/"
# The folder in the wheel must hold these, whatever the platform calls its libraries, and must not hold that.
NEEDED = ("ggml-base", "ggml-cpu-haswell", "ggml-vulkan", "llama")
FORBIDDEN = "ggml-rpc"


# What llama.cpp's Vulkan back end uses of the newest kind; asked before half an hour is spent on the rest.
NEWEST_OF_VULKAN = "#include <vulkan/vulkan_core.h>\nstatic VkLayerSettingEXT newest;\n"


def require_vulkan_headers() -> None:
    """Raises SystemExit: the Vulkan headers are missing or too old. Where CMake finds no `cc` it says so itself."""
    compiler = shutil.which(os.environ.get("CC", "cc"))
    if not compiler:
        return
    include = [f"-I{Path(os.environ['VULKAN_SDK']) / 'include'}"] if "VULKAN_SDK" in os.environ else []
    command = [compiler, "-fsyntax-only", *include, "-x", "c", "-"]
    if subprocess.run(command, input=NEWEST_OF_VULKAN, text=True, capture_output=True, check=False).returncode:
        raise SystemExit("Vulkan's headers are missing or too old. Install newer ones, or name them in VULKAN_SDK.")


def locked_source() -> str:
    """The source distribution as a line of requirements, by version and hash."""
    lock = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))
    package = next(package for package in lock["package"] if package["name"] == PACKAGE)
    return f"{PACKAGE}=={package['version']} --hash={package['sdist']['hash']}\n"


def settings(*, cuda: bool) -> dict[str, str]:
    """What the package's own build takes from its environment: pip passes no settings on to hashed requirements."""
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    everywhere = tool["uv"]["config-settings-package"][PACKAGE]
    graphics = tool["radiology-gpt"]["graphics-llama-cpp"]
    cmake_args = [*everywhere["cmake.args"], *graphics["cmake-args"], *(["-DGGML_CUDA=ON"] if cuda else [])]
    exclude = [*everywhere["wheel.exclude"], *graphics["wheel-exclude"]]
    return {"SKBUILD_CMAKE_ARGS": ";".join(cmake_args), "SKBUILD_WHEEL_EXCLUDE": ";".join(exclude)}


def build(output: Path, *, cuda: bool) -> Path:
    """The wheel's path. Raises CalledProcessError: the compilation failed; its output says why."""
    # Nothing but pyproject.toml says what is switched on.
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("CMAKE_ARGS", "SKBUILD_", "GGML_"))
    }
    before = set(output.glob("*.whl"))
    with tempfile.TemporaryDirectory() as folder:
        requirements = Path(folder) / "requirements.txt"
        requirements.write_text(locked_source(), "utf-8")
        pip = ["uv", "tool", "run", "pip", "wheel", "--no-deps", "--no-cache-dir", "--no-binary", PACKAGE]
        command = [*pip, "--require-hashes", "-r", str(requirements), "--wheel-dir", str(output)]
        subprocess.run(command, check=True, env=inherited | settings(cuda=cuda))
    (wheel,) = set(output.glob("*.whl")) - before or before
    return wheel


def check(wheel: Path) -> list[str]:
    """The libraries in the wheel. Raises SystemExit: one is missing, or there is one that must not be."""
    with zipfile.ZipFile(wheel) as archive:
        names = [name.removeprefix(LIBRARIES) for name in archive.namelist() if name.startswith(LIBRARIES)]
    missing = [needed for needed in NEEDED if not any(needed in name for name in names)]
    if missing or any(FORBIDDEN in name for name in names):
        raise SystemExit(f"not a portable build: {', '.join(missing) or FORBIDDEN}")
    return names


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, required=True, help="the folder that gets the wheel")
    parser.add_argument("--cuda", action="store_true", help="with CUDA; needs NVIDIA's toolkit")
    chosen = parser.parse_args()
    require_vulkan_headers()
    chosen.output.mkdir(parents=True, exist_ok=True)
    wheel = build(chosen.output, cuda=chosen.cuda)
    names = check(wheel)
    sys.stdout.write(f"{wheel}: {wheel.stat().st_size / 1e6:.0f} MB, {len(names)} libraries\n")


if __name__ == "__main__":
    main()
