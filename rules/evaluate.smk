EVALUATIONS = [
    f"{RESULTS}/evaluate/{block}/{profile}/{stage}.csv"
    for block in BLOCKS
    for profile in EXPERIMENT.profiles
    for stage in TRAINED_STAGES
    if RECIPE.results(stage)
]


def evaluation_config(wildcards):
    nodes = RECIPE.results(wildcards.stage)
    return jobs.canonical(jobs.evaluation_settings(EXPERIMENT, Block.parse(wildcards.block), wildcards.profile, nodes))


rule evaluate:
    input:
        nodes=lambda wildcards: [
            file
            for node in RECIPE.results(wildcards.stage)
            for file in in_folder(wildcards.block, node.key, "weights.safetensors")
        ],
        data=[f"{DATA}/data.json", f"{DATA}/test.safetensors"],
    output:
        f"{RESULTS}/evaluate/{{block}}/{{profile}}/{{stage}}.csv",
    log:
        f"{LOGS}/evaluate/{{block}}/{{profile}}/{{stage}}.log",
    benchmark:
        f"{LOGS}/evaluate/{{block}}/{{profile}}/{{stage}}.benchmark.tsv"
    wildcard_constraints:
        profile="|".join(EXPERIMENT.profiles),
        stage="|".join(TRAINED_STAGES),
    resources:
        gpu=gpus,
        mem_mb=memory,
        runtime=60,
    params:
        config=evaluation_config,
        source=source("evaluate"),
    message:
        "evaluate {wildcards.stage} on profile {wildcards.profile}, {wildcards.block}"
    shell:
        "python -m sculpt.stages evaluate --label {rule}/{wildcards.stage}/{wildcards.profile}@{wildcards.block}"
        f" --log {{log}} --config {{params.config:q}} --data {DATA}"
        f" --nodes {RESULTS}/{{wildcards.stage}}/{{wildcards.block}} --out {{output}}"
