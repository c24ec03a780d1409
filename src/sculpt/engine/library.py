"""The compiled kernels: which variant this process uses, and the way to it."""

import os
from functools import cache
from typing import Any, NamedTuple

from cffi import FFI

from sculpt.engine import build
from sculpt.engine.errors import EngineError


class Library(NamedTuple):
    """A loaded variant of the kernels.

    `lib`: the functions of program.h, `ffi`: its structures; `tag`: variant and digest, which programs are made for.
    """

    variant: str
    source: str
    ffi: FFI
    lib: Any

    @property
    def tag(self) -> str:
        return f"{self.variant} {self.source}"


@cache
def declarations() -> FFI:
    """The structures and functions of program.h."""
    ffi = FFI()
    text = (build.SOURCES / "program.h").read_text(encoding="utf-8")
    ffi.cdef("\n".join(line for line in text.splitlines() if not line.startswith("#")))
    return ffi


def load(variant: str | None = None) -> Library:
    """The named variant; None: that of SCULPT_KERNELS, or the fastest that this processor has.

    Raises EngineError where it is not known, not built, built from other sources, or not for this processor.
    """
    return _load(variant or os.environ.get("SCULPT_KERNELS") or None)


@cache
def _load(variant: str | None) -> Library:
    known = list(build.variants())
    if variant is None:
        generic = _open("generic")
        for name in reversed(known):
            if build.library_path(name).exists() and generic.sculpt_supports(name.encode()):
                return _checked(name)
    if variant not in known:
        raise EngineError(f"SCULPT_KERNELS: {variant} is no variant of this machine's; there are {', '.join(known)}")
    if not _open("generic").sculpt_supports(variant.encode()):
        raise EngineError(f"SCULPT_KERNELS: this processor lacks the instructions of {variant}")
    return _checked(variant)


def _open(variant: str) -> Any:
    path = build.library_path(variant)
    if not path.exists():
        reason = "run `make kernels`" if build.compiler() else build.NO_COMPILER
        raise EngineError(f"{path.name} is not built: {reason}; or set `engine: torch`")
    try:
        return declarations().dlopen(str(path))
    except OSError as error:
        raise EngineError(f"{path.name}: {error}; run `make kernels`") from None


def _checked(variant: str) -> Library:
    lib, ffi = _open(variant), declarations()
    source = ffi.string(lib.sculpt_source()).decode()
    if source != build.digest():
        raise EngineError(f"{build.library_path(variant).name} was built from other sources: run `make kernels`")
    return Library(ffi.string(lib.sculpt_variant()).decode(), source, ffi, lib)
