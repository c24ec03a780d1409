"""One hidden neuron, trained dense, by LRR and by IMP: the signs at the start decide which of them learn.

The student f(x) = a ReLU(w.x) learns the target ReLU(x_1) by gradient descent on the mean squared error. The start is
balanced: a^2 = |w|^2. The setting is that of Gadhikar & Burkholz 2024 (arXiv 2402.19262), which prove that LRR succeeds
in more cases than IMP; the body of their paper was not found, so the numbers below come from their public repository
(d, n, the law of x) or are ours (the rest).

The outcome is exact: a start with a < 0 never learns. With a > 0 the dense student learns whatever the sign of w_1.
Pruned to its largest weight, which is then w_1, LRR goes on from the learned w_1 > 0. IMP goes back to the w_1 of the
start, and cannot leave w_1 < 0, where the only input that is left drives w_1 to zero from below.
"""

from dataclasses import dataclass

import numpy as np
import torch

from sculpt.core.randomness import generator
from sculpt.studies.signs.quadrants import STARTS

DIMENSIONS, EXAMPLES = 10, 500
"""d and n of the public repository."""
RATE, STEPS = 0.5, 1000
"""Ours. A simulation at rate 0.02 with 20,000 steps has the same outcome at twenty times the cost."""
LEARNED = 1e-3
"""Mean squared error below which a student has learned: those that learn end below 1e-20, the others above 0.1."""


@dataclass(frozen=True)
class Student:
    """N students side by side: w (N, d) and a (N), float64."""

    w: np.ndarray
    a: np.ndarray

    def loss(self, x: np.ndarray) -> np.ndarray:
        """Mean squared error of each student on inputs (n, d): (N)."""
        return ((np.maximum(x @ self.w.T, 0) * self.a - target(x)[:, None]) ** 2).mean(0)


def target(x: np.ndarray) -> np.ndarray:
    return np.maximum(x[:, 0], 0)


def start(seed: int, draws: int) -> tuple[np.ndarray, Student]:
    """Inputs (n, d), uniform in [-1, 1], and `draws` students of each pair of signs, in the order of STARTS.

    Students k, k + 4, ... have the k-th pair. A weight is normal with variance 1 / d, so |w| is about 1; then w_1 and
    a = +-|w| take their signs.
    """
    random = generator("one neuron", seed)
    x = 2 * torch.rand(EXAMPLES, DIMENSIONS, generator=random, dtype=torch.float64) - 1
    w = torch.randn(draws * len(STARTS), DIMENSIONS, generator=random, dtype=torch.float64).numpy()
    w = w / np.sqrt(DIMENSIONS)
    of_w, of_a = np.tile(np.array(STARTS), (draws, 1)).T
    w[:, 0] = of_w * np.abs(w[:, 0])
    return x.numpy(), Student(w, of_a * np.sqrt((w**2).sum(1)))


def descend(student: Student, keep: np.ndarray, x: np.ndarray) -> Student:
    """Gradient descent on half the mean squared error from the kept weights of a student; keep: bool (N, d)."""
    w, a = student.w * keep, student.a
    for _ in range(STEPS):
        z = x @ w.T
        errors = np.maximum(z, 0) * a - target(x)[:, None]
        of_w = ((errors * a * (z > 0)).T @ x) / len(x) * keep
        a = a - RATE * (np.maximum(z, 0) * errors).mean(0)
        w = w - RATE * of_w
    return Student(w, a)


def largest(student: Student) -> np.ndarray:
    """The mask (N, d) of the largest weight of each student."""
    return np.arange(DIMENSIONS) == np.abs(student.w).argmax(1)[:, None]


def trained(begun: Student, x: np.ndarray) -> dict[str, Student]:
    """The dense student, and what LRR and IMP make of it: prune to its largest weight, then train on or anew."""
    dense = descend(begun, np.ones_like(begun.w, dtype=bool), x)
    keep = largest(dense)
    return {"dense": dense, "lrr": descend(dense, keep, x), "imp": descend(begun, keep, x)}
