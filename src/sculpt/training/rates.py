"""The learning rate of every step, from the schedule that the settings name."""

from typing import Any

from sculpt.core.kinds import SCHEDULES


def learning_rates(settings: dict[str, Any], peak: float, epochs: int, steps: int, stretch: int = 1) -> list[float]:
    """The rate of each of the `steps` steps of one schedule over `epochs` epochs.

    Times in `settings` (warm-up, drops) are epochs of one cycle; `stretch` cycles' worth of epochs stretch them alike.
    A step takes the value in its middle, so no step is spent at rate zero and a stretched schedule has the same shape.
    """
    share = SCHEDULES.load(settings["name"])
    return [peak * share((step + 0.5) / steps, epochs / stretch, settings) for step in range(steps)]
