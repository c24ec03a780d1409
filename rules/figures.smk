def in_report(file):
    """A figure, with its caption where the report shows it."""
    if not file.endswith(".svg"):
        return file
    return report(file, caption=f"captions/{Path(file).stem}.rst", category="Figures")


SUMMARY_FILES = ["summary.csv", "history.csv", "layers.csv", "claims.json", "metrics.json"]


rule summary:
    input:
        records=of_stages(TRAINED_STAGES, "record.json"),
        histories=of_stages(TRAINED_STAGES, "history.csv"),
        masks=[file for file in MASK_FILES if file.endswith("mask.safetensors")],
        tests=EVALUATIONS,
    output:
        summary=f"{RESULTS}/summary/summary.csv",
        history=f"{RESULTS}/summary/history.csv",
        layers=f"{RESULTS}/summary/layers.csv",
        claims=report(f"{RESULTS}/summary/claims.json", caption="captions/claims.rst", category="Claims"),
        metrics=f"{RESULTS}/summary/metrics.json",
    log:
        f"{LOGS}/summary.log",
    benchmark:
        f"{LOGS}/summary.benchmark.tsv"
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        config=jobs.canonical(jobs.summary_settings(NAME, EXPERIMENT)),
        source=source("summarise"),
    message:
        "summarise and test the claims"
    shell:
        "python -m sculpt.stages summarise --label {rule} --log {log} --config {params.config:q}"
        f" --results {RESULTS} --out $(dirname {{output.summary}})"


rule figures:
    input:
        f"{RESULTS}/summary/summary.csv",
        f"{RESULTS}/summary/history.csv",
        f"{RESULTS}/summary/layers.csv",
    output:
        [in_report(file) for file in FIGURES],
    log:
        f"{LOGS}/figures.log",
    benchmark:
        f"{LOGS}/figures.benchmark.tsv"
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        config=jobs.canonical(jobs.figure_settings(EXPERIMENT)),
        source=source("plot"),
    message:
        "draw the figures"
    shell:
        "python -m sculpt.stages plot --label {rule} --log {log} --config {params.config:q}"
        f" --summary {RESULTS}/summary --out {PICTURES}"
