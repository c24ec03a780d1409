rule evaluate:
    input:
        unpack(inputs("evaluate")),
    output:
        **outputs("evaluate"),
    log:
        log_of("evaluate"),
    benchmark:
        benchmark_of("evaluate")
    threads: threads_of("evaluate")
    resources:
        **partition_of("evaluate"),
        gpu=gpus("evaluate"),
        mem_mb=memory_of("evaluate"),
        runtime=minutes_of("evaluate"),
    params:
        config=config_of("evaluate"),
        source=source_of("evaluate"),
    message:
        message_of("evaluate")
    shell:
        "python -m sculpt.stages evaluate --label {rule}/{wildcards.branch}/{wildcards.profile}@{wildcards.block}"
        f" --log {{log}} --config {{params.config:q}} --data {DATA} --results {RESULTS} --out {{output.table}}"
        " --hits {output.hits} --threads {threads}"
