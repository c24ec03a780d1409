"""The line below a figure that says what this run shows."""

from matplotlib.figure import Figure

from sculpt.plotting import style
from sculpt.plotting.findings import tell


@style.applied()
def test_the_finding_stands_inside_below_the_panels():
    figure = Figure((3.4, 2.0), layout="constrained")
    axes = figure.subplots()
    axes.set_xlabel("cycle")
    tell(figure, "LRR is ahead of SCULPT at density 0.01 by 6.4 points [4.0, 8.3], over ten seeds of the experiment.")
    figure.draw_without_rendering()
    found = figure._supxlabel.get_window_extent()
    assert found.x0 >= 0 and found.x1 <= figure.bbox.width and found.y0 >= 0
    assert found.y1 <= axes.xaxis.label.get_window_extent().y0
    assert figure.get_figheight() > 2.2 and figure._supxlabel.get_text().startswith("This run: LRR")


@style.applied()
def test_a_legend_stands_between_the_panels_and_the_finding():
    figure = Figure((5.5, 2.4), layout="constrained")
    axes = figure.subplots()
    axes.plot([1, 2], label="dense")
    axes.set_xlabel("cycle")
    figure.legend(loc="outside lower center")
    tell(figure, "twenty words " * 12)
    figure.draw_without_rendering()
    finding, legend = figure._supxlabel.get_window_extent(), figure.legends[0].get_window_extent()
    assert 0 <= finding.y0 < finding.y1 <= legend.y0 < legend.y1 <= axes.xaxis.label.get_window_extent().y0
