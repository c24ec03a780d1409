# What each folder of artifacts comes to, for `snakemake all_<folder>` and for dvc.yaml, which has one stage for each.
FOLDERS = {}
for stage in STAGES:
    FOLDERS.setdefault(stage.folder, []).extend(file for found in JOBS[stage.name].values() for file in found.outputs)

for folder, files in FOLDERS.items():

    rule:
        name:
            f"all_{folder}"
        input:
            files,
        localrule: True
