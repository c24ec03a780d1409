# What each stage comes to, for `snakemake all_<stage>` and for dvc.yaml, which has one stage for each.
STAGE_FILES = {
    "data": [*DATA_FILES, f"{DATA}/test.safetensors"],
    "init": [file for block in BLOCKS for file in in_folder(block, "init/init", *NODE_FILES[:2], "record.json")],
    "masks": MASK_FILES,
    **{stage: of_stages([stage], *NODE_FILES) for stage in TRAINED_STAGES},
    "evaluate": EVALUATIONS,
    "summary": [f"{RESULTS}/summary/{file}" for file in SUMMARY_FILES],
    "figures": FIGURES,
}

for stage, files in STAGE_FILES.items():

    rule:
        name:
            f"all_{stage}"
        input:
            files,
        localrule: True
