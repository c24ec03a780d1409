# The captions are templates, which see nothing of an experiment but this.
config["report"] = {
    "name": NAME,
    # Called by the report alone: a damaged file must not keep a run from making it anew.
    "claims": lambda: json.loads(Path(f"{RESULTS}/summary/claims.json").read_text()),
    **EXPERIMENT.model_dump(mode="json", include={"seeds", "masks", "figures"}),
}


report: "captions/report.rst"
