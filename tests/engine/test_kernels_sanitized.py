"""The kernels touch no memory beyond their buffers and do nothing that C leaves undefined."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sculpt.engine import build
from sculpt.engine.library import load

RUN = """
import sys
from dataclasses import replace
from hypothesis import given, settings
from sculpt.engine.library import declarations, load
from kernel_cases import convolutions, convolve, normalise, norms
from kernel_head_cases import begin_and_end, heads, pool, poolings
library = load("generic")._replace(lib=declarations().dlopen(sys.argv[1]))
for cases, run in ((convolutions, convolve), (norms, normalise), (poolings, pool), (heads, begin_and_end)):
    @settings(max_examples=int(sys.argv[2]), deadline=None, derandomize=True, database=None)
    @given(cases())
    def check(case):
        run(library, case)
    check()
print("all done")
"""


@pytest.mark.parametrize("examples", [7, pytest.param(60, marks=pytest.mark.campaign)])
def test_address_and_undefined_behaviour_sanitizers_are_silent(tmp_path: Path, examples: int) -> None:
    compiler = shutil.which("gcc")
    if compiler is None:
        pytest.skip("gcc is not installed")
    runtime = subprocess.run([compiler, "-print-file-name=libasan.so"], capture_output=True, text=True).stdout.strip()
    if not Path(runtime).is_absolute():
        pytest.skip("gcc's address sanitizer is not installed")
    library = tmp_path / "kernels.so"
    options = ["-O0", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    fastest = [variant for variant in build.variants() if load("generic").lib.sculpt_supports(variant.encode())][-1]
    assert not build.compile_variant(compiler, [*build.variants()[fastest], *options], library)
    environment = os.environ | {
        "LD_PRELOAD": runtime,
        "ASAN_OPTIONS": "detect_leaks=0",
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path]),
    }
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(library), str(examples)], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0 and done.stdout.strip() == "all done", done.stdout + done.stderr
