"""The screenful of `sculpt plan`: jobs by stage and reason."""

from made_up import job

from sculpt.pipeline.plan import waiting
from sculpt.pipeline.plan.grouped import LINES, WIDTH, grouped
from sculpt.pipeline.plan.reasons import DEPENDENT, Cause, causes
from sculpt.pipeline.plan.waiting import Waiting

MISSING = Cause("results/toy/a.csv not there", "not there")
AFTER = Cause(f"{DEPENDENT} (results/toy/a.csv)", DEPENDENT)


def jobs(rule: str, count: int):
    return [job(f"{rule}_{number}", rule=rule) for number in range(count)]


def table(found: list[tuple[object, list[Cause]]]) -> list[str]:
    there = [each for each, _ in found]
    waits = [Waiting(each.message, why) for each, why in found]
    return grouped(waits, there, {j.message: 2.0 for j in there}, {j.message: 1500 for j in there})


def test_one_line_for_each_stage_and_reason_with_sums():
    first, second = jobs("init", 1), jobs("dense", 3)
    edited = Cause("training.flip: false -> true", "training.flip: false -> true")
    found = [(first[0], [MISSING, AFTER]), (second[0], [AFTER]), (second[1], [edited]), (second[2], [AFTER])]
    assert [" ".join(line.split()) for line in table(found)[1:]] == [
        "init 1 2 s 2 kB results/toy/a.csv not there",
        "dense 1 2 s 2 kB training.flip: false -> true",
        f"2 4 s 3 kB {DEPENDENT}",
    ]


def test_a_reason_of_several_jobs_names_no_file_of_one():
    two = jobs("masks", 2)
    other = Cause("results/toy/b.csv not there", "not there")
    assert table([(two[0], [MISSING]), (two[1], [other])])[1].endswith("  not there")


def test_however_many_reasons_there_are_the_table_stays_a_screenful():
    found = [
        (each, [Cause(f"key_{rule}_{number}: 1 -> 2", f"key_{rule}_{number}: 1 -> 2")])
        for rule in ("dense", "cyclic", "sculpt")
        for number, each in enumerate(jobs(rule, 30))
    ]
    lines = table(found)
    assert len(lines) <= LINES + 1
    told = sum(int(line[12:18].replace(",", "")) for line in lines[1:])
    assert told == 90
    assert any("other reasons" in line for line in lines)


def test_a_long_reason_is_cut_to_the_width():
    (one,) = jobs("init", 1)
    lines = table([(one, [Cause("x" * 300, "x" * 300)])])
    assert max(map(len, lines)) == WIDTH and lines[-1].endswith("x...")


def test_jobs_stand_in_the_order_of_the_recipe_whatever_snakemakes_is(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    recipe = jobs("dense", 4)
    said = "".join(f"Job 1: {recipe[number].message}\nReason: Forced execution\n" for number in (2, 0, 3, 1))
    monkeypatch.setattr(waiting, "_dry_run", lambda *_: said)
    assert [found.message for found in waiting.waiting("toy", jobs=recipe)] == [each.message for each in recipe]


def test_of_several_files_the_first_by_name_is_told():
    reasons = [f"Missing output files: {files}" for files in ("b, a, c", "c, b, a")]
    told = [causes(reason, lambda *_: [], {}) for reason in reasons]
    assert told == [[Cause("a and 2 more not there", "not there")]] * 2
