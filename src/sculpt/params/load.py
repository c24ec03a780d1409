"""The schema of params.yaml, and its errors in the user's words."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from sculpt.core.errors import SculptError
from sculpt.params.complaints import complaint, nearest, show

MaskMethod = Literal["erk", "balanced", "uniform", "snip", "grasp", "synflow", "magnitude"]

Density = Annotated[float, Field(gt=0, le=1)]
Densities = Annotated[tuple[Density, ...], Field(min_length=1)]
NAME = r"^[a-z][a-z0-9-]*$"
Count = Annotated[int, Field(ge=1)]
Fraction = Annotated[float, Field(ge=0, lt=1)]


class ParamsError(SculptError):
    """params.yaml is not usable; the message has one line a fault: key path, value, what is allowed."""


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


DATASETS = {
    "digits": (1297, 500, 8),
    "cifar10": (50000, 10000, 32),
    "cifar100": (50000, 10000, 32),
    "tiny-imagenet": (100000, 10000, 64),
    "imagenet": (1281167, 50000, None),
}
"""Training images, test images, and height and width in pixels (None: they differ, and are scaled to any size)."""

DatasetName = Literal[*DATASETS]


class Data(Section):
    """Which images, and how the training part is split. The test split is the data set's own."""

    name: DatasetName
    train: Annotated[Count, Field(description="training images")]
    validation: Annotated[Count, Field(description="images that decide everything that is chosen")]
    test: Annotated[Count, Field(description="images that are only reported")]
    size: Annotated[Count, Field(description="height and width in pixels; larger images are scaled down")]
    crop: Annotated[Count | None, Field(description="height and width of what enters the network; absent: size")] = None

    @model_validator(mode="after")
    def _is_there(self) -> "Data":
        train, test, size = DATASETS[self.name]
        if self.train + self.validation > train:
            raise ValueError(f"train: {self.train} and validation {self.validation}; allowed: together at most {train}")
        if self.test > test:
            raise ValueError(f"test: {self.test}; allowed: at most {test}")
        if size is not None and size % self.size:
            raise ValueError(f"size: {self.size}; allowed: {size} or a number that divides it")
        if self.crop is not None and self.crop > self.size:
            raise ValueError(f"crop: {self.crop}; allowed: at most size ({self.size})")
        return self


class PlainModel(Section):
    """A network with one shape at each width: ResNet-20 (16 wide in its paper), VGG with batch norm (64 wide)."""

    name: Literal["resnet20", "vgg16", "vgg19"]
    width: Annotated[Count, Field(description="channels of the first stage")]


class ResNet(Section):
    """An ImageNet ResNet, 64 wide in its paper."""

    name: Literal["resnet18", "resnet50"]
    width: Annotated[Count, Field(description="channels of the first stage")]
    stem: Annotated[Literal["cifar", "imagenet"], Field(description="cifar: 3x3; imagenet: 7x7, stride 2, max pool")]


class MobileNet(Section):
    """MobileNetV2, 32 wide in its paper."""

    name: Literal["mobilenetv2"]
    width: Annotated[int, Field(ge=8, multiple_of=8, description="channels of the stem; width multiplier times 32")]
    stem: Annotated[Literal["cifar", "imagenet"], Field(description="cifar: a quarter of imagenet's stride")]


Model = Annotated[PlainModel | ResNet | MobileNet, Field(discriminator="name")]


class StepSchedule(Section):
    """Warm-up, then the rate is multiplied by `factor` at each drop (the paper-date setting)."""

    name: Literal["step"]
    warmup: Annotated[float, Field(ge=0, description="epochs")]
    warmup_factor: Annotated[
        float | None, Field(gt=0, le=1, description="constant share of the peak in the warm-up; absent: a linear rise")
    ] = None
    drops: Annotated[tuple[Annotated[float, Field(gt=0)], ...], Field(description="epochs from the start")]
    factor: Annotated[float, Field(gt=0, lt=1)]


class TriangularSchedule(Section):
    """From `start` times the peak up to the peak at the end of the warm-up, then down to zero."""

    name: Literal["triangular"]
    warmup: Annotated[float, Field(ge=0, description="epochs")]
    start: Annotated[float, Field(ge=0, le=1)]


