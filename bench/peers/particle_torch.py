# The step of particle_numpy.py in PyTorch, gradients by hand, in place, on torch's own threads, by chunks of neurons.
import math

import numpy as np
import torch
from particle import chunks_for, read
from serve import Noise, fastest, serve


class Torch:
    def __init__(self, options, inputs, threads):
        torch.set_num_threads(threads)
        torch.set_grad_enabled(False)
        self.relu = options["activation"] == "relu"
        self.h, self.l2 = options["step"], options["l2"]
        self.amplitude = math.sqrt(2 * options["temperature"] * self.h)
        x1, y, self.start = read(options, inputs)
        self.x1, self.y = torch.from_numpy(x1), torch.from_numpy(y)
        self.x1t = self.x1.T.contiguous()
        n, m = len(self.start), len(y)
        self.s = torch.empty(n, m, dtype=torch.float64)
        self.given = Noise(inputs, self.start.shape).given
        self.restart()
        # Its threads share one call: larger chunks than NumPy's are worth trying, smaller ones are not.
        self.use(fastest(sorted({*chunks_for(n)[2:], min(n, 16384), n}), self.trial))
        self.tuned = {"chunk": self.chunk}

    def use(self, chunk):
        self.chunk = chunk
        self.t = torch.empty(chunk, len(self.y), dtype=torch.float64)
        self.g = torch.empty(chunk, self.w.shape[1], dtype=torch.float64)
        self.xi = torch.empty(chunk, self.start.shape[1], dtype=torch.float64)

    def trial(self, chunk):
        self.use(chunk)
        self.run(1)

    def restart(self):
        self.n = 0
        self.a = torch.from_numpy(self.start[:, 0].copy())
        self.w = torch.from_numpy(self.start[:, 1:].copy())

    def run(self, steps):
        for _ in range(steps):
            self.step()

    def results(self):
        theta = np.column_stack([self.a.numpy(), self.w.numpy()])
        return {"theta": theta, "outputs": self.forward().numpy()}

    def forward(self):
        f = torch.zeros_like(self.y)
        for j in range(0, len(self.a), self.chunk):
            s = self.s[j : j + self.chunk]
            torch.mm(self.w[j : j + self.chunk], self.x1t, out=s)
            if self.relu:
                s.clamp_(min=0)
            else:
                torch.tanh(s, out=s)
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
                torch.mul(s > 0, r, out=t)
            else:
                torch.mul(s, s, out=t)
                t.neg_().add_(1).mul_(r)
            torch.mm(t, self.x1, out=g)
            g.mul_((self.h * a)[:, None])
            w.mul_(1 - self.h * self.l2).sub_(g)
            a.mul_(1 - self.h * self.l2).sub_(outer, alpha=self.h)
            if self.amplitude > 0:
                xi = self.xi[:k]
                if self.n < len(self.given):
                    xi.copy_(torch.from_numpy(self.given[self.n, j : j + k]))
                else:
                    xi.normal_()
                a.add_(xi[:, 0], alpha=self.amplitude)
                w.add_(xi[:, 1:], alpha=self.amplitude)
        self.n += 1


if __name__ == "__main__":
    serve(Torch)
