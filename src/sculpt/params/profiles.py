"""Execution profiles: how a process starts, and with what it computes."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Annotated, Literal

from pydantic import Field, model_validator

from sculpt.core.settings import Section
from sculpt.params.complaints import show

_Variable = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
_REFUSED = {"PYTHON*": "", "SCULPT_*": "", "OMP_NUM_THREADS": ", which `threads` says"}
"""Variables that would change how a job starts, and not with what it computes."""
_Line = Annotated[str, Field(pattern=r"^[^\x00-\x1f]*$")]
_OF_TORCH = ("deterministic", "memory_format", "onednn", "batch_order", "mantissa")
"""Keys that the engine `kernels` has nothing for."""


class ExecutionProfile(Section):
    """Device, precision and process under which a checkpoint is trained or evaluated."""

    device: Annotated[Literal["auto", "cpu", "cuda"], Field(description="auto: CUDA when there is one")]
    precision: Annotated[
        Literal["float64", "float32", "tf32", "bfloat16", "float16"],
        Field(description="tf32: of products; bfloat16 and float16: by autocast, float16 with loss scaling"),
    ]
    engine: Annotated[
        Literal["kernels", "torch"] | None,
        Field(description="kernels: the project's own, on a CPU, the same bits on every processor; absent: torch"),
    ] = None
    threads: Annotated[int | None, Field(ge=1, le=1024, description="threads of a job on a CPU; absent: 1")] = None
    environment: Annotated[
        dict[_Variable, _Line] | None,
        Field(description="variables that are set before the process starts, such as ONEDNN_MAX_CPU_ISA"),
    ] = None
    deterministic: Annotated[
        bool | None,
        Field(description="false: also algorithms that differ from run to run, chosen by measurement; absent: true"),
    ] = None
    memory_format: Annotated[
        Literal["contiguous"] | None, Field(description="of images and weights; absent: channels_last")
    ] = None
    onednn: Annotated[bool | None, Field(description="false: PyTorch's own kernels of a CPU; absent: true")] = None
    batch_order: Annotated[
        Literal["reversed"] | None,
        Field(description="reversed: each training batch in reverse order, a perturbation of sums; absent: as drawn"),
    ] = None
    mantissa: Annotated[
        int | None,
        Field(ge=1, le=22, description="emulated: bits that inputs and weights of products are rounded to; absent: 23"),
    ] = None
    partition: Annotated[
        _Line | None, Field(description="where its jobs run on a cluster (slurm_partition); absent: its default")
    ] = None

    @model_validator(mode="after")
    def _computes(self) -> "ExecutionProfile":
        if faults := list(self._faults()):
            raise ValueError("\n".join(faults))
        return self

    def _faults(self) -> Iterator[str]:
        if self.engine == "kernels":
            for key, only in {"device": "cpu", "precision": "float32"}.items():
                if (value := getattr(self, key)) != only:
                    yield f"{key}: {show(value)}; allowed: {only} with the engine kernels"
            for key in _OF_TORCH:
                if (value := getattr(self, key)) is not None:
                    yield f"{key}: {show(value)}; allowed: none with the engine kernels"
        elif self.mantissa is not None and self.precision != "float32":
            yield f"mantissa: {self.mantissa}; allowed: none with precision {self.precision}, only with float32"

    @model_validator(mode="after")
    def _leaves_the_start_alone(self) -> "ExecutionProfile":
        allowed = f"any but {', '.join(name + why for name, why in _REFUSED.items())}"
        refused = [name for name in self.environment or () if any(fnmatchcase(name, pattern) for pattern in _REFUSED)]
        if refused:
            raise ValueError(
                "\n".join(f"environment.{name}: set by a run itself; allowed: {allowed}" for name in refused)
            )
        return self
