"""Every variant and compiler gives the same bits, operation by operation."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from kernel_cases import Arrays, Convolution, Norms, convolutions, convolve, normalise, norms
from kernel_head_cases import Head, Pooling, begin_and_end, heads, pool, poolings

from sculpt.engine import build
from sculpt.engine.errors import EngineError
from sculpt.engine.library import Library, declarations, load

CASES = settings(max_examples=25, deadline=None, derandomize=True, database=None)


def here() -> list[Library]:
    """The variants that this processor can run."""
    found = []
    for name in build.variants():
        try:
            found.append(load(name))
        except EngineError:
            assert name != "generic"
    return found


def same(outputs: list[Arrays]) -> None:
    for name, array in outputs[0].items():
        for other in outputs[1:]:
            assert array.tobytes() == other[name].tobytes(), name


def exercise(libraries: list[Library]) -> None:
    """Run every operation on many cases with each library and compare the bits."""

    @CASES
    @given(convolutions())
    def convolution(case: Convolution) -> None:
        same([convolve(library, case) for library in libraries])

    @CASES
    @given(norms())
    def norm(case: Norms) -> None:
        same([normalise(library, case) for library in libraries])

    @CASES
    @given(poolings())
    def pooling(case: Pooling) -> None:
        same([pool(library, case) for library in libraries])

    @CASES
    @given(heads())
    def head(case: Head) -> None:
        same([begin_and_end(library, case) for library in libraries])

    for check in (convolution, norm, pooling, head):
        check()
    exponents = np.linspace(-104, 0, 100_000, dtype=np.float32)
    arguments = np.linspace(1, 1e4, 100_000, dtype=np.float32)
    same([{"exp": call(library, "sculpt_exp", exponents)} for library in libraries])
    same([{"log": call(library, "sculpt_log", arguments)} for library in libraries])


def call(library: Library, name: str, numbers: np.ndarray) -> np.ndarray:
    out = np.empty_like(numbers)
    pointers = [library.ffi.cast("float *", array.ctypes.data) for array in (numbers, out)]
    getattr(library.lib, name)(*pointers, len(numbers))
    return out


def test_variants_give_the_same_bits() -> None:
    exercise(here())


def test_exp_and_log_are_rounded_once() -> None:
    exponents = np.linspace(-80, 0, 100_000, dtype=np.float32)
    arguments = np.linspace(1, 1e4, 100_000, dtype=np.float32)
    for name, numbers, exact in (("sculpt_exp", exponents, np.exp), ("sculpt_log", arguments, np.log)):
        assert np.array_equal(call(load(), name, numbers), exact(numbers.astype(np.float64)).astype(np.float32))
    assert np.isnan(call(load(), "sculpt_exp", np.array([np.nan], np.float32))).all()


@pytest.mark.campaign
@pytest.mark.parametrize("options", [["gcc", "-O2"], ["gcc", "-O3"], ["clang", "-O2"], ["clang", "-O3"]])
def test_compilers_give_the_same_bits(options: list[str], tmp_path: Path) -> None:
    program, level = options
    if not shutil.which(program):
        pytest.skip(f"there is no {program}")
    libraries = [load("generic")]
    for library in here():
        path = build.library_path(library.variant, tmp_path)
        assert not build.compile_variant(program, [*build.variants()[library.variant], level], path)
        libraries.append(library._replace(lib=declarations().dlopen(str(path))))
    exercise(libraries)
