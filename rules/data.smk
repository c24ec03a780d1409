rule data:
    output:
        facts=f"{DATA}/data.json",
        train=f"{DATA}/train.safetensors",
        validation=f"{DATA}/validation.safetensors",
        test=f"{DATA}/test.safetensors",
    log:
        f"{LOGS}/data.log",
    benchmark:
        f"{LOGS}/data.benchmark.tsv"
    # Only image files are decoded; a cluster holds a job back until a node has so many cores.
    threads: 16 if EXPERIMENT.data.name in ("tiny-imagenet", "imagenet") else 1
    resources:
        mem_mb=4000,
        runtime=240,
    params:
        config=jobs.canonical(jobs.data_settings(EXPERIMENT)),
        source=source("prepare_data"),
    message:
        "prepare data"
    shell:
        "python -m sculpt.stages prepare_data --label {rule} --log {log} --config {params.config:q}"
        " --threads {threads} --out $(dirname {output.facts})"


rule init:
    input:
        f"{DATA}/data.json",
    output:
        weights=f"{RESULTS}/init/{{block}}/weights.safetensors",
        mask=f"{RESULTS}/init/{{block}}/mask.safetensors",
        record=f"{RESULTS}/init/{{block}}/record.json",
    log:
        f"{LOGS}/init/{{block}}.log",
    benchmark:
        f"{LOGS}/init/{{block}}.benchmark.tsv"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        config=lambda wildcards: jobs.canonical(jobs.init_settings(EXPERIMENT, Block.parse(wildcards.block))),
        source=source("initialize"),
    message:
        "draw initial weights, {wildcards.block}"
    shell:
        "python -m sculpt.stages initialize --label {rule}@{wildcards.block} --log {log} --config {params.config:q}"
        f" --data {DATA} --out $(dirname {{output.weights}})"
