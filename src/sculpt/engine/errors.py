"""What the engine cannot do."""

from sculpt.core.errors import SculptError


class EngineError(SculptError):
    """A model, setting, weight, mask or processor that the engine cannot take; one line that names it."""
