"""JSON for people and git, under a digest of itself."""

import hashlib
import json
from typing import Any

from sculpt.pipeline.dag.job import canonical


def seal(content: dict[str, Any]) -> str:
    """`content` as JSON for people and git, with a digest of the rest, which `unseal` checks."""
    content = {key: value for key, value in content.items() if key != "digest"}
    digest = hashlib.sha256(canonical(content).encode()).hexdigest()
    return json.dumps({"digest": digest, **content}, indent=1, sort_keys=True, allow_nan=False) + "\n"


def unseal(text: bytes) -> dict[str, Any]:
    """What `seal` wrote. Raises ValueError with a few words on what is wrong where it is not that to the byte."""
    try:
        content = json.loads(text)
    except ValueError as error:
        raise ValueError(f"not JSON ({error})") from None
    if not isinstance(content, dict) or seal(content).encode() != text:
        raise ValueError("edited since it was written: its digest does not match")
    return content
