rule compare:
    input:
        unpack(inputs("compare")),
    output:
        **outputs("compare"),
    log:
        log_of("compare"),
    benchmark:
        benchmark_of("compare")
    resources:
        mem_mb=4000,
        runtime=minutes_of("compare"),
    params:
        config=config_of("compare"),
        source=source_of("compare"),
    message:
        message_of("compare")
    shell:
        "python -m sculpt.stages compare_hardware --label {rule} --log {log} --config {params.config:q}"
        f" --data {DATA} --results {RESULTS} --out $(dirname {{output.hardware}})"
