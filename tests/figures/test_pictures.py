"""Pictures are the same bytes whenever they are drawn, and every text in them can be read."""

import os
import subprocess
import sys
from pathlib import Path

import matplotlib
import pandas as pd
import pytest
from annotated_types import Ge
from example_tables import FRAMES, NAMES, draw, drawn, shown_texts
from matplotlib import pyplot
from matplotlib.figure import Figure

import sculpt
from sculpt.plotting import style
from sculpt.plotting.drawn import save
from sculpt.plotting.settings import FigureSettings

NARROWEST = next(bound.ge for bound in FigureSettings.model_fields["width"].metadata if isinstance(bound, Ge))


@pytest.fixture(scope="module")
def saved(tmp_path_factory) -> Path:
    """The files of every figure, drawn by a process that drew it before."""
    folder = tmp_path_factory.mktemp("figures")
    for name in NAMES:
        assert drawn(name).figure
        save(draw(name), folder / name)
    return folder


DRAW_ALL = """
import sys
from pathlib import Path
from example_tables import NAMES, draw
from sculpt.plotting.drawn import save

for name in NAMES:
    save(draw(name), Path(sys.argv[1]) / name)
"""


def test_same_bytes_again_and_in_another_process(saved, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "matplotlibrc").write_text("font.size: 20\naxes.facecolor: red\naxes.titlepad: 30\n")
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(map(str, (Path(sculpt.__file__).parents[1], Path(__file__).parent))),
        "PYTHONHASHSEED": "7",
        "SOURCE_DATE_EPOCH": "1",
        "TZ": "Asia/Tokyo",
    }
    command = [sys.executable, "-c", DRAW_ALL, tmp_path / "there"]
    subprocess.run(command, cwd=elsewhere, env=environment, check=True)
    files = sorted(path.name for path in saved.iterdir())
    assert files == sorted(f"{name}.{suffix}" for name in NAMES for suffix in ("csv", "png", "svg"))
    for file in files:
        assert (saved / file).read_bytes() == (tmp_path / "there" / file).read_bytes(), file


def test_files_tell_no_time_or_software(saved):
    for name in NAMES:
        svg, png = (saved / f"{name}.svg").read_text(), (saved / f"{name}.png").read_bytes()
        assert "<dc:date>" not in svg and "Matplotlib" not in svg and matplotlib.__version__ not in svg
        assert b"tEXt" not in png and b"tIME" not in png


@pytest.mark.parametrize("name", NAMES)
def test_csv_reads_back_as_the_same_floats(saved, name):
    table = drawn(name).table.reset_index(drop=True)
    read = pd.read_csv(saved / f"{name}.csv")
    assert list(read.columns) == list(table.columns)
    empty = table.columns[table.isna().all()]  # of no type once it is read
    assert read[empty].isna().all(axis=None)
    pd.testing.assert_frame_equal(
        read.drop(columns=empty), table.drop(columns=empty), check_exact=True, check_dtype=False
    )


@pytest.mark.parametrize("name", NAMES)
def test_nothing_to_draw_is_said_in_a_sentence(name, tmp_path):
    empty = draw(name, {table: frame[:0] for table, frame in FRAMES.items()})
    (sentence,) = [text.get_text() for axes in empty.figure.axes for text in axes.texts]
    assert sentence.startswith("This experiment has no ") and sentence.endswith(".")
    save(empty, tmp_path / name)
    read = pd.read_csv(tmp_path / f"{name}.csv")
    assert len(read) == 0 and list(read.columns) == list(drawn(name).table.columns)


def test_no_state_of_pyplot():
    pyplot.close("all")
    before = dict(matplotlib.rcParams)
    for name in NAMES:
        draw(name)
    assert pyplot.get_fignums() == []
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize("width", [NARROWEST, 5.5])
@pytest.mark.parametrize("name", NAMES)
def test_text_is_large_enough_and_apart_and_inside_the_figure(name, width):
    text_fits(draw(name, width=width).figure)


@pytest.mark.parametrize("width", [NARROWEST, 4.0, 5.5])
@pytest.mark.parametrize("power", [0.1, 0.4, 1.0, 2.5, 4.0])
def test_labels_of_costs_are_apart_over_every_range(width, power):
    """From a factor of 1.1 between the cheapest and the dearest run to one of 80."""
    rows = FRAMES["summary"]
    costs = {"summary": rows.assign(train_flops=1e9 * (rows["train_flops"] / 1e9) ** power)}
    figure = draw("accuracy_vs_cost", costs, width=width, densities=[0.1]).figure
    text_fits(figure)
    assert len(figure.axes[-1].get_xticks()) > 0


def text_fits(figure: Figure) -> None:
    """No text is too small, lies over another or leaves the figure."""
    with style.applied():
        figure.draw_without_rendering()
        texts = shown_texts(figure)
        boxes = [text.get_window_extent() for text in texts]
    assert min(text.get_fontsize() for text in texts) >= 7
    for i, (text, box) in enumerate(zip(texts, boxes, strict=True)):
        assert figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1, text
        assert figure.bbox.y0 <= box.y0 and box.y1 <= figure.bbox.y1, text
        assert [other for other, its_box in zip(texts[:i], boxes, strict=False) if box.overlaps(its_box)] == [], text
