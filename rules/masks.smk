MASK_FILES = [
    file
    for block in BLOCKS
    for key in RECIPE.masks
    for file in in_folder(block, key, "mask.safetensors", "record.json")
]


def mask_of(wildcards):
    try:
        return RECIPE.masks[f"masks/{wildcards.node}"]
    except KeyError:
        known = ", ".join(mask.name for mask in RECIPE.masks.values())
        raise WorkflowError(f"masks/{wildcards.node}: this experiment has no such mask; masks: {known}") from None


rule masks:
    input:
        weights=f"{RESULTS}/init/{{block}}/weights.safetensors",
        data=DATA_FILES,
    output:
        mask=f"{RESULTS}/masks/{{block}}/{{node}}/mask.safetensors",
        record=f"{RESULTS}/masks/{{block}}/{{node}}/record.json",
    log:
        f"{LOGS}/masks/{{block}}/{{node}}.log",
    benchmark:
        f"{LOGS}/masks/{{block}}/{{node}}.benchmark.tsv"
    wildcard_constraints:
        node=NODE_SHAPES["masks"],
    resources:
        gpu=gpus,
        mem_mb=memory,
        runtime=30,
    params:
        config=lambda wildcards: jobs.canonical(
            jobs.mask_settings(EXPERIMENT, Block.parse(wildcards.block), mask_of(wildcards))
        ),
        source=lambda wildcards: source("generate_mask", mask_of(wildcards)),
    message:
        "draw mask {wildcards.node}, {wildcards.block}"
    shell:
        "python -m sculpt.stages generate_mask --label {rule}/{wildcards.node}@{wildcards.block} --log {log}"
        f" --config {{params.config:q}} --data {DATA}"
        " --weights {input.weights} --out $(dirname {output.mask})"
