use rule dense as iterative with:
    input:
        unpack(inputs("iterative")),
    output:
        **outputs("iterative"),
    log:
        log_of("iterative"),
    benchmark:
        benchmark_of("iterative")
    threads: threads_of("iterative")
    resources:
        **partition_of("iterative"),
        gpu=gpus("iterative"),
        mem_mb=memory_of("iterative"),
        runtime=minutes_of("iterative"),
    params:
        config=config_of("iterative"),
        source=source_of("iterative"),
    message:
        message_of("iterative")
