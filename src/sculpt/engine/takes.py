"""Whether the kernels can compute a model on some images."""

from sculpt.data.augmentation import Images
from sculpt.engine.errors import EngineError
from sculpt.engine.trace import trace
from sculpt.models.stacked import Stack


def takes(alone: Stack, images: Images) -> bool:
    """alone: of one replicate. False where the model has what they lack, and where the images do not fit into memory.

    It says nothing of this machine: kernels that are not built are an error where they are loaded.
    """
    if type(images) is not Images:
        return False
    try:
        trace(alone, images.shape, alone.head.weight.shape[0])
    except EngineError:
        return False
    return True
