# A peer as a process: it reads its inputs, tunes itself, then answers lines of JSON on standard input.
#   argument   {"options": {…}, "folder": "…", "threads": 2}     folder: NAME.f64, raw doubles, what the other side starts from
#   {"do": "run", "steps": n}     → {"seconds": wall clock, "cpu": CPU seconds of all threads}
#   {"do": "show", "steps": n}    → n steps from the start, then the results as FOLDER/peer-NAME.f64
# A peer is a class: __init__(options, inputs, threads), restart(), run(steps), results(), and `tuned`, what it chose.
import json
import os
import sys
import time

import numpy as np


class Inputs:
    """The arrays of a folder by name."""

    def __init__(self, folder):
        self.folder = folder

    def __contains__(self, name):
        return os.path.exists(self._path(name))

    def __getitem__(self, name):
        return np.fromfile(self._path(name))

    def _path(self, name):
        return os.path.join(self.folder, name + ".f64")


def serve(make):
    settings = json.loads(sys.argv[1])
    folder = settings["folder"]
    peer = make(settings["options"], Inputs(folder), settings["threads"])
    peer.restart()
    answer(tuned=getattr(peer, "tuned", {}))
    for line in sys.stdin:
        asked = json.loads(line)
        if asked["do"] == "show":
            peer.restart()
            peer.run(asked["steps"])
            for name, values in peer.results().items():
                np.ascontiguousarray(values, dtype=float).tofile(os.path.join(folder, f"peer-{name}.f64"))
            peer.restart()
            answer()
        else:
            cpu, wall = time.process_time(), time.perf_counter()
            peer.run(asked["steps"])
            answer(seconds=time.perf_counter() - wall, cpu=time.process_time() - cpu)


def answer(**fields):
    print(json.dumps(fields), flush=True)


def fastest(candidates, trial, rounds=3):
    """The candidate whose trial takes least time: the best of a few rounds, all candidates in turn, after one to warm up."""
    best = {candidate: float("inf") for candidate in candidates}
    for candidate in candidates:
        trial(candidate)
    for _ in range(rounds):
        for candidate in candidates:
            began = time.perf_counter()
            trial(candidate)
            best[candidate] = min(best[candidate], time.perf_counter() - began)
    return min(best, key=best.get)


class Noise:
    """Standard normals by step and rows: those given for the first steps, so that both sides walk one path; then drawn."""

    def __init__(self, inputs, shape, seed=1):
        given = inputs["noise"] if "noise" in inputs else np.empty(0)
        self.given = given.reshape((-1,) + tuple(shape))
        # The fastest of NumPy's generators.
        self.generator = np.random.Generator(np.random.SFC64(seed))

    def fill(self, out, step, first):
        """out = the normals of the rows from `first` on in that step."""
        if step < len(self.given):
            out[...] = self.given[step, first : first + len(out)]
        else:
            self.generator.standard_normal(out=out)
