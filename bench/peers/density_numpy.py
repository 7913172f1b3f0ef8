# One step of backward Euler with Scharfetter–Gummel fluxes on n × n cells in NumPy, Φ from the density at the old time and so no Newton
# iteration: along each axis one tridiagonal system a line,
#   (I + hL)μ⁺ = μ,  rates (τ/Δ²) B(±u), u = (Φ_{i+1} − Φ_i)/τ, B(x) = x/(eˣ − 1)
# θ = (a, w), ψ = a tanh(wx), or θ = (w, b), ψ = tanh(wx + b). Python threads share the lines. Two solvers are tried, and the faster is taken:
# LAPACK's dgtsv on all lines of a share as one system, and elimination of all of them at once, cell after cell.
#   files   x, y (M), start (n × n)
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy.linalg.lapack import dgtsv
from serve import fastest, serve


class Density:
    def __init__(self, options, inputs, threads):
        n, self.h = options["cells"], options["step"]
        self.l2, self.tau = options["l2"], options["temperature"]
        self.delta = 2 * options["extent"] / n
        theta = -options["extent"] + (np.arange(n) + 0.5) * self.delta
        x, self.y = inputs["x"], inputs["y"]
        self.external = 0.5 * self.l2 * (theta[:, None] ** 2 + theta[None, :] ** 2)
        self.trained = options["output"] == "trained"
        # Both neurons are separable or nearly: a s(w; x), and σ(wx + b) as a table.
        self.theta = theta
        if self.trained:
            self.s = np.tanh(np.outer(x, theta))
        else:
            table = np.tanh(x[:, None, None] * theta[None, :, None] + theta[None, None, :])
            self.s = table.reshape(len(x), n * n)
        self.start = inputs["start"].reshape(n, n)
        self.pool, self.threads = ThreadPoolExecutor(threads), threads
        self.restart()
        self.solver = fastest((by_lapack, by_elimination), self.trial)
        self.tuned = {"solver": self.solver.__name__}

    def trial(self, solver):
        self.solver = solver
        self.run(1)

    def restart(self):
        self.mu = self.start.copy()

    def outputs(self):
        if self.trained:
            return self.s @ (self.theta @ self.mu) * self.delta**2
        return self.s @ self.mu.ravel() * self.delta**2

    def potential(self):
        if len(self.y) == 0:
            return self.external
        r = (self.outputs() - self.y) / len(self.y)
        learned = np.multiply.outer(self.theta, r @ self.s) if self.trained else (r @ self.s).reshape(self.mu.shape)
        return self.external + learned

    def run(self, steps):
        for _ in range(steps):
            phi = self.potential()
            self.mu = self.along_rows(phi.T, self.mu.T).T
            self.mu = self.along_rows(phi, self.mu)

    def along_rows(self, phi, mu):
        n = len(mu)
        out = np.empty((n, n))

        def part(k):
            some = slice(n * k // self.threads, n * (k + 1) // self.threads)
            out[some] = self.solver(*self.rates(np.ascontiguousarray(phi[some])), np.array(mu[some], order="C"))

        list(self.pool.map(part, range(self.threads)))
        return out

    def rates(self, phi):
        """Of every cell to the next one, and of every next one back."""
        u = np.diff(phi, axis=1)
        u /= self.tau
        size = np.abs(u)
        up = np.expm1(size)
        np.divide(size, up, out=up, where=size > 0)
        up[size == 0] = 1
        size += up
        scale = self.h * self.tau / self.delta**2
        up *= scale
        size *= scale
        falls = u < 0
        return np.where(falls, size, up), np.where(falls, up, size)

    def results(self):
        return {"density": self.mu, "outputs": self.outputs() if len(self.y) > 0 else np.zeros(1)}


def by_lapack(right, left, b):
    rows, n = b.shape
    diagonal = np.ones((rows, n))
    diagonal[:, :-1] += right
    diagonal[:, 1:] += left
    # Between two lines nothing flows.
    off = np.zeros((2, rows, n))
    np.negative(right, out=off[0, :, :-1])
    np.negative(left, out=off[1, :, :-1])
    lower, upper = off.reshape(2, -1)[:, :-1]
    solved = dgtsv(lower, diagonal.ravel(), upper, b.ravel(), 1, 1, 1, 1)
    return solved[3].reshape(rows, n)


def by_elimination(right, left, b):
    # A cell of all lines is then contiguous.
    right, left, b = (np.ascontiguousarray(array.T) for array in (right, left, b))
    n = len(b)
    diagonal = np.ones_like(b)
    diagonal[:-1] += right
    diagonal[1:] += left
    for i in range(1, n):
        share = right[i - 1] / diagonal[i - 1]
        diagonal[i] -= share * left[i - 1]
        share *= b[i - 1]
        b[i] += share
    b[-1] /= diagonal[-1]
    for i in range(n - 2, -1, -1):
        b[i] += left[i] * b[i + 1]
        b[i] /= diagonal[i]
    return b.T


if __name__ == "__main__":
    serve(Density)
