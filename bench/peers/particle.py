# What the NumPy and PyTorch peers of rows/particle-step.mjs share: data and neurons as they lie in the files, and when to stop tuning.
#   files   x (M × d), y (M), start (N × p), p = d + 2, θ = (a, w, b); noise (steps × N × p) with options.noise
import numpy as np

#: Chunks of neurons that are tried: from what fits a core's cache to all of them.
CHUNKS = (128, 256, 512, 1024, 2048, 4096)


def read(options, inputs):
    """x with a column of ones, y, and the neurons at the start."""
    d, m, n = options["d"], options["M"], options["N"]
    x1 = np.ones((m, d + 1))
    x1[:, :d] = inputs["x"].reshape(m, d)
    return x1, inputs["y"], inputs["start"].reshape(n, d + 2)


def chunks_for(n):
    return [chunk for chunk in CHUNKS if chunk < n] + [n]
