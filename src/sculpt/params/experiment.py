"""One experiment: what it trains, what it reports, what it draws."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field, model_validator

from sculpt.core.kinds import ANALYSES, CRITERIA, DATASETS, FIGURES, METHODS, MODELS, TRANSFORMS
from sculpt.core.plugins import Kind
from sculpt.core.settings import Count, Label, Name, Section, Values, values
from sculpt.params.complaints import nearest
from sculpt.params.profiles import ExecutionProfile
from sculpt.params.training import Training


class Experiment(Section):
    """What an experiment trains, reports and draws.

    A label of `criteria`, `transforms`, `analyses` or `figures` is a name of the user's; the entry's `name` is the
    plug-in, and defaults to the label.
    """

    seeds: Annotated[Count, Field(description="seeds 0 to seeds-1")]
    replicates: Annotated[Count, Field(description="seeds that one job trains, side by side where that is faster")]
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

    @model_validator(mode="after")
    def _is_consistent(self) -> "Experiment":
        for fault in self._faults():
            raise ValueError(fault)
        return self

    def _faults(self) -> Iterator[str]:
        if "default" not in self.profiles:
            yield "profiles: 'default' is missing; training runs under it"
        yield from self._training_faults()
        for i, run in enumerate(self.runs):
            yield from self._unknown(f"runs.{i}", run)
            yield from (f"runs.{i}.{fault}" for fault in run.faults(self))
        for key in ("data", "model"):
            yield from (f"{key}.{fault}" for fault in getattr(self, key).faults(self))
        for section in ("criteria", "transforms", "analyses", "figures"):
            for label, entry in getattr(self, section).items():
                yield from (f"{section}.{label}.{fault}" for fault in entry.faults(self))

    def _training_faults(self) -> Iterator[str]:
        for where, training in self.trainings():
            if training.batch_size > self.data.train:
                most = f"at most data.train ({self.data.train})"
                yield f"{where}.batch_size: {training.batch_size}; allowed: {most}"
            if training.profile is not None and training.profile not in self.profiles:
                yield f"{where}.profile: {_not_one_of(training.profile, self.profiles)}"
        for section, kind in (("criteria", CRITERIA), ("transforms", TRANSFORMS)):
            for label, entry in getattr(self, section).items():
                if label in kind.names and entry.name != label:
                    yield f"{section}.{label}.name: {entry.name!r}; allowed: {label!r}, since that is a {kind.noun}"
        for name in self.variants.keys() & self.transforms.keys():
            yield f"variants.{name}: a transform has this name; allowed: another"

    def trainings(self) -> Iterator[tuple[str, Training]]:
        """The training settings, and those of each variant, with the key of each."""
        yield "training", self.training
        yield from ((f"variants.{name}", training) for name, training in self.variants.items())

    def _unknown(self, where: str, run: Section) -> Iterator[str]:
        """The labels that a run names and nothing defines."""
        for key, defined, kind in (
            ("variant", self.variants, None),
            ("mask", self.criteria, CRITERIA),
            ("masks", self.criteria, CRITERIA),
            ("criterion", self.criteria, CRITERIA),
            ("transform", self.transforms, TRANSFORMS),
        ):
            value = getattr(run, key, None)
            for label in value if isinstance(value, tuple) else [value]:
                if label is not None and label not in defined:
                    yield from (f"{where}.{key}: {fault}" for fault in _undefined(label, defined, kind))


def _undefined(label: str, defined: Any, kind: Kind | None) -> Iterator[str]:
    if kind is None or label not in kind.names:
        yield _not_one_of(label, [*defined, *(kind.names if kind else ())])
    elif needed := _needed(kind, label):
        section = "criteria" if kind is CRITERIA else "transforms"
        yield f"{label!r} needs settings; allowed: an entry {section}.{label} with {', '.join(needed)}"


def _needed(kind: Kind, name: str) -> list[str]:
    fields = kind.settings(name).model_fields
    return [key for key, field in fields.items() if field.is_required() and key != kind.tag]


def _not_one_of(name: str, known: Any) -> str:
    return f"{name!r}; allowed: {', '.join(known) or 'nothing, none is defined'}{nearest(name, known)}"


def described(experiment: Experiment) -> Values:
    """An experiment as plain values, from which the tree of its nodes is built.

    Criteria and transforms that runs name by their plug-in have an entry each.
    """
    found = values(experiment)
    for section, keys in (("criteria", ("mask", "masks", "criterion")), ("transforms", ("transform",))):
        used = [run.get(key) for run in found["runs"] for key in keys]
        labels = {label for use in used for label in (use if isinstance(use, list) else [use]) if label}
        if section == "criteria":
            labels.add("magnitude")
        found[section] |= {label: {"name": label} for label in sorted(labels - found[section].keys())}
    return found
