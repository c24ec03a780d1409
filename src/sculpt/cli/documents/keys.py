"""The keys of params.yaml beside those of plug-ins, from the schema."""

from pydantic.fields import FieldInfo

from sculpt.core.kinds import DATASETS, LOSSES, METHODS, MODELS, SCHEDULES, UPDATES
from sculpt.core.plugins import Kind
from sculpt.core.settings import Section
from sculpt.data.settings import Settings as Data
from sculpt.params.claims import Claims
from sculpt.params.experiment import Experiment
from sculpt.params.hardware import Hardware
from sculpt.params.load import Params
from sculpt.params.profiles import ExecutionProfile
from sculpt.params.training import Training

_SECTIONS: dict[str, type[Section]] = {
    "The file": Params,
    "An experiment": Experiment,
    "`data`, of every data set": Data,
    "`training`, and an entry of `variants`": Training,
    "`claims`": Claims,
    "`hardware`": Hardware,
    "An entry of `profiles`": ExecutionProfile,
}
_PLUGINS = {
    "data": DATASETS,
    "model": MODELS,
    "schedule": SCHEDULES,
    "loss": LOSSES,
    "update": UPDATES,
    "runs": METHODS,
}
"""Keys whose value is a plug-in, which the schema does not say."""
_OWN = {
    "experiments": "experiments, each by its name; `based_on` names another, on which it is an overlay",
    "profiles": "execution profiles, each by its name; training runs under `default`",
    "training": "how a network is trained",
}
"""What the schema does not say, since a section is the whole value."""


def keys() -> str:
    """The list of every section, as Markdown."""
    return "".join(_section(title, section) for title, section in _SECTIONS.items())


def told(field: FieldInfo) -> str:
    """The description of a key, or the name of its type, and whether it may be left out."""
    words = field.description or str(getattr(field.annotation, "__name__", field.annotation)).replace("typing.", "")
    return words if field.is_required() else f"{words} (optional)"


def anchor(title: str) -> str:
    """A heading's anchor, as GitHub and the site make it."""
    kept = "".join(letter for letter in title.lower() if letter.isalnum() or letter in " -_")
    return kept.replace(" ", "-")


def heading(kind: Kind) -> str:
    """The heading of a kind of plug-ins."""
    return f"{kind.noun.capitalize()}: `src/sculpt/{kind.folder}/`, `{kind.function}({', '.join(kind.parameters)})`"


def _section(title: str, section: type[Section]) -> str:
    return "\n".join([f"\n## {title}\n", *(f"- `{key}`: {_of(key, field)}" for key, field in _fields(section))]) + "\n"


def _fields(section: type[Section]) -> list[tuple[str, FieldInfo]]:
    return [(key, field) for key, field in section.model_fields.items() if key != "name"]


def _of(key: str, field: FieldInfo) -> str:
    if key in _PLUGINS:
        kind = _PLUGINS[key]
        return f"{'a list, each entry ' if kind is METHODS else ''}a [{kind.noun}](#{anchor(heading(kind))})"
    return _OWN[key] if key in _OWN and not field.description else told(field)
