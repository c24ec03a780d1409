"""The table of published values: every experiment has it, and no analysis may take its name."""

from mistakes import TEXT, D, refused, write

from sculpt.params.load import load

UNCOUPLED = [(f"\n{line}", "") for line in TEXT.splitlines() if "{method: coupled" in line]


def test_a_figure_of_it_needs_no_analysis(tmp_path):
    path = write(tmp_path, ("figures:\n", "figures:\n      published: {width: 5.5}\n"))
    assert load(path).experiments["digits"].figures["published"].name == "published"


def test_no_analysis_takes_its_name(tmp_path):
    path = write(tmp_path, ("overlap: {}", "overlap: {}\n      published: {name: overlap}"))
    assert refused(path) == [D + "analyses.published: a table of the repository; allowed: another name than published"]


def test_figures_of_coupled_runs_say_which_entry_adds_them(tmp_path):
    path = write(
        tmp_path,
        ("      coupling: {width: 5.5}", "      coupling_connectivity: {width: 5.5}"),
        ("overlap: {}", "overlap: {}\n      connectivity: {}"),
        *UNCOUPLED,
    )
    (line,) = refused(path)
    assert line.startswith(
        D + "figures.coupling_connectivity: needs a run of the method 'coupled'; allowed: with an entry {method: "
    )
