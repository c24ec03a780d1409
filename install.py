"""Make a virtual environment from the lock: with uv where it is on PATH, which takes seconds, else with pip.

    python install.py FOLDER [--torch cpu|cuda] [--extras]

Both hold every package to the hashes of the lock. `--torch cpu` leaves out CUDA's libraries, more than half of the disk
space: PyTorch and torchvision then come from an index of builds without CUDA (TORCH_INDEX, PyTorch's own unless it is
set), in the lock's versions, but not held to its hashes, which are those of other files. `--extras` adds what the tests
of notebooks, exports and pages need, and the documentation. Needs no other module.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

LOCK, EXTRAS = Path("requirements.lock"), Path("requirements-extras.lock")
TORCH_INDEX = "https://download.pytorch.org/whl/cpu"
KERNELS = "src/sculpt/engine/build.py"
TORCHES = ("cpu", "cuda")
FROM_INDEX = ("torch", "torchvision")
_OF_CUDA = re.compile(r"^(triton|cuda-|nvidia-)")

Command = list[str]


def entries(lock: str) -> list[tuple[str, str]]:
    """The packages of a lock, each with its entry: pin, hashes, and who needs it. A package can be there twice."""
    return [(entry.partition("==")[0], entry) for entry in re.split(r"(?m)^(?=[A-Za-z0-9])", lock)[1:]]


def without_cuda(lock: str) -> tuple[str, list[str]]:
    """The lock without PyTorch and what only CUDA needs, and the pins that are to come from another index."""
    held = entries(lock)
    rest = (entry for name, entry in held if name not in FROM_INDEX and not _OF_CUDA.match(name))
    return "".join(rest), [entry.split()[0] for name, entry in held if name in FROM_INDEX]


def torch_of(folder: Path, asked: str | None) -> str:
    """Which PyTorch an environment gets: the one that it has, if it is there. Exits where another is asked for."""
    if asked not in (None, *TORCHES):
        sys.exit(f"TORCH: {asked}; allowed: {', '.join(TORCHES)}")
    there = None
    if (folder / "pyvenv.cfg").exists():
        there = "cpu" if _rest(folder).exists() else "cuda"
    if asked and there not in (None, asked):
        sys.exit(f"TORCH={asked}: {folder} was made with TORCH={there}; remove it first: rm -r {folder}")
    return asked or there or "cuda"


def commands(folder: Path, torch: str, extras: bool, uv: str | None) -> list[Command]:
    """What is run, one after the other. uv: the program, or None to use pip."""
    python = str(folder / "bin" / "python")
    install = [uv, "pip", "install", "--python", python] if uv else [python, "-m", "pip", "install"]
    install += ["--quiet", "--no-deps"]  # the lock has whatever is needed
    locks = [_rest(folder) if torch == "cpu" else LOCK, *([EXTRAS] if extras else [])]
    made = [] if (folder / "pyvenv.cfg").exists() else [[sys.executable, "-m", "venv", str(folder)]]
    run = [*made, *([*install, "--require-hashes", "--requirement", str(lock)] for lock in locks)]
    if torch == "cpu":
        index = os.environ.get("TORCH_INDEX") or TORCH_INDEX
        run.append([*install, "--index-url", index, *without_cuda(LOCK.read_text())[1]])
    return [*run, [*install, "--no-build-isolation", "--editable", "."]]


def _rest(folder: Path) -> Path:
    """What is installed of the lock beside a PyTorch without CUDA; its being there says that this is the one."""
    return folder / "requirements-cpu.lock"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--torch", help="cpu or cuda; cuda unless it is said")
    parser.add_argument("--extras", action="store_true")
    given = parser.parse_args()
    torch, uv = torch_of(given.folder, given.torch), shutil.which("uv")
    run = commands(given.folder, torch, given.extras, uv)
    # Beside the packages, of which the kernels need none. The last command finds them built, or says why not.
    with subprocess.Popen([sys.executable, KERNELS], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as kernels:
        for command in run:
            if command is run[-1]:
                kernels.wait()
            if torch == "cpu" and (given.folder / "pyvenv.cfg").exists():
                _rest(given.folder).write_text(without_cuda(LOCK.read_text())[0])
            print(*command, flush=True)
            if code := subprocess.run(command).returncode:
                sys.exit(code)


if __name__ == "__main__":
    main()
