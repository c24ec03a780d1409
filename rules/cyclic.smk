use rule dense as cyclic with:
    input:
        unpack(inputs("cyclic")),
    output:
        **outputs("cyclic"),
    log:
        log_of("cyclic"),
    benchmark:
        benchmark_of("cyclic")
    threads: threads_of("cyclic")
    resources:
        **partition_of("cyclic"),
        gpu=gpus("cyclic"),
        mem_mb=memory_of("cyclic"),
        runtime=minutes_of("cyclic"),
    params:
        config=config_of("cyclic"),
        source=source_of("cyclic"),
    message:
        message_of("cyclic")
