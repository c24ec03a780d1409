from sculpt.core.kinds import FIGURES
from sculpt.statistics.judgement import words

# The captions are templates, which see nothing of an experiment but this.
config["report"] = {
    "name": NAME,
    "seeds": EXPERIMENT.seeds,
    # Called by the report alone: a damaged file must not keep a run from making it anew.
    "claims": lambda: json.loads(Path(f"{RESULTS}/summary/claims.json").read_text()),
    "words": {
        each.__name__: each
        for each in (words.caveats, words.cells_in_words, words.corrected, words.effect, words.margin_in_words)
        + (words.reading, words.starred, words.whose)
    },
    "captions": {
        label: FIGURES.constant(entry["name"], "CAPTION").format(
            **{key: ", ".join(map(str, value)) if isinstance(value, list) else value for key, value in entry.items()}
        )
        for label, entry in GRID.experiment["figures"].items()
    },
}


report: "captions/report.rst"
