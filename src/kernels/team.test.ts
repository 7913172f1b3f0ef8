// The same bits for any number of threads: slices run one after another here, and on real threads.

import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { uniforms } from "../particles/testing.ts";
import { fromArrays } from "../problem/data.ts";
import { customNeuron, neuron } from "../problem/neuron.ts";
import { problem } from "../problem/problem.ts";
import { psiSums } from "./kernel.ts";
import { slice, stateLength } from "./layout.ts";
import { Pass } from "./pass.ts";
import { Reduction, reductionLength } from "./reduction.ts";
import { SOLO, TEAM_CONTROL_LENGTH } from "./team.ts";

const perceptron = neuron({ activation: "tanh", inputs: 3 });
const custom = customNeuron({
  dimension: 2,
  inputs: 3,
  value: (theta, x) => theta[0] * Math.sin(theta[1] * x[0] + x[1] * x[2]),
  gradient(theta, x, out) {
    const z = theta[1] * x[0] + x[1] * x[2];
    out[0] = Math.sin(z);
    out[1] = theta[0] * x[0] * Math.cos(z);
  },
});

describe("observe and drift", () => {
  it.each([
    ["a perceptron", perceptron],
    ["a user's neuron", custom],
  ])("of %s have the same bits for teams of 1, 2, 3, 5, 8", (_, cell) => {
    const size = 13;
    const random = uniforms(11);
    const x = Array.from({ length: size }, () => [random(), random() - 1, 2 * random()]);
    const data = fromArrays(
      x,
      x.map(() => random()),
    );
    const made = problem({ data, neuron: cell });
    const p = cell.dimension;
    for (const width of [1, 7, 9, 40, 100, 523, 1200]) {
      const whole = slice(width);
      const state = Float64Array.from({ length: stateLength(whole.totalTiles, p) }, () => 3 * random() - 1.5);
      const g = Float64Array.from({ length: size }, () => random() - 0.5);
      const run = (team: number) => {
        const memory = new Float64Array(reductionLength(whole.chunkCount, size)).fill(Number.NaN);
        const members = Array.from({ length: team }, (_unused, rank) => {
          const part = slice(width, rank, team);
          const from = stateLength(part.firstTile, p);
          const pass = new Pass(part);
          return {
            pass,
            own: state.subarray(from, from + stateLength(part.tiles, p)),
            sums: psiSums(made, pass, 1e9)!,
            reduction: new Reduction(part, SOLO, size, memory),
            outputs: new Float64Array(size),
          };
        });
        // Twice: each of the two buffers. A barrier stands between the loops.
        for (let turn = 0; turn < 2; turn++) {
          for (const { own, pass, sums, reduction } of members) {
            reduction.open(size);
            sums.observe(own, p, reduction);
            pass.settle();
          }
          for (const { reduction, outputs } of members) reduction.close(outputs, 1 / width);
        }
        const gradient = new Float64Array(state.length);
        let at = 0;
        for (const { own, pass, sums } of members) {
          const part = gradient.subarray(at, at + own.length);
          sums.drift(own, p, g, part);
          pass.settle();
          at += own.length;
        }
        return { outputs: members.map(({ outputs }) => outputs), gradient };
      };
      const alone = run(1);
      expect(alone.gradient.every(Number.isFinite)).toBe(true);
      for (const team of [2, 3, 5, 8]) {
        const found = run(team);
        for (const outputs of found.outputs) expect(outputs).toEqual(alone.outputs[0]);
        expect(found.gradient).toEqual(alone.gradient);
      }
    }
  });
});

/** The modules under test import types and interrupt.ts alone, so a thread can load each from its own text. */
function moduleUrl(file: string): string {
  const source = readFileSync(new URL(file, import.meta.url), "utf8");
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  const whole = outputText.replace(
    /"(\.\.\/base\/interrupt|\.\/layout)\.ts"/,
    (_, name) => `"${moduleUrl(`${name}.ts`)}"`,
  );
  return `data:text/javascript,${encodeURIComponent(whole)}`;
}

