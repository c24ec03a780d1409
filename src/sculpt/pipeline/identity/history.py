"""What stood behind a source identity, so that a later edit can be named: which function of which module changed.

identities: identity -> {"modules": {module: digest}, "libraries": {library: version}}
definitions: module digest -> {function: digest}
"""

from collections.abc import Iterator
from typing import Any

from sculpt.pipeline.dag.job import Job
from sculpt.pipeline.identity import source

Known = dict[str, dict[str, Any]]

NOTHING: Known = {"identities": {}, "definitions": {}}


def known_sources(jobs: list[Job]) -> Known:
    """The code of now, for the identities that these jobs have."""
    known: Known = {"identities": {}, "definitions": {}}
    for job in {job.source: job for job in jobs}.values():
        program = f"sculpt.stages.{job.program}"
        modules = source.module_digests(program, job.chosen)
        libraries = source.library_versions(program, job.chosen)
        known["identities"][job.source] = {"modules": modules, "libraries": libraries}
        known["definitions"] |= {digest: source.definitions(module) for module, digest in modules.items()}
    return known


def merged(known: Known, other: Known, needed: set[str]) -> Known:
    """Both, without the identities that are not needed and the definitions that none of the others has.

    Where both know an identity or a digest, `other` stays as it is.
    """
    both = {**known["identities"], **other["identities"]}
    identities = {identity: both[identity] for identity in sorted(needed & both.keys())}
    digests = {digest for found in identities.values() for digest in found["modules"].values()}
    definitions = {**known["definitions"], **other["definitions"]}
    return {"identities": identities, "definitions": {digest: definitions[digest] for digest in sorted(digests)}}


def changes(before: str, now: str, known: Known, jobs: list[Job]) -> Iterator[str]:
    """What changed from one identity to that of now, in words; nothing where the earlier one is not known."""
    current = known_sources([job for job in jobs if job.source == now])
    if before not in known["identities"] or now not in current["identities"]:
        return
    old, new = known["identities"][before], current["identities"][now]
    for library in sorted(old["libraries"].keys() | new["libraries"].keys()):
        versions = [found["libraries"].get(library, "not used") for found in (old, new)]
        if versions[0] != versions[1]:
            yield f"{library} {versions[0]} -> {versions[1]}"
    for module in sorted(old["modules"].keys() | new["modules"].keys()):
        digests = old["modules"].get(module), new["modules"].get(module)
        if digests[0] == digests[1]:
            continue
        if None in digests:
            yield f"{module} {'is used' if digests[0] is None else 'is used no more'}"
            continue
        was, is_ = known["definitions"][digests[0]], current["definitions"][digests[1]]
        edited = [name for name in sorted(was.keys() | is_.keys()) if was.get(name) != is_.get(name)]
        yield (
            " and ".join(f"{module}.{name}" if name else f"{module} (outside its functions)" for name in edited)
            + " changed"
        )
