rule summary:
    input:
        unpack(inputs("summary")),
    output:
        **outputs("summary"),
    log:
        log_of("summary"),
    benchmark:
        benchmark_of("summary")
    resources:
        mem_mb=2000,
        runtime=minutes_of("summary"),
    params:
        config=config_of("summary"),
        source=source_of("summary"),
    message:
        message_of("summary")
    shell:
        "python -m sculpt.stages summarise --label {rule} --log {log} --config {params.config:q}"
        f" --results {RESULTS} --out $(dirname {{output.summary}})"
