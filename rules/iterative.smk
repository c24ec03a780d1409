rule iterative:
    input:
        unpack(node_inputs("iterative")),
    output:
        weights=f"{RESULTS}/iterative/{{block}}/{{node}}/weights.safetensors",
        mask=f"{RESULTS}/iterative/{{block}}/{{node}}/mask.safetensors",
        history=f"{RESULTS}/iterative/{{block}}/{{node}}/history.csv",
        record=f"{RESULTS}/iterative/{{block}}/{{node}}/record.json",
    log:
        f"{LOGS}/iterative/{{block}}/{{node}}.log",
    benchmark:
        f"{LOGS}/iterative/{{block}}/{{node}}.benchmark.tsv"
    wildcard_constraints:
        node=NODE_SHAPES["iterative"],
    resources:
        gpu=gpus,
        mem_mb=memory,
        runtime=120,
    params:
        config=node_config("iterative"),
        source=TRAIN_SOURCE,
    message:
        "prune and train {wildcards.node}, {wildcards.block}"
    shell:
        TRAIN
