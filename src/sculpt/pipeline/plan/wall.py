"""How long jobs take on some cores, when each starts as soon as what it needs is there and a core is free."""

import heapq
from collections.abc import Mapping, Sequence

from sculpt.pipeline.dag.job import Job

START = 0.12
"""Seconds until a job computes, measured: its command starts, and finds its parent process."""


def wall(jobs: Sequence[Job], seconds: Mapping[str, float], cores: int) -> float:
    """Seconds from the first start to the last end.

    jobs: those that run, each after those that it needs. seconds: CPU seconds of each, by its message. A job with
    several threads is held to use all of them all the time, and one that asks for more threads than there are cores
    gets all cores.
    """
    at = {job.message: number for number, job in enumerate(jobs)}
    makers = {file: job.message for job in jobs for file in job.outputs}
    needs = {job.message: {makers[file] for file in job.input_files if file in makers} for job in jobs}
    users: dict[str, list[str]] = {}
    for message, needed in needs.items():
        for maker in needed:
            users.setdefault(maker, []).append(message)
    ready = [number for number, job in enumerate(jobs) if not needs[job.message]]
    running: list[tuple[float, int, str]] = []
    now, free = 0.0, cores
    while ready or running:
        too_large = []
        while ready and free:
            job = jobs[heapq.heappop(ready)]
            threads = min(job.threads, cores)
            if threads > free:
                too_large.append(at[job.message])
                continue
            free -= threads
            heapq.heappush(running, (now + START + seconds[job.message] / threads, threads, job.message))
        for number in too_large:
            heapq.heappush(ready, number)
        now, threads, ended = heapq.heappop(running)
        free += threads
        for user in users.get(ended, []):
            needs[user].discard(ended)
            if not needs[user]:
                heapq.heappush(ready, at[user])
    return now
