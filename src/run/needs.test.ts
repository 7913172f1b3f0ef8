// What an experiment needs: sizes that no machine holds are refused before anything is allocated, by their own key, with what would do; what is foretold
// grows with what is asked for. That it is what a process takes: test/memory.test.ts, validation/memory.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { secondsText } from "../base/words.ts";
import { prepareExperiment } from "../experiment/prepare.ts";
import { loadExperiment } from "../spec/load.ts";
import { costLines } from "./describe.ts";
import { bytesOf, commandSeconds, memoryLimit, memoryOf, roomWarning, secondsOf } from "./needs.ts";

const directory = mkdtempSync(join(tmpdir(), "muflow-needs-"));
afterAll(() => rmSync(directory, { recursive: true }));
const spec = join(directory, "needs.yaml");
writeFileSync(
  spec,
  `
name: needs
problem:
  data: { function: sin, interval: [-3, 3], samples: 24 }
  neuron: { activation: tanh, inputs: 1, output: trained }
  regulariser: { l2: 0.2 }
  temperature: 0.1
dynamics: { kind: langevin }
initial: { kind: gaussian, mean: 0, std: 1 }
time: { until: 1, step: 0.1, record: 2 }
solvers: [{ particles: { width: 100, dual: off } }]
`,
);
const prepared = async (...set: string[]) => prepareExperiment(await loadExperiment(spec, { set }));

const box = "extent: [[-9, 9]]";
const kinetic = "dynamics={kind: kinetic, friction: 1}";
const LINE = "problem.neuron={activation: tanh, inputs: 1, output: fixed, bias: false}";

it.each([
  ["solvers.0.particles.width", "1000000000", "this machine has", "solvers.0.particles.width=1000000000"],
  ["solvers.0.particles.replicas", "1000000000", "heap", "solvers.0.particles.replicas=1000000000"],
  [
    "solvers.0.grid.cells",
    "[100000, 100000, 100000]",
    "this machine has",
    `solvers=[{grid: {cells: 100000, ${box}}}]`,
  ],
  [
    "solvers.0.stationary.cells",
    "[2000, 2000, 2000]",
    "this machine has",
    `solvers=[{stationary: {cells: 2000, ${box}}}]`,
  ],
  [
    "solvers.0.jko.cells",
    "[30000, 30000]",
    "this machine has",
    `solvers=[{jko: {cells: 30000, ${box}, method: entropic}}]`,
    "problem.neuron={activation: tanh, inputs: 1, output: trained, bias: false}",
  ],
  ["problem.data.samples", "1000000000000000", "this machine has", "problem.data.samples=1000000000000000"],
  [
    "problem.data.teacher.samples",
    "1000000000000",
    "this machine has",
    "problem.data={teacher: {neurons: 2, dim: 1, samples: 1000000000000}}",
  ],
  [
    "data.teacher.neurons",
    "100000000",
    "up to 90895 ",
    "problem.data={teacher: {neurons: 100000000, dim: 1, samples: 10000}}",
  ],
  ["time.record", "1000000000", "heap", "time={until: 100000000, step: 0.1, record: 1000000000}"],
])("%s: %s is refused", async (key, found, what, ...set) => {
  const message = await prepared(...set).then(
    () => "nothing",
    (error: Error) => error.message,
  );
  expect(message).toContain(key);
  expect(message).toContain(`found ${found}`);
  expect(message).toContain(what);
  expect(message).toMatch(/allowed(:| up to)/);
  expect(message.split("\n")).toHaveLength(1);
});

it.each([
  ["a width", (n: string) => [`solvers.0.particles.width=${n}`], "1000000000"],
  [
    "cells, which scheme spectral wants even",
    (n: string) => [kinetic, `solvers=[{grid: {cells: ${n}, ${box}}}]`, LINE],
    "1000002",
  ],
  [
    "records, which divide the steps",
    (n: string) => [`time={until: 77777777, step: 0.1, record: ${n}}`],
    "111111110",
  ],
])("a size that is allowed is one: %s", async (_, set, found) => {
  const message = await prepared(...set(found)).catch((error: Error) => error.message);
  const [, most] = /allowed(?: up to|:) (\d+|\[.*?\])/.exec(message as string) ?? [];
  expect(most, String(message)).toBeDefined();
  await expect(prepared(...set(most!))).resolves.toBeDefined();
});

