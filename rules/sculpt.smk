use rule dense as sculpt with:
    input:
        unpack(inputs("sculpt")),
    output:
        **outputs("sculpt"),
    log:
        log_of("sculpt"),
    benchmark:
        benchmark_of("sculpt")
    threads: threads_of("sculpt")
    resources:
        **partition_of("sculpt"),
        gpu=gpus("sculpt"),
        mem_mb=memory_of("sculpt"),
        runtime=minutes_of("sculpt"),
    params:
        config=config_of("sculpt"),
        source=source_of("sculpt"),
    message:
        message_of("sculpt")
