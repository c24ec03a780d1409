rule data:
    input:
        unpack(inputs("data")),
    output:
        **outputs("data"),
    log:
        log_of("data"),
    benchmark:
        benchmark_of("data")
    # Only image files are decoded; a cluster holds a job back until a node has so many cores.
    threads: threads_of("data")
    resources:
        mem_mb=4000,
        runtime=minutes_of("data"),
    params:
        config=config_of("data"),
        source=source_of("data"),
    message:
        message_of("data")
    shell:
        "python -m sculpt.stages prepare_data --label {rule} --log {log} --config {params.config:q}"
        " --threads {threads} --out $(dirname {output.facts})"


rule init:
    input:
        unpack(inputs("init")),
    output:
        **outputs("init"),
    log:
        log_of("init"),
    benchmark:
        benchmark_of("init")
    resources:
        mem_mb=2000,
        runtime=minutes_of("init"),
    params:
        config=config_of("init"),
        source=source_of("init"),
    message:
        message_of("init")
    shell:
        "python -m sculpt.stages initialize --label {rule}@{wildcards.block} --log {log} --config {params.config:q}"
        f" --data {DATA} --out $(dirname {{output.weights}})"
