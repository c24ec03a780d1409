"""The SHA-256 of all parameters after twenty steps, for each way to build and run the kernels that this machine has.

    python benchmarks/bits.py [MODEL ...] [--density D] [--smoke]

Compilers gcc and clang at -O2 and -O3, each instruction set, one and two threads, and aarch64 under qemu-user. Each
program is written into a file once, and run by a small C program that is compiled with the kernels. Prints a table;
ends with 1 where two hashes of a model differ.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"  # before torch is imported: one thread a process, as the jobs run

import program_file
import torch
import trainer
from case import Case

from sculpt.data.augmentation import epoch_draws
from sculpt.engine import build as kernels
from sculpt.engine.batches import Batches, Split
from sculpt.engine.network import MOMENTUM, Network
from sculpt.models.build import build

HERE = Path(__file__).parent
STEPS, BATCH = 20, 40
STEM = {"stem": "cifar"}
CASES = {
    "resnet20": ({"name": "resnet20", "width": 8}, 8),
    "vgg16": ({"name": "vgg16", "width": 4}, 32),
    "resnet18": ({"name": "resnet18", "width": 8, **STEM}, 12),
    "mobilenetv2": ({"name": "mobilenetv2", "width": 8, **STEM}, 8),
}
CPU = torch.device("cpu")


@dataclass(frozen=True)
class Build:
    """A way to compile the kernels, and the command in front of what it makes."""

    compiler: str
    level: str
    variant: str
    options: list[str]
    runner: list[str]

    @property
    def name(self) -> str:
        runner = f" under {self.runner[0]}" if self.runner else ""
        return f"{self.compiler} {self.level} {self.variant}{runner}"

    def make(self, folder: Path) -> list[str]:
        """Compile; returns the command that runs a program."""
        target = folder / self.name.replace(" ", "_")
        flags = [flag for flag in kernels.FLAGS if not flag.startswith("-O")]
        sources = [*sorted(kernels.SOURCES.glob("*.c")), HERE / "run_program.c"]
        command = [self.compiler, *flags, self.level, *self.options, f"-I{kernels.SOURCES}", '-DSCULPT_SOURCE="bits"']
        command += ["-pthread", *(["-static"] if self.runner else []), "-o", str(target)]
        subprocess.run([*command, *map(str, sources), "-lm"], check=True)
        return [*self.runner, str(target)]


def builds() -> Iterator[Build]:
    for compiler in filter(shutil.which, ("gcc", "clang")):
        for level in ("-O2", "-O3"):
            for variant, options in kernels.variants().items():
                yield Build(compiler, level, variant, options, [])
    cross, emulator = "aarch64-linux-gnu-gcc", "qemu-aarch64"
    if shutil.which(cross) and shutil.which(emulator):
        for level in ("-O2", "-O3"):
            yield Build(cross, level, "neon", kernels.ARM["neon"], [emulator])


def prepared(model: str, density: float, threads: int, path: Path) -> str:
    """Write the program of twenty steps, then take them here; returns the hash."""
    settings, size = CASES[model]
    case = Case(settings, size, BATCH, images=100)
    images = trainer.resident(case, [0], CPU, shift=1)
    stack = trainer.network_for(case, [0], images)
    mask = trainer.erk(stack, images, [0], density)
    network = Network(
        build(settings, 1, case.channels, case.classes),
        images.shape,
        case.classes,
        batch_size=BATCH,
        momentum=0.9,
        decay=5e-4,
        smoothing=0.1,
        threads=threads,
    )
    network.load({n: tensor[0] for n, tensor in stack.checkpoint().items()}, {n: kept[0] for n, kept in mask.items()})
    draws = torch.cat([epoch_draws(images, [0], epoch, BATCH, True) for epoch in range(STEPS)])[:STEPS, ..., 0]
    programs, ffi = network.programs, network.programs.library.ffi
    split = Split(ffi, images, 0, programs.graph.picture)
    batches = Batches(ffi, draws, STEPS * BATCH, [0.05] * STEPS, [MOMENTUM] * STEPS)
    network.enter(back=True)
    program = programs.training.program
    programs.training.update.count = network.parameters.count
    program_file.write(path, program, programs, split.struct, batches.struct, len(images))
    program.run(programs.library, split.struct, batches.struct, STEPS)
    return hashlib.sha256(programs.weights.tobytes()).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", metavar="MODEL", help=f"of {', '.join(CASES)}; default: all")
    parser.add_argument("--density", type=float, default=0.1, help="of the ERK mask; default: 0.1")
    parser.add_argument("--smoke", action="store_true", help="the first compiler alone")
    given = parser.parse_args()
    names = given.models or list(CASES)
    if unknown := set(names) - set(CASES):
        parser.error(f"{', '.join(sorted(unknown))}: no model here; there are {', '.join(CASES)}")
    with tempfile.TemporaryDirectory() as temporary:
        folder, hashes = Path(temporary), {name: set() for name in names}
        files = {(name, threads): folder / f"{name}_{threads}.program" for name in names for threads in (1, 2)}
        print(f"| built by | {' | '.join(names)} |\n|---|{'---|' * len(names)}")

        def line(how: str, found: dict[str, str]) -> None:
            for name, value in found.items():
                hashes[name].add(value)
            print(f"| {how} | {' | '.join(value[:12] for value in found.values())} |", flush=True)

        for threads in (1, 2):
            found = {name: prepared(name, given.density, threads, files[name, threads]) for name in names}
            line(f"as installed, {threads} thread{'s' * (threads > 1)}", found)
        for made in list(builds())[: 1 if given.smoke else None]:
            command = made.make(folder)
            for threads in (1, 2):
                found = {name: _run(command, files[name, threads], folder / "result") for name in names}
                line(f"{made.name}, {threads} thread{'s' * (threads > 1)}", found)
    if any(len(found) > 1 for found in hashes.values()):
        sys.exit("hashes differ")


def _run(command: list[str], program: Path, result: Path) -> str:
    subprocess.run([*command, str(program), str(result)], check=True)
    return hashlib.sha256(result.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
