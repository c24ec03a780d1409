"""One experiment: what it trains, what it reports, what it draws."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, model_validator

from sculpt.core.engines import KERNELS_COMPUTE
from sculpt.core.kinds import ANALYSES, BETWEEN, CRITERIA, DATASETS, FIGURES, METHODS, MODELS, TRANSFORMS
from sculpt.core.plugins import Kind
from sculpt.core.settings import Count, Label, Name, Section, Values, values
from sculpt.params.claims import Claims
from sculpt.params.complaints import not_one_of, show
from sculpt.params.hardware import Hardware
from sculpt.params.naming import LADDERS, NAMING, OTHERWISE
from sculpt.params.profiles import ExecutionProfile
from sculpt.params.training import Training

TABLES = ("summary", "history", "layers")
"""The tables that every experiment has; each analysis adds one of its label."""
HARDWARE_TABLES = ("hardware", "profiles")
"""Those that an experiment with a section `hardware` has too."""
REFERENCE_TABLES = {"published": "reference/published.csv"}
"""Those that the repository has itself, for every experiment, and where."""
_KINDS = {"criteria": CRITERIA, "transforms": TRANSFORMS}
_TOLD_BY_NAME = (("transforms", "criteria"), ("variants", "criteria"), ("variants", "transforms"))
"""Sections of which no two may have a label in common."""


class Experiment(Section):
    """What an experiment trains, reports and draws.

    A label of `criteria`, `transforms`, `analyses` or `figures` is a name of the user's; the entry's `name` is the
    plug-in, and defaults to the label.
    """

    seeds: Annotated[int, Field(ge=1, le=10_000, description="seeds 0 to seeds-1")]
    replicates: Annotated[
        int, Field(ge=1, le=1_000, description="seeds that one job trains, side by side where that is faster")
    ]
    cycles: Annotated[Count, Field(ge=2, description="C: length of cyclic, long and SCULPT runs")]
    data: DATASETS.union
    model: MODELS.union
    training: Training
    variants: Annotated[dict[Name, Training], Field(default_factory=dict, description="named overlays on `training`")]
    profiles: dict[Name, ExecutionProfile]
    criteria: Annotated[
        dict[Label, CRITERIA.union], Field(default_factory=dict, description="for initial masks and for prunes")
    ]
    transforms: Annotated[dict[Label, TRANSFORMS.union], Field(default_factory=dict, description="of starting weights")]
    runs: Annotated[tuple[METHODS.union, ...], Field(min_length=1)]
    analyses: Annotated[dict[Label, ANALYSES.union], Field(default_factory=dict, description="of trained nodes")]
    figures: Annotated[dict[Label, FIGURES.union], Field(default_factory=dict, description="what is drawn")]
    claims: Annotated[Claims | None, Field(description="what the claims ask for")] = None
    hardware: Annotated[Hardware | None, Field(description="what other execution profiles do to trained nodes")] = None

    @model_validator(mode="after")
    def _is_consistent(self) -> "Experiment":
        if faults := list(self._faults()):
            raise ValueError("\n".join(faults))
        return self

    def found(self, root: Path) -> "Experiment":
        """This experiment with what its data set's own files decide; itself where the data set has no such files.

        root: the folder of downloads. Raises ValueError, a line per fault, each as `key: value; allowed: ...`.
        """
        try:
            data = self.data.found(root)
        except ValueError as error:
            raise ValueError(f"data.{error}") from None
        if data is self.data:
            return self
        found = self.model_copy(update={"data": data})
        if faults := list(found._faults()):
            raise ValueError("\n".join(faults))
        return found

    def _faults(self) -> Iterator[str]:
        if "default" not in self.profiles:
            yield "profiles: 'default' is missing; allowed: with a profile of that name, under which training runs"
        yield from self._training_faults()
        for i, run in enumerate(self.runs):
            yield from self._unknown(f"runs.{i}", run)
            yield from (f"runs.{i}.{fault}" for fault in run.faults(self))
            yield from (f"runs.{i}.{fault}" for fault in self._moves_masks(run))
        for key in ("data", "model"):
            yield from (f"{key}.{fault}" for fault in getattr(self, key).faults(self))
        if self.hardware is not None:
            yield from (f"hardware.{fault}" for fault in self.hardware.faults(self))
        for section in ("criteria", "transforms", "analyses", "figures"):
            for label, entry in getattr(self, section).items():
                yield from (f"{section}.{label}.{fault}" for fault in entry.faults(self))
        yield from self._label_faults()
        yield from self._lacking_runs()

    def _training_faults(self) -> Iterator[str]:
        kernels = [name for name, profile in self.profiles.items() if profile.engine == "kernels"]
        for where, training in self.trainings():
            if training.batch_size > (there := self.data.training_images()):
                left = "" if self.data.long_tail is None else f" with a long tail of {self.data.long_tail}"
                most = f"at most data.train{left} ({there})"
                yield f"{where}.batch_size: {training.batch_size}; allowed: {most}"
            if training.profile is not None and training.profile not in self.profiles:
                yield f"{where}.profile: {not_one_of(training.profile, self.profiles)}"
            elif training.engine is None and (training.profile or "default") in kernels:
                yield from _beyond_the_kernels(where, training)
        if kernels and not MODELS.constant(self.model.name, "KERNELS", False):
            known = ", ".join(name for name in MODELS.names if MODELS.constant(name, "KERNELS", False))
            allowed = f"{known} with the engine kernels, or engine torch in profiles.{kernels[0]}"
            yield f"model.name: {show(self.model.name)}; allowed: {allowed}"

    def _label_faults(self) -> Iterator[str]:
        for section, kind in {**_KINDS, "analyses": ANALYSES, "figures": FIGURES}.items():
            for label, entry in getattr(self, section).items():
                if label in kind.names and entry.name != label:
                    yield f"{section}.{label}.name: {show(entry.name)}; allowed: {label}, since that is a {kind.noun}"
        for section, other in (*_TOLD_BY_NAME, ("criteria", "transforms")):
            kind, defined = _KINDS[other], getattr(self, other)
            for label in getattr(self, section):
                # A label that both sections define has its line once.
                if label in defined and (section, other) in _TOLD_BY_NAME:
                    yield f"{section}.{label}: in {other} too; allowed: another name, since figures name runs by both"
                elif label in kind.names and label not in defined:
                    yield f"{section}.{label}: a {kind.noun}; allowed: another name, since figures name runs by both"
        for label in self.criteria:
            if label in LADDERS:
                others = ", ".join(LADDERS)
                yield f"criteria.{label}: what mask_of calls a ladder; allowed: another name than {others}"
        for label in self.analyses:
            if label in TABLES:
                yield f"analyses.{label}: a table of every experiment; allowed: another name than {', '.join(TABLES)}"
            elif label in HARDWARE_TABLES:
                others = ", ".join(HARDWARE_TABLES)
                yield f"analyses.{label}: a table of the section hardware; allowed: another name than {others}"
            elif label in REFERENCE_TABLES:
                others = ", ".join(REFERENCE_TABLES)
                yield f"analyses.{label}: a table of the repository; allowed: another name than {others}"
        for label, entry in self.figures.items():
            for table in FIGURES.constant(entry.name, "TABLES", ()):
                if table in HARDWARE_TABLES:
                    if self.hardware is None:
                        yield f"figures.{label}: needs the table {table!r}; allowed: with a section hardware"
                elif table not in (*TABLES, *REFERENCE_TABLES, *self.analyses):
                    yield f"figures.{label}: needs the table {table!r}; allowed: with an entry analyses.{table}"

    def _lacking_runs(self) -> Iterator[str]:
        """The run methods that an analysis or a figure needs and that no run has, with the entry that adds one."""
        there = {run.method for run in self.runs}
        for section, kind in {"analyses": ANALYSES, "figures": FIGURES}.items():
            for label, entry in getattr(self, section).items():
                for method in kind.constant(entry.name, "NEEDS", ()):
                    if method not in there:
                        keys = ", ".join([f"method: {method}", *(f"{key}: ..." for key in _needed(METHODS, method))])
                        allowed = f"with an entry {{{keys}}} in runs"
                        yield f"{section}.{label}: needs a run of the method {method!r}; allowed: {allowed}"

    def trainings(self) -> Iterator[tuple[str, Training]]:
        """The training settings, and those of each variant, with the key of each."""
        yield "training", self.training
        yield from ((f"variants.{name}", training) for name, training in self.variants.items())

    def _moves_masks(self, run: Section) -> Iterator[str]:
        """A rule between epochs that moves the mask, where the run's method keeps it."""
        variant = getattr(run, "variant", None)
        rule = self.variants.get(variant, self.training).between
        if rule is None or not BETWEEN.constant(rule.name, "MOVES") or METHODS.constant(run.method, "DYNAMIC", False):
            return
        where, value = ("variant", show(variant)) if variant in self.variants else ("method", show(run.method))
        dynamic = ", ".join(name for name in METHODS.names if METHODS.constant(name, "DYNAMIC", False))
        yield f"{where}: {value}; allowed: with the method {dynamic}, since its rule {rule.name} moves the mask"

    def _unknown(self, where: str, run: Section) -> Iterator[str]:
        """The labels that a run names and nothing defines."""
        if (variant := getattr(run, "variant", None)) is not None and variant not in self.variants:
            yield f"{where}.variant: {not_one_of(variant, self.variants)}"
        for key, section in NAMING.items():
            value = getattr(run, key, None)
            several = isinstance(value, tuple)
            for i, label in enumerate(value if several else [value]):
                defined = dict.fromkeys([*OTHERWISE.get(key, ()), *getattr(self, section)])
                if label is not None and label not in defined:
                    place = f"{where}.{key}.{i}" if several else f"{where}.{key}"
                    yield from (f"{place}: {fault}" for fault in _undefined(label, section, defined))


