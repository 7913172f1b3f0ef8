# The strongest NumPy that was found for the step of particle_numpy.py: each Python thread (ufuncs and BLAS release the lock) has a share of
# the neurons and goes over it once a step, chunk by chunk: backward at the old θ, update, forward at the new one. The slope is
# contracted with r∘x₁ in one product, which spares passes:
#   Σ_i r_i tanh′_i x₁_i = Σ_i r_i x₁_i − Σ_i s_i² (r_i x₁_i),   Σ_i r_i relu′_i x₁_i = Σ_i [s_i > 0] (r_i x₁_i)
# Where NumPy has no vector code for tanh (processors without AVX-512) tanh z = 1 − 2/(e^(2z) + 1) is twice as fast, to 1e-16 of 1.
import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from particle import chunks_for, read
from serve import Noise, fastest, serve


def relu(s):
    np.maximum(s, 0, out=s)


def np_tanh(s):
    np.tanh(s, out=s)


def tanh_by_exp(s):
    s *= 2
    # e^(2z) may be infinite: tanh is then 1.
    with np.errstate(over="ignore"):
        np.exp(s, out=s)
    s += 1
    np.divide(-2, s, out=s)
    s += 1


class Threaded:
    def __init__(self, options, inputs, threads):
        self.relu = options["activation"] == "relu"
        self.h, self.l2 = options["step"], options["l2"]
        self.amplitude = math.sqrt(2 * options["temperature"] * self.h)
        self.x1, self.y, self.start = read(options, inputs)
        self.x1t = np.ascontiguousarray(self.x1.T)
        n, m = len(self.start), len(self.y)
        self.s = np.empty((n, m))
        self.cuts = [n * k // threads for k in range(threads + 1)]
        self.noises = [Noise(inputs, self.start.shape, seed=k) for k in range(threads)]
        self.pool = ThreadPoolExecutor(threads)
        self.activation = relu if self.relu else np_tanh
        self.use(chunks_for(n)[0])
        self.restart()
        self.use(fastest(chunks_for(n // threads), self.trial))
        self.tuned = {"chunk": self.chunk}
        if not self.relu:
            self.activation = fastest((np_tanh, tanh_by_exp), self.trial_of)
            self.tuned["tanh"] = self.activation.__name__

    def use(self, chunk):
        self.chunk = chunk
        self.room = [
            (np.empty((chunk, len(self.y))), np.empty((chunk, self.x1.shape[1])), np.empty((chunk, self.start.shape[1])))
            for _ in self.noises
        ]

    def trial(self, chunk):
        self.use(chunk)
        self.run(1)

    def trial_of(self, activation):
        self.activation = activation
        self.run(1)

    def restart(self):
        self.n = 0
        self.a = self.start[:, 0].copy()
        self.w = self.start[:, 1:].copy()
        self.f = self.sweep(None)

    def run(self, steps):
        for _ in range(steps):
            self.f = self.sweep((self.f - self.y) / len(self.y))
            self.n += 1

    def results(self):
        return {"theta": np.column_stack([self.a, self.w]), "outputs": self.f}

    def sweep(self, r):
        """The outputs at the neurons, after a step of them with the residuals r; None: without."""
        rx = None if r is None else r[:, None] * self.x1
        parts = self.pool.map(lambda k: self.share(k, r, rx), range(len(self.noises)))
        return sum(parts) / len(self.a)

    def share(self, k, r, rx):
        f = np.zeros(len(self.y))
        for j in range(self.cuts[k], self.cuts[k + 1], self.chunk):
            e = min(j + self.chunk, self.cuts[k + 1])
            if r is not None:
                self.move(k, j, e, r, rx)
            s = self.s[j:e]
            np.matmul(self.w[j:e], self.x1t, out=s)
            self.activation(s)
            f += self.a[j:e] @ s
        return f

    def move(self, k, j, e, r, rx):
        s, a, w = self.s[j:e], self.a[j:e], self.w[j:e]
        t, g, xi = (room[: e - j] for room in self.room[k])
        outer = s @ r
        if self.relu:
            np.greater(s, 0, out=t, casting="unsafe")
            np.matmul(t, rx, out=g)
        else:
            np.multiply(s, s, out=t)
            np.matmul(t, rx, out=g)
            np.subtract(rx.sum(axis=0), g, out=g)
        g *= (self.h * a)[:, None]
        w *= 1 - self.h * self.l2
        w -= g
        a *= 1 - self.h * self.l2
        outer *= self.h
        a -= outer
        if self.amplitude > 0:
            self.noises[k].fill(xi, self.n, j)
            xi *= self.amplitude
            a += xi[:, 0]
            w += xi[:, 1:]


if __name__ == "__main__":
    serve(Threaded)
