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

/** `python`: as of pythonAt, null where there is none; left out where no peer is timed. */
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
  return [
    `${cpu} (${sets.join(", ")}), ${cores} cores`,
    `Node ${node}`,
    ...(python === undefined ? [] : pythonText(python)),
    `load ${load.toFixed(1)} at the start`,
  ].join("; ");
}

const TITLES = { numpy: "NumPy", scipy: "SciPy", torch: "PyTorch", numba: "numba" };

function pythonText(python) {
  if (python === null) return ["no Python with NumPy"];
  const packages = Object.entries(python.packages).filter(([, version]) => version !== null);
  return [
    `Python ${python.python}`,
    ...packages.map(([name, version]) => `${TITLES[name]} ${version}`),
    python.blas === null ? "BLAS that is not OpenBLAS" : `OpenBLAS with its ${python.blas} kernels`,
  ];
}
