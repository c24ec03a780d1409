CLAIMS = Path(f"{RESULTS}/summary/claims.json")

# The captions are templates, which see nothing of an experiment but this.
config["report"] = {
    "name": NAME,
    "claims": json.loads(CLAIMS.read_text()) if CLAIMS.exists() else [],
    **EXPERIMENT.model_dump(mode="json", include={"seeds", "masks", "figures"}),
}


report: "captions/report.rst"
