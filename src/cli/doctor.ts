// muflow doctor: what this machine offers, measured where it can be.

import { statfsSync } from "node:fs";
import { availableParallelism, freemem } from "node:os";
import { PACKAGE } from "../base/package.ts";
import { backend, chooseBackend } from "../kernels/backend/backend.ts";
import { nativeEngine } from "../kernels/backend/native.ts";
import { compilerVersion, INSTALL } from "../kernels/backend/native-build.ts";
import { WASM_LEVEL, wasmLack } from "../kernels/backend/wasm.ts";
import { nodeGpu } from "../kernels/gpu/node.ts";
import { TILE } from "../kernels/layout.ts";
import { normalRows } from "../kernels/normals.ts";
import { ridgeKernel } from "../kernels/ridge-sums.ts";
import { activation } from "../problem/activation.ts";
import { fromArrays } from "../problem/data.ts";
import { hardware } from "../results/machine.ts";

export async function doctor(): Promise<void> {
  const compiler = compilerVersion();
  // Meanwhile:
  const found = backends();
  const pace = speed();
  const { node, cpu, cores, memory, platform } = hardware();
  const disk = statfsSync(".");
  const lines: [string, string][] = [
    ["muflow", PACKAGE.version],
    ["node", `${node} (needs ${PACKAGE.engines.node})`],
    ["processor", `${cpu}, ${cores} cores`],
    ["memory", `${memory}, ${gibibytes(freemem())} free`],
    ["platform", `${platform}`],
    ["disk here", `${gibibytes(disk.bavail * disk.bsize)} free`],
    [
      "shared memory",
      typeof SharedArrayBuffer === "function" ? "yes: a wide network can use several threads" : "no",
    ],
    ...found,
    ["C compiler", (await compiler) ?? `none; ${INSTALL}`],
    ["speed", pace],
  ];
  for (const [name, value] of lines) process.stdout.write(`${name.padEnd(14)} ${value}\n`);
}

/** Those that are there, which of them auto takes, and what there is to say of each. */
function backends(): [string, string][] {
  const native = nativeEngine();
  const lack = wasmLack(availableParallelism());
  const there = [
    ...("engine" in native ? [`native (${native.engine.level})`] : []),
    ...(lack === null ? [`wasm (${WASM_LEVEL})`] : []),
    "js",
  ];
  return [
    ["backends", `${there.join(", ")}; auto is ${chooseBackend("auto", availableParallelism()).backend}`],
    ["native build", "engine" in native ? native.path : native.lack],
    ["gpu", gpuText()],
    ...(lack === null ? [] : [["warning", lack] satisfies [string, string]]),
  ];
}

/** The device and what it goes by, or what lacks. */
function gpuText(): string {
  const found = nodeGpu();
  if ("lack" in found) return `not there: ${found.lack}`;
  const { adapter, mode, library, software } = found.gpu.facts;
  return `${adapter}${software ? ", on the processor" : ""} (${mode}, ${library}); for --backend gpu`;
}

/** Nanoseconds a unit: the best of several batches, after one to warm up. */
function nanoseconds(units: number, batch: () => void): string {
  let best = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 5; attempt++) {
    const started = performance.now();
    batch();
    best = Math.min(best, performance.now() - started);
  }
  return ((best * 1e6) / units).toFixed(1);
}

/** What the backend at hand takes, in one thread, for what a step consists of. */
function speed(): string {
  const [tiles, samples] = [16, 512];
  const points = Array.from({ length: samples }, (_, i) => i / samples);
  const shape = { activation: activation("tanh"), data: fromArrays(points, points), tiles, strip: tiles };
  const kernel = ridgeKernel({ ...shape, keeps: true });
  for (const rows of [kernel.weights, kernel.inner])
    for (let i = 0; i < rows.length; i++) rows[i] = i / rows.length;
  kernel.residual.fill(1);
  kernel.begin();
  const products = nanoseconds(tiles * TILE * samples, () => {
    kernel.forward(0, tiles);
    kernel.backward(0, tiles);
  });
  kernel.release();
  const [rows, strips] = [8, 4];
  const draw = normalRows(1, 2);
  const normals = nanoseconds(strips * tiles * TILE * rows, () => {
    for (let strip = 0; strip < strips; strip++) draw(strip * tiles, (strip + 1) * tiles, rows, 0, 0);
  });
  return `${products} ns a neuron and datum of tanh(wx + b), ${normals} ns a normal (${backend().backend}, one thread)`;
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
