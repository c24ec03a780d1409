"""What holds in claims, metrics and pictures."""

from typing import Any

from sculpt.invariants.schema import Reasons

PICTURES = {"svg": (b"<?xml", b"</svg>\n"), "png": (b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82")}
"""How a whole file of each kind begins and ends."""


def claims_are(found: Any, expected: list[dict[str, Any]]) -> Reasons:
    """The claims that the tables give, to the last digit."""
    if not isinstance(found, list) or [claim.get("id") for claim in found] != [claim["id"] for claim in expected]:
        yield f"is not a list of the claims {', '.join(claim['id'] for claim in expected)}"
        return
    for ours, theirs in zip(found, expected, strict=True):
        for key in sorted(ours.keys() | theirs.keys()):
            if ours.get(key) != theirs.get(key):
                yield f"claim {theirs['id']}: {key} is {ours.get(key)}, the tables give {theirs.get(key)}"


def untested_are(found: Any, expected: list[dict[str, Any]]) -> Reasons:
    """What the tables cannot test, with reasons and entries."""
    if found != expected:
        yield f"is not what the tables cannot test: {', '.join(line['id'] for line in expected) or 'nothing'}"


def metrics_are(found: Any, expected: dict[str, Any] | None) -> Reasons:
    if found != expected:
        yield "the accuracies are not those that summary.csv gives"


def picture(content: bytes, ends: tuple[bytes, bytes]) -> Reasons:
    if not (content.startswith(ends[0]) and content.endswith(ends[1])):
        yield "is not a whole picture"
