"""The section `hardware`: under which execution profiles the trained nodes are evaluated, beside which reference."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from sculpt.core.machines import HERE
from sculpt.core.settings import Densities, Label, Name, Section
from sculpt.params.complaints import not_one_of, show


class Hardware(Section):
    """Changing anything here trains no node."""

    reference: Annotated[
        Name, Field(description="execution profile that the others are compared with; of engine torch")
    ]
    profiles: Annotated[
        tuple[Name, ...], Field(min_length=1, description="other profiles, under which the nodes are evaluated")
    ]
    methods: Annotated[
        tuple[Label, ...] | None, Field(min_length=1, description="methods whose last nodes it evaluates; absent: all")
    ] = None
    densities: Annotated[
        Densities | None, Field(description="target densities of these runs, 1.0 for dense; absent: all")
    ] = None
    machines: Annotated[
        dict[Name, str] | None,
        Field(description="folders results/<experiment>/hardware copied from other machines, each by a name"),
    ] = None

    def faults(self, around: Any) -> Iterator[str]:
        if self.reference not in around.profiles:
            yield f"reference: {not_one_of(self.reference, around.profiles)}"
        elif around.profiles[self.reference].engine == "kernels":
            allowed = [name for name, profile in around.profiles.items() if profile.engine != "kernels"]
            named = ", ".join(allowed) or "none that is defined"
            yield f"reference: {show(self.reference)}; allowed: a profile of engine torch ({named})"
        for i, name in enumerate(self.profiles):
            if name not in around.profiles:
                yield f"profiles.{i}: {not_one_of(name, around.profiles)}"
            elif name == self.reference:
                yield f"profiles.{i}: {show(name)}; allowed: another than the reference, which is repeated anyway"
            elif name in self.profiles[:i]:
                yield f"profiles.{i}: {show(name)}; allowed: each profile once"
        yield from self._untold(around)
        for name, folder in (self.machines or {}).items():
            if not folder.strip():
                yield f"machines.{name}: {show(folder)}; allowed: the path of a folder"
        if HERE in (self.machines or {}):
            yield f"machines.{HERE}: the machine of the run; allowed: another name"

    def _untold(self, around: Any) -> Iterator[str]:
        """Profiles that runs train under and that this section does not have, so that no table would tell of them."""
        told = set()
        for variant in dict.fromkeys(getattr(run, "variant", None) for run in around.runs):
            profile = around.variants[variant].profile if variant in around.variants else None
            if profile in around.profiles and profile not in (self.reference, *self.profiles, *told):
                told.add(profile)
                lacking = f"profiles: lacks {show(profile)}, which variants.{variant} trains under"
                yield f"{lacking}; allowed: with every profile that a variant of a run trains under"
