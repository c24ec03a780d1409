"""What made a file, in lines for a person."""

import json
from collections import Counter
from collections.abc import Iterator
from textwrap import wrap
from typing import Any

from sculpt.core.kinds import DATASETS
from sculpt.pipeline.dag.experiment import STAGES
from sculpt.pipeline.plan.reasons import origin_of
from sculpt.pipeline.plan.sizes import in_bytes
from sculpt.pipeline.record.dvc_record import hashed
from sculpt.pipeline.record.fingerprint import Fingerprint
from sculpt.pipeline.record.lock import LOCK
from sculpt.pipeline.run.console import counted
from sculpt.pipeline.why.ancestors import Ancestor, ancestors
from sculpt.pipeline.why.made import Made, Makers, experiment_of
from sculpt.pipeline.why.revision import recorded_by
from sculpt.pipeline.why.since import AS_RECORDED, code_since, files_since, settings_since

FEW = 12
"""Lines of each part, beyond which the rest is counted."""
WIDTH = 120
LONG = 60
"""Letters of a value, beyond which it is cut."""


def told(made: Made, files: list[str], makers: Makers, verbose: bool) -> list[str]:
    """All that is recorded of one job. files: those of its outputs that were asked for."""
    lines = [*_outputs(made, files, makers), ""]
    lines.append(f"made by: {made.title} (rule {made.rule}, experiment {made.experiment})")
    lines.append(f"recorded: {_recorded(made, files[0], makers)}")
    if made.experiment not in makers.params.experiments:
        lines.append(f"gone: params.yaml has no experiment {made.experiment} any more")
    elif made.job is None:
        lines.append(f"gone: no job of {made.experiment} makes it any more")
    lines.append(f"machine: {_machine(made.fingerprint, verbose)}")
    lines += ["", f"settings, with their keys below experiments.{made.experiment} of params.yaml:"]
    lines += _cut(list(_settings(made, verbose)), verbose)
    lines += [f"  since then: {line}" for line in settings_since(made)]
    lines += ["", *_code(made, makers, verbose)]
    lines += ["", *_inputs(made, makers, verbose)]
    found = ancestors(made, makers)
    lines += ["", *_chain(found, made, makers, verbose)]
    return lines if verbose else [_short(line) for line in lines]


def told_of_several(asked: str, executions: list[tuple[Made, list[str]]], makers: Makers, verbose: bool) -> list[str]:
    """A folder that several jobs have filled: a line for each of them."""
    makers.digests.hash(file for made, _ in executions for file in made.outputs)
    count = sum(len(files) for _, files in executions)
    lines = [f"  {made.title}: {_since(made, None, makers)}; sculpt why {files[0]}" for made, files in executions]
    return [f"{asked}: {counted(count, 'file')} of {counted(len(executions), 'job')}:", *_cut(lines, verbose)]


def _outputs(made: Made, files: list[str], makers: Makers) -> Iterator[str]:
    states = files_since(made.outputs, makers)
    for file in files:
        found = hashed(makers.root / file)
        size = f", {in_bytes(found.size)}, md5 {found.md5}" if found else ""
        yield f"{file}: {states[file]}{size}"
    beside = [f"{file.rpartition('/')[2]} ({state})" for file, state in states.items() if file not in files]
    if beside:
        yield f"beside it: {', '.join(beside)}"


def _recorded(made: Made, file: str, makers: Makers) -> str:
    if made.told_by != LOCK:
        return made.told_by
    sha256 = made.outputs[file]
    revision = recorded_by(file, sha256, makers.root) if sha256 else None
    return f"{LOCK}, first in {revision}" if revision else f"{LOCK}, in no revision of git yet"


def _machine(found: Fingerprint | None, verbose: bool) -> str:
    if found is None:
        return "not recorded"
    if verbose:
        return json.dumps(found, sort_keys=True)
    words = [found["processor"] if found["processor"] != "any" else "any processor makes these bytes"]
    words += [f"kernels {found['kernels']}"] if "kernels" in found else []
    words += [f"{name}={value}" for name, value in found.get("overrides", {}).items()]
    words += [f"device {found['device']}"] if found["device"] != "cpu" else []
    return ", ".join(words)


def _settings(made: Made, verbose: bool) -> Iterator[str]:
    """A section of params.yaml, or a key that has none, per line, with what of it the job got."""
    origins = {"lineage": "runs", **(made.job.origins if made.job else {})}
    sections: dict[str, list[str]] = {}
    for path, value in _leaves(made.settings):
        section, item = _place(origin_of(path, origins), path)
        text = json.dumps(value)
        if len(text) > LONG and not verbose:
            text = f"{text[: LONG - 3]}..."
        sections.setdefault(section, []).append(f"{item} {text}".strip())
    width = max(map(len, sections), default=0)
    for section, items in sections.items():
        yield from wrap(f"  {section:<{width}}  {', '.join(items)}", WIDTH, subsequent_indent=" " * (width + 4))


def _place(origin: str, path: tuple[str, ...]) -> tuple[str, str]:
    """The section of a key of params.yaml, and the key in it; with the job's own name of it where that is another."""
    parts, own = origin.split("."), ".".join(path)
    if path[0] == "lineage" or len(parts) == 1:
        return parts[0], "" if own == origin else own
    size = 2 if parts[0] in _NAMED and len(parts) > 2 else 1
    item = ".".join(parts[size:])
    return ".".join(parts[:size]), item if own.endswith(item) else f"{item} ({own})"


