rule dense:
    input:
        unpack(inputs("dense")),
    output:
        **outputs("dense"),
    log:
        log_of("dense"),
    benchmark:
        benchmark_of("dense")
    threads: threads_of("dense")
    resources:
        **partition_of("dense"),
        gpu=gpus("dense"),
        mem_mb=memory_of("dense"),
        runtime=minutes_of("dense"),
    params:
        config=config_of("dense"),
        source=source_of("dense"),
    message:
        message_of("dense")
    shell:
        "python -m sculpt.stages train_node --label {rule}/{wildcards.node}@{wildcards.block} --log {log}"
        f" --config {{params.config:q}} --source {{params.source}} --data {DATA}"
        " --weights {input.weights} --mask {input.mask} --scored {input.scored} --out $(dirname {output.weights})"
        " --threads {threads}"
