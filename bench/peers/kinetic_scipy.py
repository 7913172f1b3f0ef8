# One step ABOBA of a density μ on n × n cells of (θ, ω), ψ = tanh(θx), in NumPy and SciPy, by the scheme that is asked for:
#   A  μ(θ, ω) ← μ(θ − ωh/2, ω)      B  μ(θ, ω) ← μ(θ, ω + (h/2) ∂Φ(θ))      O  lines along ω times P, a DGEMM
#   ∂Φ = Σ_i r_i ∂ψ(θ; x_i) + λθ, r = (c − y)/M, c_i = Σ ψ(θ; x_i) μ ΔθΔω, found once a step: O and B leave the marginal as it is
# spectral   shifts by real FFTs (scipy.fft, on all threads) and phases, the Nyquist mode by its real part; P dilates the transform
# positive   shifts by the remap of Filbet, Sonnendrücker, Bertrand with r = 3, on Python threads; P is Mehler's kernel.
#            What would leave through a wall is let go, as no mass is there
#   files   x, y (M), start (n × n)
import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import scipy.fft
from serve import fastest, serve

REACH = 3


class Axis:
    def __init__(self, n, reach):
        self.n, self.low, self.length = n, -reach, 2 * reach
        self.spacing = self.length / n
        self.centres = -reach + (np.arange(n) + 0.5) * self.spacing
        self.modes = 2 * np.pi * np.arange(n // 2 + 1) / self.length


class Kinetic:
    def __init__(self, options, inputs, threads):
        n, self.h = options["cells"], options["step"]
        self.theta, self.omega = Axis(n, options["theta"]), Axis(n, options["omega"])
        keep = math.exp(-options["friction"] * self.h)
        variance = options["temperature"] * (1 - keep) * (1 + keep)
        x, self.y = inputs["x"], inputs["y"]
        # ψ and ∂ψ at the cells of θ, a row a datum.
        self.psi = np.tanh(np.outer(x, self.theta.centres))
        self.slope = (1 - self.psi**2) * x[:, None]
        self.external = options["l2"] * self.theta.centres
        self.start = inputs["start"].reshape(n, n)
        drift = 0.5 * self.h * self.omega.centres
        make = Spectral if options["scheme"] == "spectral" else Positive
        self.scheme = make(self.theta, self.omega, drift, threads)
        self.propagator = np.ascontiguousarray(self.scheme.propagator(keep, variance).T)
        self.restart()
        self.tuned = self.scheme.tune(self.mu)

    def restart(self):
        self.mu = self.start.copy()

    def run(self, steps):
        for _ in range(steps):
            mu = self.scheme.drift(self.mu)
            kick = self.scheme.kick(-0.5 * self.h * self.force(mu))
            mu = kick(mu)
            mu = mu @ self.propagator
            mu = kick(mu)
            self.mu = self.scheme.drift(mu)

    def outputs(self, mu):
        return self.psi @ mu.sum(axis=1) * (self.theta.spacing * self.omega.spacing)

    def force(self, mu):
        r = (self.outputs(mu) - self.y) / len(self.y)
        return r @ self.slope + self.external

    def results(self):
        return {"density": self.mu, "outputs": self.outputs(self.mu)}


class Spectral:
    #: Modes between which phases are multiplied rather than computed.
    STRIDE = 16

    def __init__(self, theta, omega, drift, threads):
        self.theta, self.omega, self.threads = theta, omega, threads
        self.drifts = np.ascontiguousarray(self.phases(theta, drift).T)

    def tune(self, mu):
        return {}

    def phases(self, axis, amounts):
        """e^(−ika) by amount and mode."""
        half = len(axis.modes) - 1
        unit = -2j * np.pi / axis.length * amounts
        fine = np.exp(np.outer(unit, np.arange(self.STRIDE)))
        coarse = np.exp(np.outer(unit, np.arange(0, half + 1, self.STRIDE)))
        both = (coarse[:, :, None] * fine[:, None, :]).reshape(len(amounts), -1)
        both = both[:, : half + 1]
        both[:, half] = both[:, half].real
        return both

    def shift(self, mu, axis, phases):
        modes = scipy.fft.rfft(mu, axis=axis, workers=self.threads)
        modes *= phases
        return scipy.fft.irfft(modes, n=mu.shape[axis], axis=axis, workers=self.threads, overwrite_x=True)

    def drift(self, mu):
        return self.shift(mu, 0, self.drifts)

    def kick(self, amounts):
        phases = self.phases(self.omega, amounts)
        return lambda mu: self.shift(mu, 1, phases)

    def propagator(self, keep, variance):
        """P_ij = (1/n) Σ_{|m| ≤ n/2} e^(−v k_m²/2) cos k_m(ω_i − e^(−γh) ω_j), the ends with weight ½."""
        axis = self.omega
        weight = np.exp(-0.5 * variance * axis.modes**2) * 2 / axis.n
        weight[[0, -1]] /= 2
        to, source = np.outer(axis.centres, axis.modes), np.outer(keep * axis.centres, axis.modes)
        return (np.cos(to) * weight) @ np.cos(source).T + (np.sin(to) * weight) @ np.sin(source).T


class Positive:
    def __init__(self, theta, omega, drift, threads):
        self.theta, self.omega = theta, omega
        self.pool, self.threads = ThreadPoolExecutor(threads), threads
        self.lines = 64
        self.drifts = amounts_of(drift / theta.spacing)

    def tune(self, mu):
        kick = self.kick(np.linspace(-4, 4, self.theta.n) * self.omega.spacing)

        def trial(lines):
            self.lines = lines
            kick(self.drift(mu))

        self.lines = fastest((16, 32, 64, 128, 256), trial)
        return {"lines at a time": self.lines}

    def drift(self, mu):
        # Neighbouring columns share cache lines: columns are taken as such, not as rows of a transpose.
        return self.moved(mu, self.drifts, 0)

    def kick(self, amounts):
        made = amounts_of(amounts / self.omega.spacing)
        return lambda mu: self.moved(mu, made, 1)

    def moved(self, mu, amounts, axis):
        """Every line along that axis by its amount, in cells."""
        out = np.empty_like(mu)
        count = mu.shape[1 - axis]

        def part(first):
            some = slice(first, min(first + self.lines, count))
            lines = (slice(None), some) if axis == 0 else (some, slice(None))
            remap(mu[lines], amounts[0][some], amounts[1][:, some], axis, out[lines])

        list(self.pool.map(part, range(0, count, self.lines)))
        return out

    def propagator(self, keep, variance):
        """Mehler's kernel, every column normalised."""
        centres = self.omega.centres
        P = np.exp(-((centres[:, None] - keep * centres[None, :]) ** 2) / (2 * variance))
        return P / P.sum(axis=0)


def amounts_of(distance):
    """Whole cells, and the weights of the fraction α that goes one cell further: w_c = Σ_{faces f > c} (ℓ_f(½) − ℓ_f(½ − α))."""
    whole = np.floor(distance).astype(int)
    cut = REACH + 1 - (distance - whole)
    faces = 2 * REACH + 2
    weights = np.empty((faces - 1, len(distance)))
    beyond = np.zeros(len(distance))
    for f in range(faces - 1, 0, -1):
        lagrange = np.ones(len(distance))
        for g in range(faces):
            if g != f:
                lagrange *= (cut - g) / (f - g)
        beyond += lagrange
        weights[f - 1] = (1 if f - 1 <= REACH else 0) - beyond
    return whole, weights


def remap(u, whole, weights, axis, out):
    """The right fraction of a cell goes whole + 1 cells on, clamped to what the cell holds, the rest `whole` cells."""
    n = u.shape[axis]
    along = (lambda a, b: (slice(a, b), slice(None))) if axis == 0 else (lambda a, b: (slice(None), slice(a, b)))
    wide = (lambda a: a[None, :]) if axis == 0 else (lambda a: a[:, None])

    def framed(margin):
        """Room for the lines with zeros beyond both ends."""
        shape = list(u.shape)
        shape[axis] += 2 * margin
        room = np.empty(shape)
        room[along(0, margin)] = 0
        room[along(n + margin, n + 2 * margin)] = 0
        return room

    padded = framed(REACH)
    padded[along(REACH, REACH + n)] = u
    margin = int(max(whole.max() + 1, -whole.min(), 0)) + 1
    right, stay = framed(margin), framed(margin)
    inside = along(margin, margin + n)
    part, term = right[inside], np.empty_like(u)
    np.multiply(padded[along(0, n)], wide(weights[0]), out=part)
    for c in range(1, 2 * REACH + 1):
        np.multiply(padded[along(c, c + n)], wide(weights[c]), out=term)
        part += term
    np.maximum(part, 0, out=part)
    np.minimum(part, u, out=part)
    np.subtract(u, part, out=stay[inside])
    # Lines with the same whole amount, side by side where amounts change slowly, are slices.
    edges = np.flatnonzero(np.diff(whole)) + 1
    for a, b in zip(np.r_[0, edges], np.r_[edges, len(whole)]):
        m = int(whole[a])
        near, far, to = along(margin - m, margin - m + n), along(margin - m - 1, margin - m - 1 + n), along(0, n)
        some = (lambda place: (place[0], slice(a, b))) if axis == 0 else (lambda place: (slice(a, b), place[1]))
        np.add(stay[some(near)], right[some(far)], out=out[some(to)])


if __name__ == "__main__":
    serve(Kinetic)
