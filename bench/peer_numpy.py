# The peer of particle-step.mjs: one step of gradient descent on N neurons in NumPy, in place, over chunks of neurons
# that stay in cache (activations kept between the forward and the backward pass). Prints the median milliseconds.
import sys
import time

import numpy as np

d, m, n = (int(text) for text in sys.argv[1:4])
relu = sys.argv[4] == "relu"
chunk = 1024
rng = np.random.default_rng(1)
x = rng.standard_normal((m, d))
y = np.sin(2 * x[:, 0])
x1 = np.hstack([x, np.ones((m, 1))])
x1t = np.ascontiguousarray(x1.T)
a = rng.standard_normal(n)
w = rng.standard_normal((n, d + 1))
s = np.empty((n, m))
t = np.empty((chunk, m))
g = np.empty((chunk, d + 1))
eta = 0.01


def forward():
    f = np.zeros(m)
    for j in range(0, n, chunk):
        part = s[j : j + chunk]
        np.matmul(w[j : j + chunk], x1t, out=part)
        if relu:
            np.maximum(part, 0, out=part)
        else:
            np.tanh(part, out=part)
        f += a[j : j + chunk] @ part
    return f / n


def step():
    r = (forward() - y) / m
    for j in range(0, n, chunk):
        part = s[j : j + chunk]
        k = len(part)
        outer = part @ r
        if relu:
            np.multiply(part > 0, r, out=t[:k])
        else:
            np.multiply(part, part, out=t[:k])
            np.subtract(1, t[:k], out=t[:k])
            np.multiply(t[:k], r, out=t[:k])
        np.matmul(t[:k], x1, out=g[:k])
        w[j : j + chunk] -= eta * a[j : j + chunk, None] * g[:k]
        a[j : j + chunk] -= eta * outer


for _ in range(2):
    step()
times = []
start = time.perf_counter()
while time.perf_counter() - start < 1.5 or len(times) < 5:
    begun = time.perf_counter()
    step()
    times.append(1e3 * (time.perf_counter() - begun))
print(np.median(times))
