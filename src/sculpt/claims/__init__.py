"""Claims; the folder is the register.

A module judges one sentence, or one family of sentences. ID is the sentence's id, which gives its place in claims.json;
TABLES are the tables that it reads. `judge(tables)` returns claims (`sculpt.statistics.judgement.verdict`), and one
line for each that the tables cannot test.
"""
