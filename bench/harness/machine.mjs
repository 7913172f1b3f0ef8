// The machine and the programs that a result was measured on, in words.

import { readFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";

/** Instruction sets that kernels and BLAS choose between, the widest first. */
const SETS = ["avx512f", "avx2", "fma", "sse4_2", "sse2", "asimd"];

function instructionSets() {
  try {
    const text = readFileSync("/proc/cpuinfo", "utf8");
    const flags = new Set(/^(?:flags|Features)\s*:(.*)$/m.exec(text)?.[1].trim().split(" "));
    const field = (name) => new RegExp(`^${name}\\s*:\\s*(\\d+)$`, "m").exec(text)?.[1];
    const family = field("cpu family");
    return {
      sets: SETS.filter((name) => flags.has(name)),
      family: family && `family ${family}, model ${field("model")}`,
    };
  } catch {
    return { sets: [] };
  }
}

/** `python`: as of pythonAt, or null. */
export function machineOf(python) {
  const { sets, family } = instructionSets();
  return {
    cpu: [cpus()[0]?.model.trim() ?? "unknown processor", family].filter(Boolean).join(", "),
    cores: availableParallelism(),
    sets,
    node: process.version,
    python,
    load: loadavg()[0],
  };
}

export function machineText({ cpu, cores, sets, node, python, load }) {
  const packages = Object.entries(python?.packages ?? {}).flatMap(([name, version]) =>
    version === null ? [] : [`${TITLES[name]} ${version}`],
  );
  const blas = python?.blas == null ? [] : [`OpenBLAS with its ${python.blas} kernels`];
  const peers =
    python === null ? ["no Python with NumPy"] : [`Python ${python.python}`, ...packages, ...blas];
  return [
    `${cpu} (${sets.join(", ")}), ${cores} cores`,
    `Node ${node}`,
    ...peers,
    `load ${load.toFixed(1)} at the start`,
  ].join("; ");
}

const TITLES = { numpy: "NumPy", scipy: "SciPy", torch: "PyTorch", numba: "numba" };
