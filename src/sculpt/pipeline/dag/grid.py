"""An experiment as the stages see it: its tree, and the settings that their jobs have in common."""

from sculpt.core.files import WEIGHTS
from sculpt.core.kinds import ANALYSES, MODELS
from sculpt.core.settings import Values
from sculpt.recipe.beside import looked_at
from sculpt.recipe.compared import Compared, compared
from sculpt.recipe.computing import computing
from sculpt.recipe.node import INIT, Block, node_folder
from sculpt.recipe.selection import selected
from sculpt.recipe.tree import RecipeError, Tree

_BESIDE = {
    "plain": (
        "a plain one stands beside",
        "a run of a variant with a profile, and a run that differs in no label but the variant",
    ),
    "weights": ("trains from another's weights as they are", "a run of two cycles, or without a transform"),
}
"""What an analysis misses that looks at no node, for each of its BESIDE."""


class Grid:
    """name: of the experiment. experiment: its plain values (`sculpt.params.experiment.described`).

    Raises RecipeError, a line as `sculpt params check` prints it.
    """

    def __init__(self, name: str, experiment: Values):
        self.name = name
        self.experiment = experiment
        try:
            self.tree = Tree(experiment)
            for label, analysis in experiment["analyses"].items():
                if not selected(self.tree, analysis):
                    raise RecipeError(f"analyses.{label}: selects no node; allowed: methods and densities of runs")
                if not looked_at(self.tree, analysis):
                    lacking, wanted = _BESIDE[ANALYSES.constant(analysis["name"], "BESIDE")]
                    raise RecipeError(f"analyses.{label}: selects no node that {lacking}; allowed: {wanted}")
            hardware = experiment.get("hardware")
            self.compared = Compared([], []) if hardware is None else compared(self.tree, hardware)
        except RecipeError as error:
            raise RecipeError(f"params.yaml: experiments.{name}.{error}") from None
        self.results = f"results/{name}"
        self.model_module = MODELS.module(experiment["model"]["name"])

    def data(self, *splits: str) -> list[str]:
        """The facts of the data, and some splits of it."""
        return [f"{self.results}/data/data.json", *(f"{self.results}/data/{split}.safetensors" for split in splits)]

    def files(self, block: Block, key: str, *files: str) -> list[str]:
        """Files of a node, a mask or the initialisation."""
        return [f"{node_folder(self.name, block.name, key)}/{file}" for file in files]

    def init(self, block: Block) -> list[str]:
        return self.files(block, INIT, WEIGHTS)

    def of_block(self, block: Block) -> Values:
        """The settings of every job that has a network."""
        return {"model": self.experiment["model"], "seeds": block.seeds}

    def profile(self, name: str | None) -> Values:
        return self.experiment["profiles"][name or "default"]

    @staticmethod
    def computing(profile: Values) -> Values:
        """What of an execution profile decides bytes."""
        return computing(profile)

    def criterion(self, label: str) -> Values:
        return self.experiment["criteria"][label]
