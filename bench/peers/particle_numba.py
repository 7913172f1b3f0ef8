# The step of particle_numpy.py in numba: one compiled pass over the neurons a step, in parallel, backward at the old θ, update, forward
# at the new one; its tanh is the C library's, once for each neuron and datum, as s is kept.
import math

import numba
import numpy as np
from particle import read
from serve import Noise, serve


@numba.njit(parallel=True, fastmath=True)
def sweep(theta, s, x1t, r, h, l2, xi, parts, moves, relu):
    """Outputs by part in `parts`, after a step with the residuals r where `moves`."""
    n, p = theta.shape
    d1, m = x1t.shape
    count = len(parts)
    for part in numba.prange(count):
        f = parts[part]
        f[:] = 0.0
        slope = np.empty(m)
        gradient = np.empty(p)
        z = np.empty(m)
        for j in range(n * part // count, n * (part + 1) // count):
            row = theta[j]
            kept = s[j]
            if moves:
                outer = 0.0
                for i in range(m):
                    outer += kept[i] * r[i]
                    slope[i] = (r[i] if kept[i] > 0 else 0.0) if relu else r[i] * (1.0 - kept[i] * kept[i])
                gradient[0] = outer
                for k in range(d1):
                    total = 0.0
                    for i in range(m):
                        total += slope[i] * x1t[k, i]
                    gradient[1 + k] = row[0] * total
                for k in range(p):
                    row[k] = (1.0 - h * l2) * row[k] - h * gradient[k] + xi[j, k]
            z[:] = 0.0
            for k in range(d1):
                weight = row[1 + k]
                for i in range(m):
                    z[i] += weight * x1t[k, i]
            for i in range(m):
                kept[i] = max(z[i], 0.0) if relu else math.tanh(z[i])
                f[i] += row[0] * kept[i]


class Numba:
    def __init__(self, options, inputs, threads):
        numba.set_num_threads(threads)
        self.relu = options["activation"] == "relu"
        self.h, self.l2 = options["step"], options["l2"]
        self.amplitude = math.sqrt(2 * options["temperature"] * self.h)
        x1, self.y, self.start = read(options, inputs)
        self.x1t = np.ascontiguousarray(x1.T)
        n, m = len(self.start), len(self.y)
        self.s = np.empty((n, m))
        self.parts = np.empty((threads, m))
        self.noise = Noise(inputs, self.start.shape)
        # All zero, and not written, where there is no noise.
        self.xi = np.zeros(self.start.shape)
        self.restart()

    def restart(self):
        self.n = 0
        self.theta = self.start.copy()
        self.f = self.outputs(np.zeros(len(self.y)), False)

    def outputs(self, r, moves):
        sweep(self.theta, self.s, self.x1t, r, self.h, self.l2, self.xi, self.parts, moves, self.relu)
        return self.parts.sum(axis=0) / len(self.theta)

    def run(self, steps):
        for _ in range(steps):
            if self.amplitude > 0:
                self.noise.fill(self.xi, self.n, 0)
                self.xi *= self.amplitude
            self.f = self.outputs((self.f - self.y) / len(self.y), True)
            self.n += 1

    def results(self):
        return {"theta": self.theta, "outputs": self.f}


if __name__ == "__main__":
    serve(Numba)
