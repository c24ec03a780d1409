"""Which runs the section `hardware` compares: by the last node of each.

Frozen runs are those that it selects. Of a run whose variant trains under an execution profile of its own, the training
is what is compared: with that of the plain run, which has the same labels and no variant.
"""

from dataclasses import dataclass

from sculpt.core.settings import Values
from sculpt.recipe.chosen import chosen, unselected
from sculpt.recipe.computing import same_bytes, trains_under
from sculpt.recipe.run import Run
from sculpt.recipe.tree import RecipeError, Tree

_WHAT_COMPUTES = ("engine", "profile")


@dataclass(frozen=True)
class Trained:
    """A run that a variant trains under `profile`, and the plain run beside it.

    alone: whether the variant changes nothing but the profile, and the engine that goes with it. same: whether that
    profile decides the same bytes as the one that the plain run trains under, whatever their names.
    """

    run: Run
    plain: Run
    profile: str
    alone: bool
    same: bool

    @property
    def effect(self) -> str:
        """What the two show, as hardware.csv calls it (`sculpt.statistics.comparison`)."""
        if not self.alone:
            return "variant"
        return "training_repeat" if self.same else "training"


@dataclass(frozen=True)
class Compared:
    """frozen: the selected runs. trained: those that a variant trains under a profile."""

    frozen: list[Run]
    trained: list[Trained]

    @property
    def plain(self) -> list[Run]:
        """The runs without a profile of their own, each once: the frozen ones, then those that others stand beside."""
        return list({run.id: run for run in [*self.frozen, *(pair.plain for pair in self.trained)]}.values())


def compared(tree: Tree, hardware: Values) -> Compared:
    """hardware: the section. Raises RecipeError where it selects nothing, or a run lacks the plain one beside it."""
    for fault in unselected(tree.runs, hardware):
        raise RecipeError(f"hardware.{fault}")
    results = [run for run in tree.runs if run.result and run.reported]
    profiles = {run.id: profile for run in results if (profile := _own_profile(tree, run))}
    frozen = [run for run in chosen(results, hardware) if run.id not in profiles]
    if not frozen:
        raise RecipeError(
            "hardware: selects no run; allowed: methods and densities of runs without a profile of their own"
        )
    plain = {tuple(run.labels.items()): run for run in results if run.labels["variant"] is None}
    trained = []
    for run in results:
        if run.id in profiles:
            beside = plain.get(tuple({**run.labels, "variant": None}.items()))
            if beside is None:
                raise RecipeError(
                    f"{run.asked_by}: {run.id} trains under the profile {profiles[run.id]}; allowed: with the same run "
                    f"without a variant, since the section hardware compares the two"
                )
            trained.append(Trained(run, beside, profiles[run.id], _alone(tree, run), _same(tree, run)))
    return Compared(frozen, trained)


def last(run: Run) -> tuple[int, str]:
    """The number of a run's last cycle, and its node."""
    return run.reported[-1]


def _alone(tree: Tree, run: Run) -> bool:
    here, plain = (tree.training(variant) for variant in (run.labels["variant"], None))
    return all(here.get(key) == plain.get(key) for key in here.keys() | plain.keys() if key not in _WHAT_COMPUTES)


def _same(tree: Tree, run: Run) -> bool:
    return same_bytes(*(trains_under(tree.experiment, tree.training(of)) for of in (run.labels["variant"], None)))


def _own_profile(tree: Tree, run: Run) -> str | None:
    variant = run.labels["variant"]
    return tree.training(variant).get("profile") if variant else None
