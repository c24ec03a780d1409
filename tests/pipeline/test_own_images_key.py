"""What the store knows a job by that reads one's own images: their bytes, and not the place where they lie."""

import hashlib
from dataclasses import replace

import pytest
from made_up import job

from sculpt.core import image_folder
from sculpt.pipeline.dag.job import canonical
from sculpt.pipeline.record import records
from sculpt.pipeline.record.fingerprint import expected, hardware
from sculpt.pipeline.record.store import _shared
from sculpt.pipeline.record.store_key import job_key


@pytest.fixture(autouse=True)
def forgotten():
    image_folder.seen.cache_clear()
    image_folder.contents.cache_clear()


def folder(place, content):
    for name in ("ants", "bees"):
        (place / name).mkdir(parents=True)
        (place / name / "1.bmp").write_bytes(content)
    return place


def reads(place, **more):
    """A data job of a folder, which has found there what the settings say."""
    data = {"name": "folder", "path": str(place), "listing": image_folder.look_into(place).listing, "size": 8, **more}
    return job("data", config=canonical({"data": data}), images=str(place))


def key(made, root):
    return job_key(made, records.Digests(root), expected(made))


def test_folders_of_equal_names_and_sizes_and_other_bytes_share_nothing(tmp_path):
    one, two = (reads(folder(tmp_path / name, content)) for name, content in (("one", b"abc"), ("two", b"abd")))
    assert image_folder.seen(tmp_path / "one").listing == image_folder.seen(tmp_path / "two").listing
    assert key(one, tmp_path) != key(two, tmp_path)


def test_equal_folders_share_wherever_they_lie(tmp_path):
    one, two = (reads(folder(tmp_path / name, b"abc")) for name in ("one", "two"))
    assert one.config != two.config
    assert key(one, tmp_path) == key(two, tmp_path)
    assert key(reads(tmp_path / "one", size=9), tmp_path) != key(one, tmp_path)


def test_the_key_of_every_other_job_is_made_as_before(tmp_path):
    other = job("data")
    parts = [other.rule, other.config, other.source, {}, hardware(expected(other))]
    assert key(other, tmp_path) == hashlib.sha256(canonical(parts).encode()).hexdigest()


def test_images_that_are_not_here_are_in_no_store(tmp_path):
    here = replace(reads(folder(tmp_path / "here", b"abc")), program="prepare_data")
    gone, plain = (job("data", program="prepare_data", images=images) for images in (str(tmp_path / "gone"), None))
    assert _shared([here, gone, plain]) == [here, plain]
