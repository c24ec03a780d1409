"""Two locks of one experiment beside each other, byte by byte."""

from sculpt.pipeline.check.differing import unlike_bytes

LOOK = "results/some/hardware/seeds_0-1/half/first"


def test_what_a_machine_tells_of_itself_may_differ_and_nothing_else():
    there = {f"{LOOK}/machine.json": ("a", {}), f"{LOOK}/outcomes.safetensors": ("b", {}), "results/some/x": ("c", {})}
    here = {file: (sha256 + sha256, {}) for file, (sha256, _) in there.items()}
    assert unlike_bytes("abc1234", there, there) == []
    assert [fault.file for fault in unlike_bytes("abc1234", there, here)] == [
        f"{LOOK}/outcomes.safetensors",
        "results/some/x",
    ]
    del here[f"{LOOK}/machine.json"]
    assert (f"{LOOK}/machine.json", "only in abc1234") in unlike_bytes("abc1234", there, here)
