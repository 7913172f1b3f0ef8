# What a Python has for the peers, as JSON: versions of its packages (null: absent), and the kernel that OpenBLAS chose for this processor.
import ctypes
import importlib
import json
import platform


def version(name):
    try:
        return importlib.import_module(name).__version__
    except ImportError:
        return None


def openblas_core():
    with open("/proc/self/maps") as maps:
        paths = {line.split()[-1] for line in maps if "openblas" in line}
    for path in paths:
        ask = ctypes.CDLL(path).openblas_get_corename
        ask.restype = ctypes.c_char_p
        return ask().decode()
    return None


packages = {name: version(name) for name in ("numpy", "scipy", "torch", "numba")}
print(json.dumps({"python": platform.python_version(), "packages": packages, "blas": openblas_core()}))
