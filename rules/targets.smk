# What each folder of artifacts comes to, for `snakemake all_<folder>` and for dvc.yaml, which has one stage for each.
FOLDERS = {}
for stage in STAGES:
    FOLDERS.setdefault(stage.folder, []).extend(file for found in JOBS[stage.name].values() for file in found.outputs)


def files_of(folder):
    """Its files, when a target is wanted: Snakemake looks at each file of an input that is no function."""
    return lambda wildcards: FOLDERS[folder]


for folder in FOLDERS:

    rule:
        name:
            f"all_{folder}"
        input:
            files_of(folder),
        localrule: True
