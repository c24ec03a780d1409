rule dense:
    input:
        unpack(node_inputs("dense")),
    output:
        weights=f"{RESULTS}/dense/{{block}}/{{node}}/weights.safetensors",
        mask=f"{RESULTS}/dense/{{block}}/{{node}}/mask.safetensors",
        history=f"{RESULTS}/dense/{{block}}/{{node}}/history.csv",
        record=f"{RESULTS}/dense/{{block}}/{{node}}/record.json",
    log:
        f"{LOGS}/dense/{{block}}/{{node}}.log",
    benchmark:
        f"{LOGS}/dense/{{block}}/{{node}}.benchmark.tsv"
    wildcard_constraints:
        node=NODE_SHAPES["dense"],
    resources:
        gpu=gpus,
        mem_mb=memory,
        runtime=120,
    params:
        config=node_config("dense"),
        source=TRAIN_SOURCE,
    message:
        "train {wildcards.node}, {wildcards.block}"
    shell:
        TRAIN