def _beyond_the_kernels(where: str, training: Training) -> Iterator[str]:
    """What the engine `kernels` lacks, of what is trained under it."""
    beside = f"or {where}.engine: torch"
    for key, known in KERNELS_COMPUTE.items():
        if (name := getattr(training, key).name) != known:
            yield f"{where}.{key}.name: {show(name)}; allowed: {known} with the engine kernels, {beside}"
    if training.resized_crop is not None:
        yield f"{where}.resized_crop: {training.resized_crop}; allowed: none with the engine kernels, {beside}"


def _undefined(label: str, section: str, defined: Any) -> Iterator[str]:
    kind = _KINDS[section]
    if label not in kind.names:
        yield not_one_of(label, dict.fromkeys([*defined, *kind.names]))
    elif needed := _needed(kind, label):
        yield f"{show(label)} needs settings; allowed: an entry {section}.{label} with {', '.join(needed)}"


def _needed(kind: Kind, name: str) -> list[str]:
    fields = kind.settings(name).model_fields
    return [key for key, field in fields.items() if field.is_required() and key != kind.tag]


def described(experiment: Experiment) -> Values:
    """An experiment as plain values, from which the tree of its nodes is built.

    Criteria and transforms that runs name by their plug-in have an entry each.
    """
    found = values(experiment)
    for section in _KINDS:
        named = {key for key, of in NAMING.items() if of == section}
        used = [(key, run.get(key)) for run in found["runs"] for key in named]
        labels = {
            label
            for key, use in used
            for label in (use if isinstance(use, list) else [use])
            if label and label not in OTHERWISE.get(key, ())
        }
        if section == "criteria":
            labels.add("magnitude")
        found[section] |= {label: {"name": label} for label in sorted(labels - found[section].keys())}
    return found
