import pytest
import torch

from sculpt.training.device.execution import be_deterministic


@pytest.fixture(autouse=True)
def deterministic():
    """As the jobs run; put back for the tests of other folders."""
    be_deterministic()
    yield
    torch.set_deterministic_debug_mode("default")
