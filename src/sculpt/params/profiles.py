"""Execution profiles: how a process starts, and with what it computes."""

from fnmatch import fnmatchcase
from typing import Annotated, Literal

from pydantic import Field, model_validator

from sculpt.core.settings import Section
from sculpt.params.complaints import show

_Variable = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
_REFUSED = {"PYTHON*": "", "SCULPT_*": "", "OMP_NUM_THREADS": ", which `threads` says"}
"""Variables that would change how a job starts, and not with what it computes."""
_Line = Annotated[str, Field(pattern=r"^[^\x00-\x1f]*$")]


class ExecutionProfile(Section):
    """Device, precision and process under which a checkpoint is trained or evaluated."""

    device: Annotated[Literal["auto", "cpu", "cuda"], Field(description="auto: CUDA when there is one")]
    precision: Literal["float32", "bfloat16"]
    engine: Annotated[
        Literal["kernels", "torch"] | None,
        Field(description="kernels: the project's own, on a CPU, the same bits on every processor; absent: torch"),
    ] = None
    threads: Annotated[int | None, Field(ge=1, le=1024, description="threads of a job on a CPU; absent: 1")] = None
    environment: Annotated[
        dict[_Variable, _Line] | None,
        Field(description="variables that are set before the process starts, such as ONEDNN_MAX_CPU_ISA"),
    ] = None

    @model_validator(mode="after")
    def _computes(self) -> "ExecutionProfile":
        if self.engine == "kernels":
            held = {"device": (self.device, "cpu"), "precision": (self.precision, "float32")}
            faults = [
                f"{key}: {show(value)}; allowed: {only} with the engine kernels"
                for key, (value, only) in held.items()
                if value != only
            ]
            if faults:
                raise ValueError("\n".join(faults))
        return self

    @model_validator(mode="after")
    def _leaves_the_start_alone(self) -> "ExecutionProfile":
        allowed = f"any but {', '.join(name + why for name, why in _REFUSED.items())}"
        refused = [name for name in self.environment or () if any(fnmatchcase(name, pattern) for pattern in _REFUSED)]
        if refused:
            raise ValueError(
                "\n".join(f"environment.{name}: set by a run itself; allowed: {allowed}" for name in refused)
            )
        return self