const PROGRAM = `
  const { workerData, parentPort } = require("node:worker_threads");
  (async () => {
    const { ThreadTeam } = await import(workerData.team);
    const { Reduction } = await import(workerData.reduction);
    const { slice } = await import(workerData.layout);
    const { interruptible, stopRequested } = await import(workerData.interrupt);
    const { control, memory, rank, size, width, rounds, failing, stop } = workerData;
    const team = new ThreadTeam(control, rank, size);
    const part = slice(width, rank, size);
    const reduction = new Reduction(part, team, 2, memory);
    const found = new Float64Array(2 * rounds);
    const agreed = [];
    const out = new Float64Array(2);
    const work = () => {
      for (let round = 0; round < rounds; round++) {
        if (rank === failing && round === 5) throw new Error("mine");
        reduction.open(2);
        for (const { index, from, to } of part.chunks) {
          const lanes = reduction.lanes();
          for (let tile = from; tile < to; tile++) {
            const j = part.firstTile + tile;
            if (stop.tile === j && stop.round === round) Atomics.store(stop.flag, 0, 1);
            if (stopRequested()) {
              lanes[0] = NaN;
              break;
            }
            lanes[j % 8] += Math.sin(j * (round + 1) + out[0]);
            lanes[8 + (j % 8)] += 1 / (1 + j + round);
          }
          reduction.fold(index);
        }
        reduction.close(out, 0.37);
        found.set(out, 2 * round);
        agreed.push(team.agree(round % size === rank ? 1 << (round % 7) : 0));
      }
    };
    try {
      interruptible(() => Atomics.load(stop.flag, 0) !== 0, work);
      parentPort.postMessage({ found, agreed });
    } catch (error) {
      if (error.name !== "TeamAborted" && error.name !== "Interrupted") team.abort();
      parentPort.postMessage({ found, agreed, error: error.name + ": " + error.message });
    }
  })();
`;

interface Answer {
  found: Float64Array;
  agreed: number[];
  error?: string;
}

/** The member `failing` throws in round 5; the one that holds tile `at.tile` asks all to stop when it sums that in `at.round`. */
async function onThreads(
  size: number,
  rounds: number,
  failing = -1,
  at = { tile: -1, round: -1 },
): Promise<Answer[]> {
  const width = 1000;
  const shared = (bytes: number) => new SharedArrayBuffer(bytes);
  const control = new Int32Array(shared(4 * TEAM_CONTROL_LENGTH));
  const memory = new Float64Array(shared(8 * reductionLength(slice(width).chunkCount, 2)));
  const urls = {
    team: moduleUrl("./team.ts"),
    reduction: moduleUrl("./reduction.ts"),
    layout: moduleUrl("./layout.ts"),
    interrupt: moduleUrl("../base/interrupt.ts"),
  };
  const stop = { ...at, flag: new Int32Array(shared(4)) };
  return Promise.all(
    Array.from({ length: size }, (_, rank) => {
      const workerData = { ...urls, control, memory, rank, size, width, rounds, failing, stop };
      return new Promise<Answer>((resolve, reject) => {
        const worker = new Worker(PROGRAM, { eval: true, workerData, execArgv: [] });
        worker.once("message", resolve);
        worker.once("error", reject);
      });
    }),
  );
}

describe("a team of threads", () => {
  it("sums to the same bits on 1, 2, 3, 5 threads, and agrees on every member's bits", async () => {
    const rounds = 300;
    const [alone] = await onThreads(1, rounds);
    expect(alone.found).toHaveLength(2 * rounds);
    for (const size of [2, 3, 5]) {
      for (const { found, agreed } of await onThreads(size, rounds)) {
        expect(found).toEqual(alone.found);
        expect(agreed).toEqual(Array.from({ length: rounds }, (_, round) => 1 << (round % 7)));
      }
    }
  });

  it("ends with TeamAborted on the others when one member fails", async () => {
    const answers = await onThreads(3, 300, 1);
    expect(answers[1].error).toBe("Error: mine");
    expect(answers[0].error).toMatch(/^TeamAborted/);
    expect(answers[2].error).toMatch(/^TeamAborted/);
  });

  it("asked to stop in the midst of a sum, leaves it together, and takes no number of it along", async () => {
    const [alone] = await onThreads(1, 40);
    for (const tile of [0, 30, 77, 124]) {
      for (const answers of [
        await onThreads(1, 40, -1, { tile, round: 20 }),
        await onThreads(3, 40, -1, { tile, round: 20 }),
      ]) {
        for (const { found, agreed, error } of answers) {
          expect(error).toMatch(/^Interrupted/);
          expect(agreed).toHaveLength(20);
          expect(found.subarray(0, 40)).toEqual(alone.found.subarray(0, 40));
          expect(found.subarray(40)).toEqual(new Float64Array(40));
        }
      }
    }
  });
});