it("memory that is tight is said, and by how much; where there is room nothing is", async () => {
  const { built } = await prepared("solvers.0.particles={width: 100000, replicas: 4}");
  const bytes = memoryOf(built, 4);
  expect(roomWarning(built, 4, bytes / 0.74)).toBeNull();
  expect(roomWarning(built, 4, bytes / 0.8)).toMatch(
    /^memory: up to .*, 80 % of the .* fewer --threads, smaller widths/,
  );
  expect(roomWarning(built, 1, memoryOf(built, 1) / 0.8)).toMatch(/: smaller widths, fewer snapshots$/);
  expect(roomWarning(built, 4, bytes / 1.5)).toContain(", more than the ");
});

it.each([
  ["none that is its own", 0, totalmem()],
  ["none, as 2⁶⁴ says", 2 ** 64, totalmem()],
  ["that of its container", 2 ** 28, 2 ** 28],
])("the limit of memory is the machine's, or less: %s", (_what, constrained, limit) => {
  const asked = vi.spyOn(process, "constrainedMemory").mockReturnValue(constrained);
  expect(memoryLimit()).toBe(limit);
  asked.mockRestore();
});

it("grows with neurons, cells, data, records, snapshots and threads", async () => {
  const needs = async (threads: number, ...set: string[]) =>
    memoryOf((await prepared(...set)).built, threads);
  const least = await needs(1);
  for (const more of [
    "solvers.0.particles.width=100000",
    "problem.data.samples=100000",
    "time={until: 1000, step: 0.1, record: 10000}",
    `solvers=[{grid: {cells: 30, ${box}}}]`,
    `solvers=[{stationary: {cells: 60, ${box}}}]`,
  ]) {
    expect(await needs(1, more)).toBeGreaterThan(least + 5e6);
  }
  const runs = "solvers.0.particles={width: 50000, replicas: 4}";
  // A thread, and the run on it; a thread without one costs nothing.
  const one = bytesOf((await prepared(runs)).built.runs[0]!);
  expect(await needs(2, runs)).toBeGreaterThan((await needs(1, runs)) + 1.9e7 + one / 2);
  expect(await needs(8, runs)).toBe(await needs(4, runs));
  const [few, many] = ["[0]", "[0, 0.2, 0.4, 0.6, 0.8, 1]"].map(
    (times) => `time={until: 1, step: 0.1, record: 2, snapshots: ${times}}`,
  );
  const wide = "solvers.0.particles.width=1000000";
  expect(await needs(1, wide, many!)).toBeGreaterThan((await needs(1, wide, few!)) + 4 * 8 * 3e6);
  const [plain, fourth, refined] = ["", ", order: 4", ", order: 4, refine: true"].map((own) =>
    needs(1, kinetic, LINE, `solvers=[{grid: {cells: [256, 256], ${box}${own}}}]`),
  );
  expect(await fourth!).toBeGreaterThan((await plain!) + 2e6);
  expect(await refined!).toBeGreaterThan((await fourth!) + 1e7);
});

it("seconds are those of all steps and neurons, in words people use", async () => {
  const seconds = async (...set: string[]) => secondsOf((await prepared(...set)).built.runs);
  const [once, wide, long] = [
    await seconds(),
    await seconds("solvers.0.particles.width=1000"),
    await seconds("time={until: 10, step: 0.1, record: 2}"),
  ];
  expect(wide / once).toBeCloseTo(10, 9);
  expect(long / once).toBeCloseTo(10, 9);
  expect([0.2, 7.34, 800, 9000].map(secondsText)).toEqual([
    "below a second",
    "about 7.3 s",
    "about 13 min",
    "about 2.5 h",
  ]);
});

it("seconds of networks that meet in pairs grow with the pairs", async () => {
  const seconds = async (width: number) =>
    secondsOf(
      (
        await prepared(
          "problem.interaction={kind: gaussian, strength: 1, scale: 1}",
          `solvers.0.particles.width=${width}`,
        )
      ).built.runs,
    );
  expect((await seconds(100_000)) / (await seconds(10_000))).toBeGreaterThan(90);
});

