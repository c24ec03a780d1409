import pytest

from sculpt.training.device.flags import set_flags


@pytest.fixture(autouse=True)
def plain_again(deterministic):
    """What a test sets is of the whole process; put back for the tests of other folders."""
    yield
    set_flags({"device": "cpu", "precision": "float32"})
