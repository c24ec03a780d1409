rule hardware:
    input:
        unpack(inputs("hardware")),
    output:
        **outputs("hardware"),
    log:
        log_of("hardware"),
    benchmark:
        benchmark_of("hardware")
    threads: threads_of("hardware")
    resources:
        **partition_of("hardware"),
        gpu=gpus("hardware"),
        mem_mb=memory_of("hardware"),
        runtime=minutes_of("hardware"),
    params:
        config=config_of("hardware"),
        source=source_of("hardware"),
    message:
        message_of("hardware")
    shell:
        "python -m sculpt.stages look_at_hardware --label {rule}/{wildcards.profile}/{wildcards.take}@{wildcards.block}"
        f" --log {{log}} --config {{params.config:q}} --data {DATA} --results {RESULTS}"
        " --out $(dirname {output.outcomes}) --threads {threads}"
