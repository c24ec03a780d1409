rule masks:
    input:
        unpack(inputs("masks")),
    output:
        **outputs("masks"),
    log:
        log_of("masks"),
    benchmark:
        benchmark_of("masks")
    threads: threads_of("masks")
    resources:
        **partition_of("masks"),
        gpu=gpus("masks"),
        mem_mb=memory_of("masks"),
        runtime=minutes_of("masks"),
    params:
        config=config_of("masks"),
        source=source_of("masks"),
    message:
        message_of("masks")
    shell:
        "python -m sculpt.stages generate_mask --label {rule}/{wildcards.node}@{wildcards.block} --log {log}"
        f" --config {{params.config:q}} --data {DATA}"
        " --weights {input.weights} --out $(dirname {output.mask})"
