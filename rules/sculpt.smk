rule sculpt:
    input:
        unpack(node_inputs("sculpt")),
    output:
        weights=f"{RESULTS}/sculpt/{{block}}/{{node}}/weights.safetensors",
        mask=f"{RESULTS}/sculpt/{{block}}/{{node}}/mask.safetensors",
        history=f"{RESULTS}/sculpt/{{block}}/{{node}}/history.csv",
        record=f"{RESULTS}/sculpt/{{block}}/{{node}}/record.json",
    log:
        f"{LOGS}/sculpt/{{block}}/{{node}}.log",
    benchmark:
        f"{LOGS}/sculpt/{{block}}/{{node}}.benchmark.tsv"
    wildcard_constraints:
        node=NODE_SHAPES["sculpt"],
    resources:
        gpu=gpus,
        mem_mb=memory,
        runtime=120,
    params:
        config=node_config("sculpt"),
        source=TRAIN_SOURCE,
    message:
        "prune and train {wildcards.node}, {wildcards.block}"
    shell:
        TRAIN
