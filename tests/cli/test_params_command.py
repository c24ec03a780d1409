"""`sculpt params`: what is wrong with plug-ins, and an experiment as it is after what it is based on."""

import sys

import pytest
from ruamel.yaml import YAML

from sculpt.cli import main, params
from sculpt.cli import plugins as checks
from sculpt.core import plugins
from sculpt.core.kinds import ALL
from sculpt.core.plugins import Kind
from sculpt.params.load import load

PLUGIN = "from sculpt.core.settings import Section\n\n\nclass Settings(Section):\n    pass\n"
SHARE = "\n\ndef share(progress, cycle, settings):\n    return 1.0\n"


@pytest.fixture
def kind(tmp_path, monkeypatch):
    """A kind whose register lies in a package of its own, and a function that writes a module there."""
    package = f"made_up_{tmp_path.name.replace('-', '_')}"
    root = tmp_path / package
    folder = root / "training" / "schedules"
    folder.mkdir(parents=True)
    for part in (root, folder.parent, folder):
        (part / "__init__.py").touch()
    monkeypatch.setattr(plugins, "PACKAGE_ROOT", root)
    monkeypatch.setattr(checks, "upward", lambda path: _upward(path, root))
    monkeypatch.syspath_prepend(str(tmp_path))
    found = Kind("schedule", "training/schedules", "share", ("progress", "cycle", "settings"))
    return found, lambda name, text: (folder / f"{name}.py").write_text(text)


def _upward(path, root):
    from sculpt.pipeline.identity.floors import upward

    return upward(path, root)


def test_the_plugins_of_the_house_have_no_fault():
    assert list(checks.plugin_faults(ALL)) == []


def test_each_fault_of_a_plugin_is_one_line_with_its_file(kind):
    schedule, write = kind
    write("good", PLUGIN + SHARE)
    write("formless", SHARE)
    write("without", PLUGIN)
    package = plugins.PACKAGE_ROOT.name
    write("climbing", f"{PLUGIN}{SHARE}\n\ndef late():\n    import {package}.stages.job\n")
    found = list(checks.plugin_faults([schedule]))
    named = {line.partition(": ")[0].rpartition("/")[2] for line in found}
    assert named == {"formless.py", "without.py", "climbing.py"} and len(found) == 3
    (climbing,) = [line for line in found if "climbing" in line]
    assert f"imports {package}.stages.job; allowed: training and what is below it: core, params, recipe" in climbing
    assert not any("\n" in line for line in found)


def test_an_experiment_is_shown_as_it_is(monkeypatch, capsys):
    name = load(params.PARAMS).experiment
    monkeypatch.setattr(sys, "argv", ["sculpt", "params", "show"])
    main.main()
    text = capsys.readouterr().out
    assert YAML(typ="safe").load(text) == {
        name: load(params.PARAMS).select()[1].model_dump(mode="json", exclude_none=True)
    }
    assert "based_on" not in text and "model: {name:" in text


def test_an_experiment_that_is_not_there_is_one_line(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["sculpt", "params", "show", "digit"])
    with pytest.raises(SystemExit, match=r"'digit' is not an experiment; .*nearest: 'digits'"):
        main.main()
