rule claims:
    input:
        unpack(inputs("claims")),
    output:
        claims=report(outputs("claims")["claims"], caption="captions/claims.rst", category="Claims"),
        untested=outputs("claims")["untested"],
    log:
        log_of("claims"),
    benchmark:
        benchmark_of("claims")
    resources:
        mem_mb=2000,
        runtime=minutes_of("claims"),
    params:
        config=config_of("claims"),
        source=source_of("claims"),
    message:
        message_of("claims")
    shell:
        "python -m sculpt.stages judge --label {rule} --log {log} --config {params.config:q}"
        " --tables {input.tables} --hits {input.hits} --out {output.claims}"
        " --untested {output.untested}"