_NAMED = ("analyses", "criteria", "figures", "profiles", "transforms", "variants")
"""Sections of sections, each with a name of its own."""


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict) and value:
        for key in value:
            yield from _leaves(value[key], (*path, key))
    else:
        yield path, value


def _code(made: Made, makers: Makers, verbose: bool) -> list[str]:
    behind = makers.lock.get("sources", {"identities": {}})["identities"].get(made.source)
    since = code_since(made, makers)
    program = {stage.name: stage.program for stage in STAGES}.get(made.rule, made.rule)
    lines = [f"code: sculpt.stages.{program}, identity {made.source}, {'edited since' if since else 'the same now'}"]
    if behind:
        versions = ", ".join(f"{name} {version}" for name, version in behind["libraries"].items())
        lines.append(f"  {counted(len(behind['modules']), 'module')} of this repository; {versions or 'no library'}")
        lines += [f"  {module} {digest}" for module, digest in behind["modules"].items() if verbose]
    return lines + _cut([f"  since then: {line}" for line in since], verbose)


def _inputs(made: Made, makers: Makers, verbose: bool) -> list[str]:
    states = files_since(made.inputs, makers)
    if not states:
        return [f"inputs: none; {_raw(made)}"]
    if len(states) <= FEW or verbose:
        return ["inputs:", *(f"  {state}, md5 {_md5(file, makers)}: {file}" for file, state in states.items())]
    return [f"inputs: {counted(len(states), 'file')}", *_counted_states(states)]


def _md5(file: str, makers: Makers) -> str:
    found = hashed(makers.root / file)
    return found.md5 if found else "-"


def _counted_states(states: dict[str, str]) -> list[str]:
    folders: dict[str, Counter[str]] = {}
    for file, state in states.items():
        folders.setdefault("/".join(file.split("/")[:3]), Counter())[state] += 1
    return [
        f"  {folder}: {', '.join(f'{count:,} {state}' for state, count in found.items())}"
        for folder, found in folders.items()
    ]


def _chain(found: list[Ancestor], made: Made, makers: Makers, verbose: bool) -> list[str]:
    if not found:
        return []
    makers.digests.hash(file for _, _, each in found if each for file in each.outputs)
    head = f"made from {counted(len(found), 'job')} back to the raw data"
    if len(found) <= 2 * FEW or verbose:
        return [f"{head}:", *(f"{'  ' * each.depth}{_line(each, made, makers)}" for each in found)]
    stages: dict[str, Counter[str]] = {}
    for each in found:
        if each.made is None:
            stages.setdefault(each.file, Counter())[_unmade(each.file, makers)] += 1
        else:
            stages.setdefault(each.made.rule, Counter())[_since(each.made, made, makers)] += 1
    lines = [f"  {rule}: {'; '.join(f'{n:,} {s}' for s, n in states.items())}" for rule, states in stages.items()]
    return [f"{head}, each with --verbose:", *_cut(lines, verbose)]


def _line(each: Ancestor, made: Made, makers: Makers) -> str:
    if each.made is None:
        return f"{each.file}: {_unmade(each.file, makers)}"
    raw = f"; {_raw(each.made)}" if not each.made.inputs else ""
    return f"{each.made.title}: {_since(each.made, made, makers)}{raw}"


def _unmade(file: str, makers: Makers) -> str:
    if file in makers.jobs(experiment_of(file)):
        return "nothing records what made it"
    return "no job makes it" if makers.digests[file] else "no job makes it, and it is not there"


def _since(made: Made, beside: Made | None, makers: Makers) -> str:
    """What is not as it was when a job ran, and its machine where that is another than that of `beside`."""
    states = Counter(files_since(made.outputs, makers).values())
    other = [f"with {counted(n, 'file')} {state}" for state, n in states.items() if state != AS_RECORDED]
    words = other or [AS_RECORDED]
    words += ["no job of now"] if made.job is None else []
    words += ["settings changed since"] if settings_since(made) else []
    words += ["code edited since"] if code_since(made, makers) else []
    both = beside is not None and beside.fingerprint is not None and made.fingerprint is not None
    if both and made.fingerprint["processor"] not in ("any", beside.fingerprint["processor"]):
        words.append(f"on {_machine(made.fingerprint, False)}")
    return ", ".join(words)


def _raw(made: Made) -> str:
    """Where a job that reads no artifact has its data from."""
    data = made.settings.get("data", {})
    name = data.get("name")
    if name is None:
        return "it reads no file"
    if "listing" in data:
        return f"raw data: the images in {data['path']}, whose names and sizes have the SHA-256 {data['listing']}"
    return f"raw data: {name} ({DATASETS.summary(name)})" if name in DATASETS.names else f"raw data: {name}"


def _cut(lines: list[str], verbose: bool) -> list[str]:
    if verbose or len(lines) <= FEW + 1:
        return lines
    return [*lines[:FEW], f"  and {len(lines) - FEW} more (--verbose)"]


def _short(line: str) -> str:
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 3]}..."
