# R networks of N neurons ψ = σ(θx) side by side in NumPy, heavy ball with noise by the word ABOBA, h a step:
#   θ += hω/2;  F = Σ_i r_i x_i σ′(θx_i) + λθ, r = (f − y)/M, f = (1/N) Σ_j σ(θ_j x);
#   ω ← e^(−γh)(ω − hF/2) + √(τ(1 − e^(−2γh))) ξ − hF/2;  θ += hω/2
# Networks do not know of each other: every thread takes its share of them, a few at a time, as many as is fastest, through all the steps.
#   files   x, y (M), start (R × N × 2: θ, ω), noise (steps × R × N) where τ > 0
import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from serve import Noise, fastest, serve


class Batched:
    def __init__(self, options, inputs, threads):
        self.sine = options["activation"] == "sin"
        self.h, self.l2 = options["step"], options["l2"]
        self.keep = math.exp(-options["friction"] * self.h)
        self.amplitude = math.sqrt(options["temperature"] * (1 - self.keep**2))
        self.x, self.y = inputs["x"], inputs["y"]
        self.start = inputs["start"].reshape(options["replicas"], options["N"], 2)
        self.noises = [Noise(inputs, self.start.shape[:2], seed=k) for k in range(threads)]
        self.pool = ThreadPoolExecutor(threads)
        self.threads = threads
        self.restart()
        most = -(-len(self.start) // threads)
        self.batch = fastest([size for size in (1, 2, 4, 7, 14, 28, 56) if size < most] + [most], self.trial)
        self.tuned = {"networks at a time": self.batch}

    def trial(self, batch):
        self.batch = batch
        self.run(4)

    def restart(self):
        self.n = 0
        self.theta = self.start[:, :, 0].copy()
        self.omega = self.start[:, :, 1].copy()

    def run(self, steps):
        count = len(self.theta)
        cuts = [count * k // self.threads for k in range(self.threads + 1)]
        list(self.pool.map(lambda k: self.share(k, cuts[k], cuts[k + 1], steps), range(self.threads)))
        self.n += steps

    def share(self, k, first, last, steps):
        for r in range(first, last, self.batch):
            e = min(r + self.batch, last)
            self.advance(self.noises[k], r, self.theta[r:e], self.omega[r:e], steps)

    def advance(self, noise, first, theta, omega, steps):
        shape = theta.shape + self.x.shape
        z, s = np.empty(shape), np.empty(shape)
        xi = np.empty(theta.shape)
        for n in range(self.n, self.n + steps):
            theta += (0.5 * self.h) * omega
            np.multiply(theta[:, :, None], self.x, out=z)
            f = self.outputs(z, s)
            rx = (f - self.y) * (self.x / len(self.x))
            if self.sine:
                np.cos(z, out=s)
            else:
                np.multiply(s, s, out=s)
                np.subtract(1, s, out=s)
            force = np.matmul(s, rx[:, :, None])[:, :, 0]
            force += self.l2 * theta
            force *= 0.5 * self.h
            omega -= force
            omega *= self.keep
            if self.amplitude > 0:
                noise.fill(xi, n, first)
                xi *= self.amplitude
                omega += xi
            omega -= force
            theta += (0.5 * self.h) * omega

    def outputs(self, z, s):
        """f of each network, with σ(z) in s."""
        (np.sin if self.sine else np.tanh)(z, out=s)
        return s.sum(axis=1) / s.shape[1]

    def results(self):
        z = self.theta[:, :, None] * self.x
        return {"theta": self.theta, "omega": self.omega, "outputs": self.outputs(z, np.empty(z.shape))}


if __name__ == "__main__":
    serve(Batched)
