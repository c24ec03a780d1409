"""The keys of an execution profile: what each may be, and which need PyTorch."""

import pytest
from mistakes import D, refused, write

from sculpt.core.settings import values
from sculpt.params.load import load

KERNELS = "{device: cpu, precision: float32, engine: kernels}"
P = D + "profiles.default."
PRECISIONS = "float64, float32, tf32, bfloat16, float16"
KEYS = "device, precision, engine, threads, environment, deterministic, memory_format, onednn, batch_order, mantissa"
GOOD = {
    "precision": ["float64", "float32", "tf32", "bfloat16", "float16"],
    "deterministic": [True, False],
    "memory_format": ["contiguous"],
    "onednn": [True, False],
    "batch_order": ["reversed"],
    "mantissa": [1, 22],
    "partition": ["gpu"],
}
MISTAKES = {
    "precision: float8": f"precision: \"float8\"; allowed: {PRECISIONS}; nearest: 'float64'",
    "deterministic: 0": "deterministic: 0; allowed: true or false",
    "memory_format: channels_last": 'memory_format: "channels_last"; allowed: contiguous',
    'onednn: "off"': 'onednn: "off"; allowed: true or false',
    "batch_order: random": 'batch_order: "random"; allowed: reversed',
    "mantissa: 0": "mantissa: 0; allowed: at least 1",
    "mantissa: 23": "mantissa: 23; allowed: at most 22",
    "mantissa: 9.5": "mantissa: 9.5; allowed: a whole number",
    "partition: 7": "partition: 7; allowed: text",
    "mkldnn: false": f"mkldnn: unknown key; allowed: {KEYS}, partition; nearest: 'onednn'",
    "mantissa: 10, precision: bfloat16": "mantissa: 10; allowed: none with precision bfloat16, only with float32",
    "mantissa: 10, precision: tf32": "mantissa: 10; allowed: none with precision tf32, only with float32",
}
OF_TORCH = [
    "deterministic: false",
    "memory_format: contiguous",
    "onednn: true",
    "batch_order: reversed",
    "mantissa: 10",
]
SAID = {"memory_format": '"contiguous"', "batch_order": '"reversed"', "deterministic": "false", "onednn": "true"}


def of_torch(text):
    """The default profile with PyTorch and these keys."""
    start = "device: cpu" if "precision" in text else "device: cpu, precision: float32"
    return KERNELS, "{" + f"{start}, {text}" + "}"


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, allowed in GOOD.items() for value in allowed])
def test_a_value_reaches_the_settings(tmp_path, key, value):
    text = str(value).lower() if isinstance(value, bool) else value
    profile = values(load(write(tmp_path, of_torch(f"{key}: {text}"))).experiments["digits"])["profiles"]["default"]
    assert profile == {"device": "cpu", "precision": "float32", key: value}


@pytest.mark.parametrize("text", MISTAKES)
def test_another_value_is_refused_in_one_line(tmp_path, text):
    assert refused(write(tmp_path, of_torch(text))) == [P + MISTAKES[text]]


@pytest.mark.parametrize("text", OF_TORCH)
def test_the_kernels_have_nothing_for_the_keys_of_torch(tmp_path, text):
    key, _, value = text.partition(": ")
    line = f"{P}{key}: {SAID.get(key, value)}; allowed: none with the engine kernels"
    assert refused(write(tmp_path, (KERNELS, KERNELS[:-1] + f", {text}" + "}"))) == [line]


def test_every_fault_of_a_profile_has_its_line(tmp_path):
    change = KERNELS, "{device: auto, precision: float16, engine: kernels, mantissa: 10, partition: gpu}"
    allowed = "with the engine kernels"
    assert refused(write(tmp_path, change)) == [
        f'{P}device: "auto"; allowed: cpu {allowed}',
        f'{P}precision: "float16"; allowed: float32 {allowed}',
        f"{P}mantissa: 10; allowed: none {allowed}",
    ]