class CosineSchedule(Section):
    """Linear warm-up, then half a cosine down to zero."""

    name: Literal["cosine"]
    warmup: Annotated[float, Field(ge=0, description="epochs")]


class ConstantSchedule(Section):
    """Linear warm-up, then the peak."""

    name: Literal["constant"]
    warmup: Annotated[float, Field(ge=0, description="epochs")]


Schedule = Annotated[StepSchedule | TriangularSchedule | CosineSchedule | ConstantSchedule, Field(discriminator="name")]


class Training(Section):
    """One cycle. Changing anything here trains every node again."""

    epochs: Annotated[Count, Field(description="epochs a cycle")]
    batch_size: Annotated[int, Field(ge=2, description="batch norm needs two images")]
    schedule: Schedule
    learning_rate: Annotated[float, Field(gt=0, description="peak of the schedule")]
    momentum: Fraction
    weight_decay: Annotated[float, Field(ge=0)]
    label_smoothing: Fraction
    label_noise: Annotated[Fraction, Field(description="share of the training labels replaced by another class")]
    shift: Annotated[int, Field(ge=0, description="random crop: pixels of zero padding on each side")]
    flip: Annotated[bool, Field(description="random horizontal flip")]
    resized_crop: Annotated[
        float | None,
        Field(gt=0, le=1, description="random crop of at least this share of the area, scaled to the input's size"),
    ] = None

    @model_validator(mode="after")
    def _one_way_to_crop(self) -> "Training":
        if self.resized_crop is not None and self.shift:
            raise ValueError(f"shift: {self.shift}; allowed: 0 with resized_crop, which moves the crop itself")
        return self

    @model_validator(mode="after")
    def _schedule_fits_the_cycle(self) -> "Training":
        if self.schedule.warmup >= self.epochs:
            raise ValueError(
                f"schedule.warmup: {self.schedule.warmup:g} epochs do not fit; "
                f"allowed: less than epochs ({self.epochs})"
            )
        drops = getattr(self.schedule, "drops", ())
        for i, drop in enumerate(drops):
            lowest = max(self.schedule.warmup, *drops[:i], 0)
            if not lowest < drop < self.epochs:
                raise ValueError(
                    f"schedule.drops.{i}: {drop:g}; allowed: rising, after the warm-up and before the end of "
                    f"the cycle, here between {lowest:g} and {self.epochs}"
                )
        return self


class Masks(Section):
    """Settings of the mask methods, and masks that are drawn only to be compared."""

    samples_per_class: Annotated[Count, Field(description="training images a class that SNIP and GraSP score on")]
    synflow_rounds: Count
    compare: Annotated[tuple[MaskMethod, ...], Field(description="methods in the layer-density figure")]
    compare_density: Density


class Dense(Section):
    cycles: Annotated[Count, Field(description="cycles of the dense network; iterative methods start after one")]


class CyclicRuns(Section):
    mask: MaskMethod
    densities: Densities


class Cyclic(Section):
    """Repeated cycles on a fixed mask; its cycle 1 is the `single` run."""

    cycles: Annotated[int, Field(ge=2, description="C, also the length of `long` and SCULPT runs")]
    runs: tuple[CyclicRuns, ...]


class LongRuns(Section):
    """Control: one schedule stretched over the epochs of all C cycles."""

    mask: MaskMethod
    densities: Densities


class SculptRuns(Section):
    """C-1 cycles at `start`, one global magnitude prune to a target, one more cycle."""

    mask: MaskMethod
    start: Density
    targets: Densities

    @model_validator(mode="after")
    def _targets_lie_below_the_start(self) -> "SculptRuns":
        for i, target in enumerate(self.targets):
            if target >= self.start:
                raise ValueError(
                    f"targets.{i}: {target:g} is not below the start density {self.start:g}; "
                    f"allowed: above 0 and below {self.start:g}"
                )
        return self


