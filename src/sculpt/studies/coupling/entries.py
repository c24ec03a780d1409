"""The entry of params.yaml that adds an arm."""

from sculpt.studies.coupling.arms import FRESH, LRR, OTHER, RANDOM, SHUFFLED, WARM_UP, WR, Arm

_OF_MASK = {
    LRR: "mask_of: lrr, ladder: [...]",
    WR: "mask_of: wr, ladder: [...], rewind_epoch: ...",
    OTHER: "mask_of: lrr, ladder: [...], change: other_seed",
    SHUFFLED: "mask_of: lrr, ladder: [...], change: shuffled",
    RANDOM: "mask_of: erk",
}


def entry_of(arm: Arm) -> str:
    """`{method: coupled, mask_of: erk, weights: initial, transform: fresh, targets: [...]}`."""
    mask = _OF_MASK[arm.mask]
    weights = "initial" if arm.weights == FRESH else arm.weights
    beside = ["transform: fresh"] if arm.weights == FRESH else []
    if arm.weights == WARM_UP and "rewind_epoch" not in mask:
        beside.append("rewind_epoch: ...")
    return f"{{{', '.join(['method: coupled', mask, f'weights: {weights}', *beside, 'targets: [...]'])}}}"
