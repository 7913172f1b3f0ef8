# Standard normals in NumPy by that bit generator, into a buffer that stays in cache; one thread. A step is `normals` of them.
import numpy as np
from serve import serve

BUFFER = 8192


class Normals:
    def __init__(self, options, inputs, threads):
        self.generator = np.random.Generator(getattr(np.random, options["generator"])(1))
        self.count = options["normals"]
        self.buffer = np.empty(BUFFER)

    def restart(self):
        pass

    def run(self, steps):
        for _ in range(-(-steps * self.count // BUFFER)):
            self.generator.standard_normal(out=self.buffer)

    def results(self):
        return {"normals": self.generator.standard_normal(2**18)}


if __name__ == "__main__":
    serve(Normals)