class Iterative(Section):
    """Prune and train, level after level, from the dense network."""

    method: Literal["lrr", "imp", "wr"]
    ladder: Annotated[Densities, Field(description="falling densities")]
    rewind_epoch: Annotated[
        Count | None, Field(description="WR only: epoch of the dense cycle to go back to, for a whole schedule")
    ] = None

    @model_validator(mode="after")
    def _is_consistent(self) -> "Iterative":
        for i, (above, below) in enumerate(zip(self.ladder, self.ladder[1:], strict=False), start=1):
            if below >= above:
                raise ValueError(f"ladder.{i}: {below:g}; allowed: below the rung before it ({above:g})")
        if self.method == "wr" and self.rewind_epoch is None:
            raise ValueError("rewind_epoch: missing; allowed: the epoch of the dense cycle that WR goes back to")
        if self.method != "wr" and self.rewind_epoch is not None:
            raise ValueError(f"rewind_epoch: {self.rewind_epoch}; allowed: nothing, since only wr rewinds to an epoch")
        return self


class ExecutionProfile(Section):
    """Device and precision under which a checkpoint is trained or evaluated."""

    device: Annotated[Literal["auto", "cpu", "cuda"], Field(description="auto: CUDA when there is one")]
    precision: Literal["float32", "bfloat16"]


class Figures(Section):
    """How the figures look. Changing anything here draws again and trains nothing."""

    width: Annotated[float, Field(ge=3.4, le=20, description="inches; narrower, texts overlap")]
    loss_densities: Annotated[Densities, Field(description="panels of the training-loss figure")]
    cost_densities: Annotated[Densities, Field(description="rows of the cost figure")]


class Run(NamedTuple):
    """A run, as the value that asks for it: where that stands in params.yaml, and all that makes it another network.

    origin: SCULPT's start; of an iterative method the epoch to rewind to, and the rungs above.
    """

    key: str
    method: str
    mask: str | None
    density: float
    origin: Any = None


class Grid(Section):
    """What an experiment trains."""

    seeds: Annotated[Count, Field(description="seeds 0 to seeds-1")]
    replicates: Annotated[Count, Field(description="seeds that one job trains, side by side where that is faster")]
    data: Data
    model: Model
    training: Training
    profiles: dict[Annotated[str, Field(pattern=NAME)], ExecutionProfile]
    masks: Masks
    dense: Dense
    cyclic: Cyclic
    long: tuple[LongRuns, ...]
    sculpt: tuple[SculptRuns, ...]
    iterative: tuple[Iterative, ...]

    @model_validator(mode="after")
    def _is_consistent(self) -> "Grid":
        if not (self.cyclic.runs or self.long or self.sculpt or self.iterative):
            raise ValueError("cyclic.runs: []; allowed: at least one run in cyclic, long, sculpt or iterative")
        if "default" not in self.profiles:
            raise ValueError("profiles: 'default' is missing; training runs under it")
        if self.training.batch_size > self.data.train:
            raise ValueError(
                f"training.batch_size: {self.training.batch_size}; allowed: at most data.train ({self.data.train})"
            )
        entering = "size" if self.data.crop is None else "crop"
        if self.model.name in ("vgg16", "vgg19") and getattr(self.data, entering) < 32:
            raise ValueError(
                f"data.{entering}: {getattr(self.data, entering)}; allowed: at least 32, since {self.model.name} "
                f"halves images five times"
            )
        for i, run in enumerate(self.iterative):
            if run.rewind_epoch is not None and run.rewind_epoch >= self.training.epochs:
                raise ValueError(
                    f"iterative.{i}.rewind_epoch: {run.rewind_epoch}; "
                    f"allowed: 1 to {self.training.epochs - 1} (training.epochs is {self.training.epochs})"
                )
        first: dict[tuple[Any, ...], str] = {}
        for key, *what in self.runs():
            if (other := first.setdefault(tuple(what), key)) != key:
                raise ValueError(f"{key}: {what[2]}; allowed: each run once, and {other} asks for this one already")
        return self

    def runs(self) -> Iterator[Run]:
        """Every run but the dense ones, in the order of the sections."""
        for section, method, fixed in (("cyclic.runs", "cyclic", self.cyclic.runs), ("long", "long", self.long)):
            for i, run in enumerate(fixed):
                for j, density in enumerate(run.densities):
                    yield Run(f"{section}.{i}.densities.{j}", method, run.mask, density)
        for i, run in enumerate(self.sculpt):
            for j, target in enumerate(run.targets):
                yield Run(f"sculpt.{i}.targets.{j}", "sculpt", run.mask, target, run.start)
        for i, run in enumerate(self.iterative):
            for j, density in enumerate(run.ladder):
                yield Run(f"iterative.{i}.ladder.{j}", run.method, None, density, (run.rewind_epoch, run.ladder[:j]))


