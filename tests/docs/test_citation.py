"""CITATION.cff and the BibTeX of the README say the same, and what the package says of itself."""

import re
import tomllib

from pages import ROOT
from ruamel.yaml import YAML

CITATION = YAML(typ="safe").load(ROOT / "CITATION.cff")
ENTRIES = dict(re.findall(r"^@(\w+)\{(.*?)^\}", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL))


def fields(entry: str) -> dict[str, str]:
    return dict(re.findall(r"(\w+) *= \{(.*)\}", ENTRIES[entry]))


def test_the_software_is_the_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert CITATION["cff-version"] == "1.2.0"
    assert (CITATION["version"], CITATION["license"]) == (project["version"], project["license"])
    software = fields("software")
    assert software["title"] == CITATION["title"]
    assert software["author"] == f"{{{CITATION['authors'][0]['name']}}}"
    assert (software["version"], software["license"]) == (CITATION["version"], CITATION["license"])


def test_the_paper_is_the_preferred_citation():
    paper, said = CITATION["preferred-citation"], fields("misc")
    assert said["title"] == paper["title"]
    assert said["author"] == " and ".join(f"{who['family-names']}, {who['given-names']}" for who in paper["authors"])
    assert (said["year"], said["url"]) == (str(paper["year"]), paper["url"])
    assert paper["url"].endswith(said["eprint"]) and paper["identifiers"][0]["value"] == f"arXiv:{said['eprint']}"
