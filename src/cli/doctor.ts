// muflow doctor: what this machine offers, measured where it can be.

import { statfsSync } from "node:fs";
import { availableParallelism, freemem } from "node:os";
import { tanh } from "../base/elementary.ts";
import { fillNormals } from "../base/normal.ts";
import { PACKAGE } from "../base/package.ts";
import { chooseBackend } from "../kernels/backend/backend.ts";
import { nativeEngine } from "../kernels/backend/native.ts";
import { compilerVersion, INSTALL } from "../kernels/backend/native-build.ts";
import { WASM_LEVEL, wasmLack } from "../kernels/backend/wasm.ts";
import { hardware } from "../results/machine.ts";

export async function doctor(): Promise<void> {
  const compiler = compilerVersion();
  // Meanwhile:
  const speed = `tanh ${nanoseconds(tanhs)} ns, normal ${nanoseconds(normals)} ns (one thread)`;
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
    ...backends(),
    ["C compiler", (await compiler) ?? `none; ${INSTALL}`],
    ["speed", speed],
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
    ...(lack === null ? [] : [["warning", lack] satisfies [string, string]]),
  ];
}

const SAMPLE = 4096;
const ROUNDS = 20;

/** Nanoseconds an entry: the best of several batches, after one to warm up. */
function nanoseconds(batch: (buffer: Float64Array) => void): string {
  const buffer = new Float64Array(SAMPLE).map((_, i) => i / SAMPLE);
  let best = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 4; attempt++) {
    const started = performance.now();
    for (let round = 0; round < ROUNDS; round++) batch(buffer);
    best = Math.min(best, performance.now() - started);
  }
  return ((best * 1e6) / (ROUNDS * SAMPLE)).toFixed(1);
}

function tanhs(buffer: Float64Array): void {
  for (let i = 0; i < buffer.length; i++) buffer[i] = tanh(buffer[i] + 1);
}

function normals(buffer: Float64Array): void {
  fillNormals(buffer, 0, buffer.length, 1, 2, 0, 0, 0);
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
