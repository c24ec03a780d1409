"""Compile the kernels: one shared library for each instruction set of this kind of processor. Needs no other module.

Run as a script it builds them beside itself. Without a compiler nothing is built, the line says what to install, and
the exit code is 1.
"""

import os
import platform
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
SOURCES = FOLDER / "kernels"

FLAGS = ["-std=gnu11", "-O3", "-ffp-contract=off", "-fno-math-errno"]
"""What makes the numbers: no multiplication and addition is fused but where the source says so."""

LINKING = ["-fPIC", "-shared", "-fvisibility=hidden", "-pthread", "-Wall", "-Wextra"]

X86 = {
    "generic": ["-DSCULPT_GENERIC"],
    "avx2": ["-mavx2", "-mfma"],
    "avx512": ["-mavx512f", "-mavx2", "-mfma", "-mprefer-vector-width=512"],
}
ARM = {"generic": ["-DSCULPT_GENERIC"], "neon": []}
OTHER = {"generic": ["-DSCULPT_GENERIC"]}

NO_COMPILER = "no C compiler was found: install gcc or clang (Debian: apt install gcc libc6-dev), then `make kernels`"


def variants() -> dict[str, list[str]]:
    """The variants for this kind of processor, the fastest last, and the compiler's options for each."""
    machine = platform.machine().lower()
    return X86 if machine in ("x86_64", "amd64") else ARM if machine in ("aarch64", "arm64") else OTHER


def digest() -> str:
    """The SHA-256 of what a library is made from: the sources without comments and blanks, and all options."""
    total = sha256(repr([FLAGS, LINKING, variants()]).encode())
    for path in sorted(SOURCES.glob("*.[ch]")):
        code = re.sub(r"//[^\n]*", "", path.read_text(encoding="utf-8"))
        total.update(f"{path.name}\n{' '.join(code.split())}\n".encode())
    return total.hexdigest()


def library_path(variant: str, folder: Path = FOLDER) -> Path:
    """Where the library of a variant is."""
    return folder / f"kernels_{variant}.so"


def is_built(library: Path) -> bool:
    """Whether a library is there and was built from these sources."""
    return library.exists() and digest().encode() in library.read_bytes()


def compiler() -> str | None:
    """The C compiler: $CC, or the first of cc, gcc and clang that there is."""
    return next(filter(None, map(shutil.which, filter(None, [os.environ.get("CC"), "cc", "gcc", "clang"]))), None)


def compile_variant(program: str, options: list[str], target: Path) -> str:
    """Compile one library; returns the compiler's complaint, empty where it did its work."""
    temporary = target.with_suffix(f".{os.getpid()}")
    command = [program, *FLAGS, *options, *LINKING, f'-DSCULPT_SOURCE="{digest()}"', "-o", str(temporary)]
    done = subprocess.run(
        [*command, *map(str, sorted(SOURCES.glob("*.c"))), "-lm"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        return done.stderr.strip() or f"{program} ended with {done.returncode}"
    temporary.replace(target)  # a process that has the old library open keeps it
    return ""


def build(folder: Path = FOLDER) -> str:
    """Build into `folder` the variants that are not there or come from other sources.

    Returns one line on what is missing, empty where nothing is.
    """
    wanted = {name: options for name, options in variants().items() if not is_built(library_path(name, folder))}
    program = compiler()
    if not wanted:
        return ""
    if program is None:
        return NO_COMPILER
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor() as pool:
        jobs = {
            name: pool.submit(compile_variant, program, options, library_path(name, folder))
            for name, options in wanted.items()
        }
    faults = {name: job.result() for name, job in jobs.items() if job.result()}
    return "; ".join(f"kernels_{name}.so was not built: {_told(fault)}" for name, fault in faults.items())


def _told(complaint: str) -> str:
    """The first line of a compiler's complaint that says what is wrong."""
    lines = complaint.splitlines()
    return next((line for line in lines if "error" in line), lines[0])


if __name__ == "__main__":
    sys.exit(build() or 0)