it("bytes of densities grow with the values of ψ at their cells of θ, and with no more", async () => {
  const grown = async (solver: string, ...set: string[]) => {
    const of = async (samples: number) => {
      const { built } = await prepared(
        `problem.data.samples=${samples}`,
        LINE,
        `solvers=[${solver}]`,
        ...set,
      );
      return bytesOf(built.runs[0]!);
    };
    return ((await of(5000)) - (await of(2000))) / 3000;
  };
  // Two numbers of eight bytes at the most: the matrix of as many data is not stored any longer.
  for (const solver of ["grid", "stationary"]) {
    const each = await grown(`{${solver}: {cells: 300, ${box}}}`);
    expect(each).toBeGreaterThanOrEqual(8 * 300);
    expect(each).toBeLessThanOrEqual(16 * 300);
  }
  // Its gradient too, of one coordinate; none of it at every ω.
  const phase = await grown(`{grid: {cells: [256, 128], ${box}}}`, kinetic);
  expect(phase).toBeGreaterThanOrEqual(2 * 8 * 256);
  expect(phase).toBeLessThanOrEqual(2 * 16 * 256);
});

it("seconds of densities are those of their cells, of the combination of order 4, and of what is repeated", async () => {
  const seconds = async (...set: string[]) => secondsOf((await prepared(...set)).built.runs);
  const phase = (own: string) =>
    seconds(kinetic, LINE, `solvers=[{grid: {cells: [256, 128], ${box}${own}}}]`);
  const plain = await phase("");
  expect((await phase(", order: 4")) / plain).toBeCloseTo(3, 9);
  // Once more on cells half as wide again in both directions, and once more in twice the steps.
  expect((await phase(", refine: true")) / plain).toBeCloseTo(1 + 1.5 ** 2 + 2, 9);
  for (const solver of ["grid", "stationary"]) {
    const of = (cells: string) => seconds(`solvers=[{${solver}: {cells: ${cells}, ${box}}}]`, LINE);
    expect((await of("400")) / (await of("100"))).toBeCloseTo(4, 9);
  }
  const jko = (cells: number, method: string) =>
    seconds(`solvers=[{jko: {cells: ${cells}, ${box}, method: ${method}}}]`, LINE);
  expect((await jko(400, "quantile")) / (await jko(100, "quantile"))).toBeCloseTo(4, 9);
  // Every cell is visited for each of the data, and each coordinate.
  const visited = (samples: number) =>
    seconds(`problem.data.samples=${samples}`, LINE, `solvers=[{grid: {cells: 100, ${box}}}]`);
  expect((await visited(199)) / (await visited(24))).toBeCloseTo(200 / 25, 9);
  // Every cell meets those along its line.
  expect((await jko(400, "entropic")) / (await jko(100, "entropic"))).toBeCloseTo(16, 9);
});

it("the time of a command is that of its runs and of what it takes to start, write and draw", async () => {
  const few = (await prepared("solvers.0.particles.width=10000")).built.runs;
  const all = [...few, ...few];
  expect(commandSeconds(all) - commandSeconds(few)).toBeCloseTo(secondsOf(few), 12);
  // Half a second of CPU, measured, where runs take none.
  expect(commandSeconds([])).toBeGreaterThan(0.5);
  expect(commandSeconds([])).toBeLessThan(1.5);
});

it("is told of more runs than a call has arguments", async () => {
  const { built } = await prepared(
    "solvers.0.particles.replicas=150000",
    "time={until: 1, step: 0.5, record: 1}",
  );
  expect(built.runs.length).toBeGreaterThan(130_000);
  expect(costLines(built, 2).at(-1)).toMatch(/^memory: at most [\d.]+ GiB on 2 threads$/);
});

it("of networks counts their lower bounds, by the axes of the integral; none without noise", async () => {
  const of = async (...set: string[]) =>
    memoryOf(
      (await prepared("solvers.0.particles.width=2000", "time={until: 20, step: 0.1, record: 40}", ...set))
        .built,
      1,
    );
  const more = async (...set: string[]) =>
    ((await of("solvers.0.particles.dual=auto", ...set)) -
      (await of("solvers.0.particles.dual=off", ...set))) /
    2 ** 20;
  expect(await more(LINE)).toBe(10);
  expect(await more("problem.neuron={activation: tanh, inputs: 1}")).toBe(32);
  expect(await more("problem.temperature=0", "dynamics.kind=gradient-flow")).toBe(0);
});
