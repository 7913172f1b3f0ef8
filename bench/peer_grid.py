# The peer of grid-step.mjs: one semi-implicit Scharfetter–Gummel step on n × n cells in NumPy: Φ from the old density,
# then along each axis one tridiagonal solve of all lines at once (Thomas, vectorised across lines). Median milliseconds.
import sys
import time

import numpy as np

n, m, h = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
tau, l2, half = 0.05, 0.05, 8.0
delta = 2 * half / n
theta = -half + (np.arange(n) + 0.5) * delta
x = np.linspace(-3, 3, m)
y = np.sin(x)
s = np.tanh(np.outer(x, theta))
v = 0.5 * l2 * (theta[:, None] ** 2 + theta[None, :] ** 2)
mu = np.exp(-((theta[:, None] - 0.5) ** 2 + theta[None, :] ** 2) / (2 * 0.64))
mu /= mu.sum() * delta**2


def solve(phi, b):
    u = np.diff(phi, axis=0) / tau
    size = np.abs(u)
    up = np.where(size > 0, size / np.expm1(np.maximum(size, 1e-300)), 1.0)
    down = up + size
    scale = h * tau / delta**2
    right = scale * np.where(u < 0, down, up)
    left = scale * np.where(u < 0, up, down)
    diag = np.ones_like(phi)
    diag[:-1] += right
    diag[1:] += left
    b = b.copy()
    for i in range(1, n):
        w = right[i - 1] / diag[i - 1]
        diag[i] -= w * left[i - 1]
        b[i] += w * b[i - 1]
    b[-1] /= diag[-1]
    for i in range(n - 2, -1, -1):
        b[i] = (b[i] + left[i] * b[i + 1]) / diag[i]
    return b


def step():
    global mu
    f = s @ (theta @ mu) * delta**2
    phi = v + theta[:, None] * (((f - y) / m) @ s)[None, :]
    mu = solve(phi, mu)
    mu = np.ascontiguousarray(solve(np.ascontiguousarray(phi.T), np.ascontiguousarray(mu.T)).T)


step()
times = []
for _ in range(15):
    started = time.perf_counter()
    step()
    times.append(time.perf_counter() - started)
print(1000 * sorted(times)[7])
