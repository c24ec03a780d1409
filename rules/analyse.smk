rule analyse:
    input:
        unpack(inputs("analyse")),
    output:
        **outputs("analyse"),
    log:
        log_of("analyse"),
    benchmark:
        benchmark_of("analyse")
    threads: threads_of("analyse")
    resources:
        **partition_of("analyse"),
        gpu=gpus("analyse"),
        mem_mb=memory_of("analyse"),
        runtime=minutes_of("analyse"),
    params:
        config=config_of("analyse"),
        source=source_of("analyse"),
    message:
        message_of("analyse")
    shell:
        "python -m sculpt.stages analyse --label {rule}/{wildcards.analysis}/{wildcards.branch}@{wildcards.block}"
        f" --log {{log}} --config {{params.config:q}} --data {DATA} --results {RESULTS} --out {{output}}"
