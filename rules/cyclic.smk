rule cyclic:
    input:
        unpack(node_inputs("cyclic")),
    output:
        weights=f"{RESULTS}/cyclic/{{block}}/{{node}}/weights.safetensors",
        mask=f"{RESULTS}/cyclic/{{block}}/{{node}}/mask.safetensors",
        history=f"{RESULTS}/cyclic/{{block}}/{{node}}/history.csv",
        record=f"{RESULTS}/cyclic/{{block}}/{{node}}/record.json",
    log:
        f"{LOGS}/cyclic/{{block}}/{{node}}.log",
    benchmark:
        f"{LOGS}/cyclic/{{block}}/{{node}}.benchmark.tsv"
    wildcard_constraints:
        node=NODE_SHAPES["cyclic"],
    resources:
        gpu=gpus,
        mem_mb=memory,
        runtime=120,
    params:
        config=node_config("cyclic"),
        source=TRAIN_SOURCE,
    message:
        "train {wildcards.node}, {wildcards.block}"
    shell:
        TRAIN
