rule figures:
    input:
        unpack(inputs("figures")),
    output:
        svg=report(outputs("figures")["svg"], caption="captions/figure.rst", category="Figures"),
        png=outputs("figures")["png"],
        csv=outputs("figures")["csv"],
    log:
        log_of("figures"),
    benchmark:
        benchmark_of("figures")
    resources:
        mem_mb=2000,
        runtime=minutes_of("figures"),
    params:
        config=config_of("figures"),
        source=source_of("figures"),
    message:
        message_of("figures")
    shell:
        "python -m sculpt.stages plot --label {rule}/{wildcards.figure} --log {log} --config {params.config:q}"
        f" --tables {{input.tables}} --out figures/{NAME}/{{wildcards.figure}}"
