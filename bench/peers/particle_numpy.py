# One step of N neurons in NumPy, in place, by chunks of neurons that stay in cache; the threads are OpenBLAS's:
#   s = σ(x₁ᵀ(w, b)), f = (1/N) Σ_j a_j s_j, r = (f − y)/M
#   a −= h(s·r + λa) − √(2τh) ξ,   (w, b) −= h(a Σ_i r_i σ′_i x₁_i + λ(w, b)) − √(2τh) ξ
# s is kept between the forward and the backward pass: tanh′ = 1 − s², relu′ = [s > 0]. The chunk is the fastest that is tried.
import math

import numpy as np
from particle import chunks_for, read
from serve import Noise, fastest, serve


class Chunked:
    def __init__(self, options, inputs, threads):
        self.relu = options["activation"] == "relu"
        self.h, self.l2 = options["step"], options["l2"]
        self.amplitude = math.sqrt(2 * options["temperature"] * self.h)
        self.x1, self.y, self.start = read(options, inputs)
        self.x1t = np.ascontiguousarray(self.x1.T)
        n, m = len(self.start), len(self.y)
        self.s = np.empty((n, m))
        self.noise = Noise(inputs, self.start.shape)
        self.restart()
        self.use(fastest(chunks_for(n), self.trial))
        self.tuned = {"chunk": self.chunk}

    def use(self, chunk):
        self.chunk = chunk
        self.t = np.empty((chunk, len(self.y)))
        self.g = np.empty((chunk, self.w.shape[1]))
        self.xi = np.empty((chunk, self.start.shape[1]))

    def trial(self, chunk):
        self.use(chunk)
        self.run(1)

    def restart(self):
        self.n = 0
        self.a = self.start[:, 0].copy()
        self.w = self.start[:, 1:].copy()

    def run(self, steps):
        for _ in range(steps):
            self.step()

    def results(self):
        return {"theta": np.column_stack([self.a, self.w]), "outputs": self.forward()}

    def forward(self):
        f = np.zeros(len(self.y))
        for j in range(0, len(self.a), self.chunk):
            s = self.s[j : j + self.chunk]
            np.matmul(self.w[j : j + self.chunk], self.x1t, out=s)
            if self.relu:
                np.maximum(s, 0, out=s)
            else:
                np.tanh(s, out=s)
            f += self.a[j : j + self.chunk] @ s
        return f / len(self.a)

    def step(self):
        r = (self.forward() - self.y) / len(self.y)
        for j in range(0, len(self.a), self.chunk):
            s = self.s[j : j + self.chunk]
            k = len(s)
            a, w, t, g = self.a[j : j + k], self.w[j : j + k], self.t[:k], self.g[:k]
            outer = s @ r
            if self.relu:
                np.multiply(s > 0, r, out=t)
            else:
                np.multiply(s, s, out=t)
                np.subtract(1, t, out=t)
                np.multiply(t, r, out=t)
            np.matmul(t, self.x1, out=g)
            g *= (self.h * a)[:, None]
            w *= 1 - self.h * self.l2
            w -= g
            a *= 1 - self.h * self.l2
            outer *= self.h
            a -= outer
            if self.amplitude > 0:
                xi = self.xi[:k]
                self.noise.fill(xi, self.n, j)
                xi *= self.amplitude
                a += xi[:, 0]
                w += xi[:, 1:]
        self.n += 1


if __name__ == "__main__":
    serve(Chunked)