class Experiment(Grid):
    """What an experiment trains and draws."""

    figures: Figures

    @model_validator(mode="after")
    def _figures_have_what_they_show(self) -> "Experiment":
        runs = list(self.runs())
        masks = list(dict.fromkeys(run.mask for run in runs if run.mask))
        drawn = {
            # The training-loss figure shows neither IMP nor WR, and one mask method; the cost figure two.
            "loss_densities": [r for r in runs if r.method not in ("imp", "wr") and r.mask in (None, *masks[:1])],
            "cost_densities": [r for r in runs if r.mask in (None, *masks[:2])],
        }
        for key, shown in drawn.items():
            there = sorted({run.density for run in shown}, reverse=True)
            for i, density in enumerate(getattr(self.figures, key)):
                if there and density not in there:
                    raise ValueError(
                        f"figures.{key}.{i}: {density}; allowed: densities of runs that this figure shows: "
                        f"{', '.join(map(str, there))}"
                    )
        masked = {run.density for run in runs if run.method in ("cyclic", "long")} | {run.start for run in self.sculpt}
        if masked and not self.masks.compare and self.masks.compare_density not in masked:
            raise ValueError(
                f"masks.compare_density: {self.masks.compare_density}; allowed: with no method in masks.compare, a "
                f"density at which runs have masks: {', '.join(map(str, sorted(masked, reverse=True)))}"
            )
        return self


class Params(Section):
    experiment: Annotated[str, Field(description="the experiment that `make reproduce` runs")]
    experiments: Annotated[dict[Annotated[str, Field(pattern=NAME)], Experiment], Field(min_length=1)]

    def select(self, name: str | None = None) -> tuple[str, Experiment]:
        """The experiment called `name`, or the one that the file chooses; ParamsError names the nearest."""
        chosen = name or self.experiment
        if chosen not in self.experiments:
            where = "EXPERIMENT" if name else "experiment"
            raise ParamsError(
                f"params.yaml: {where}: {chosen!r} is not an experiment; "
                f"allowed: {', '.join(self.experiments)}{nearest(chosen, self.experiments)}"
            )
        return chosen, self.experiments[chosen]


def load(path: Path) -> Params:
    """Read and check params.yaml. Raises ParamsError with one line a fault."""
    try:
        raw = YAML(typ="safe", pure=True).load(path)
    except FileNotFoundError:
        raise ParamsError(f"{path}: no such file; run from the folder that holds params.yaml") from None
    except DuplicateKeyError as error:
        key = str(error.problem).split('"')[1] if '"' in str(error.problem) else str(error.problem)
        raise ParamsError(
            f"{path.name}: line {error.problem_mark.line + 1}: key {key!r} stands twice in one section; "
            f"allowed: each key once"
        ) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ParamsError(f"{path.name}: line {mark.line + 1 if mark else '?'}: not YAML: {error.problem}") from None
    except (YAMLError, UnicodeError, OSError) as error:
        raise ParamsError(f"{path.name}: not readable: {str(error).splitlines()[0]}") from None
    if not isinstance(raw, dict):
        raise ParamsError(f"{path.name}: holds {show(raw)}; allowed: the keys experiment and experiments")
    try:
        params = Params.model_validate_json(json.dumps(raw, default=str))
    except ValidationError as error:
        lines = [f"{path.name}: {complaint(fault, raw, Params)}" for fault in error.errors()]
        raise ParamsError("\n".join(lines)) from None
    params.select()
    return params


def json_schema() -> str:
    """The schema for editors, as JSON text."""
    return json.dumps(Params.model_json_schema(), indent=2) + "\n"
