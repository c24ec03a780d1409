"""Random numbers: every draw has a generator of its own, keyed by what it is for."""

import hashlib

import torch


def generator(purpose: str, seed: int, *rest: int) -> torch.Generator:
    """A CPU generator keyed by its purpose, never by method or neighbour, so a seed's draws depend on neither."""
    key = hashlib.sha256("/".join(map(str, (purpose, seed, *rest))).encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(key[:8], "big") >> 1)
