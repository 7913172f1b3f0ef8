// The library on several threads: the same bits as on one, used where they are worth it, with the errors of one.

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { put, ROOT, run, temporaryDirectory } from "./support.ts";

const directory = temporaryDirectory();
const library = JSON.stringify(pathToFileURL(join(ROOT, "dist", "index.js")).href);

/** What a program of a user prints, a line each, `evolved` at hand; and how many threads the process has had at most. */
async function printed(body: string): Promise<string[]> {
  const program = `
    import { readdirSync } from "node:fs";
    import { createHash } from "node:crypto";
    import { setTimeout } from "node:timers/promises";
    import { setFlagsFromString } from "node:v8";
    import { runInNewContext } from "node:vm";
    import { annealedLangevin, birthDeath, customNeuron, data, evolve, gaussian, gradientFlow, grid, kinetic, langevin, neuron,
      particles, problem, reflectedLangevin, twoTimescale, useBackend } from ${library};
    const threads = () => (process.platform === "linux" ? readdirSync("/proc/self/task").length : NaN);
    const x = Array.from({ length: 100 }, (_, i) => [Math.sin(i), Math.cos(3 * i)]);
    const set = data.fromArrays(x, x.map(([u, v]) => Math.sin(u) + v));
    const cell = neuron({ activation: "tanh", inputs: 2 });
    const course = (more) => ({ initial: gaussian({ mean: 0, std: 1 }), until: 6, step: 0.05, record: 4, snapshots: [0, 3], ...more });
    const wide = particles({ width: 10007, seed: 3 });
    const evolved = (task, dynamics, more = {}) => evolve(problem({ data: set, neuron: cell, ...task }), dynamics, wide, course(more));
    const hash = (found) => createHash("sha256").update(JSON.stringify(found, (_, value) => (ArrayBuffer.isView(value) ? [...value] : value))).digest("hex");
    ${body}`;
  put(directory, "program.mjs", program);
  const { code, stdout, stderr } = await run(process.execPath, ["program.mjs"], directory);
  expect([code, stderr]).toEqual([0, ""]);
  return stdout.trim().split("\n");
}

describe("a wide network", () => {
  it("has the same bits on 1, 2 and 3 threads, and is computed on them", async () => {
    const [one, ...others] = await printed(`
      const motion = () => evolved({ temperature: 0.01, loss: { huber: { delta: 0.7 } } }, langevin());
      for (const count of [1, 2, 3]) {
        useBackend("auto", { threads: count });
        const before = threads();
        const found = hash(await motion());
        console.log(found, count === 1 || !(threads() <= before));
      }`);
    expect(one).toMatch(/^\w{64} true$/);
    expect(others).toEqual([one, one]);
  });

  it("moves by any dynamics as on one", async () => {
    const lines = await printed(`
      const motions = {
        gradientFlow: [{ regulariser: { l2: { a: 0.1 } } }, gradientFlow({ mobility: { a: 2 } })],
        annealedLangevin: [{}, annealedLangevin({ constant: 0.1 })],
        reflectedLangevin: [{ temperature: 0.1 }, reflectedLangevin({ low: -2, high: 2 })],
        birthDeath: [{}, birthDeath({ rate: 0.3 })],
        twoTimescale: [{}, twoTimescale({ epsilon: 0.1 })],
        kinetic: [{ temperature: 0.1, potential: { kind: "double-well", strength: 0.1 } }, kinetic({ friction: 1 })],
      };
      for (const [name, [task, dynamics]] of Object.entries(motions)) {
        const found = [];
        for (const count of [1, 2]) {
          useBackend("auto", { threads: count });
          found.push(hash(await evolved(task, dynamics, { step: 0.1 })));
        }
        console.log(name, found[0] === found[1]);
      }`);
    expect(lines).toHaveLength(6);
    for (const line of lines) expect(line).toMatch(/ true$/);
  });

  it("asked for several times at once is computed one after another", async () => {
    const lines = await printed(`
      const motion = () => evolved({}, gradientFlow());
      useBackend("auto", { threads: 2 });
      const all = await Promise.all([motion(), motion(), motion()]);
      console.log(new Set(all.map(hash)).size);`);
    expect(lines).toEqual(["1"]);
  });

  it("asked for while another is on threads waits for it, though it is to have more of them", async () => {
    const lines = await printed(`
      const motion = () => evolved({}, gradientFlow(), { until: 30 });
      useBackend("auto", { threads: 2 });
      const first = motion();
      await setTimeout(100);
      useBackend("auto", { threads: 3 });
      const all = await Promise.all([first, motion()]);
      console.log(new Set(all.map(hash)).size);`);
    expect(lines).toEqual(["1"]);
  });

  it("is of the options that its problem and its dynamics were made of, whatever becomes of these", async () => {
    const [one, two] = await printed(`
      for (const count of [1, 2]) {
        useBackend("auto", { threads: count });
        const [task, mobility] = [{ regulariser: { l2: { a: 0.1 } } }, { a: 2 }];
        const [made, dynamics] = [problem({ data: set, neuron: cell, ...task }), gradientFlow({ mobility })];
        task.regulariser.l2.a = 5;
        mobility.a = 1;
        console.log(hash(await evolve(made, dynamics, wide, course({}))));
      }`);
    expect(two).toBe(one);
  });

  it("beside others that are narrow, asked for at once, shares its threads with them", async () => {
    const lines = await printed(`
      const narrow = (replica) => evolve(problem({ data: set, neuron: cell, temperature: 0.1 }), langevin(),
        particles({ width: 20, seed: 1, replica }), course({ until: 60 }));
      const all = () => Promise.all([...Array.from({ length: 12 }, (_, replica) => narrow(replica)), evolved({}, gradientFlow())]);
      for (const count of [1, 2, 3]) {
        useBackend("auto", { threads: count });
        const before = threads();
        const found = hash(await all());
        console.log(found, count, threads() - before > count + 1);
      }
      const failures = await Promise.allSettled([0, 1, 2].map((replica) => evolve(problem({ data: set, neuron: cell, regulariser: { l2: 50 } }),
        gradientFlow(), particles({ width: 100, replica }), course({ until: 500, step: 0.5 }))));
      console.log(failures.map(({ reason }) => reason.kind + " " + /replica ./.exec(reason.message)[0]).join());`);
    const [one] = lines[0].split(" ");
    // No more than asked for, and what a pool needs.
    expect(lines.slice(0, 3)).toEqual([1, 2, 3].map((count) => `${one} ${count} false`));
    expect(lines[3]).toBe("numerics replica 0,numerics replica 1,numerics replica 2");
  });

  it("with functions of a user's own is computed on one thread", async () => {
    const lines = await printed(`
      const own = customNeuron({
        dimension: 2,
        inputs: 2,
        value: (theta, x) => theta[0] * x[0] + theta[1] * x[1],
        gradient(theta, x, out) {
          out[0] = x[0];
          out[1] = x[1];
        },
      });
      useBackend("auto", { threads: 2 });
      const { rows } = await evolved({ neuron: own }, gradientFlow());
      console.log(rows.length);
      // Functions that are no properties of their own, but of a class.
      class Well {
        value(theta) {
          return 0.1 * theta[0] * theta[0];
        }
        gradient(theta, out) {
          out.fill(0);
          out[0] = 0.2 * theta[0];
        }
      }
      const { rows: others } = await evolved({ potential: new Well() }, gradientFlow());
      console.log(others.length);`);
    expect(lines).toEqual(["5", "5"]);
  });

  it("that breaks says the same", async () => {
    const [one, two] = await printed(`
      for (const count of [1, 2]) {
        useBackend("auto", { threads: count });
        await evolved({ regulariser: { l2: 50 } }, gradientFlow()).catch(({ name, kind, message }) => console.log(name, kind, message));
      }`);
    expect(one).toMatch(/^MuflowError numerics N = 10007, replica 0: blow-up: .*; try step 0\.01\./);
    expect(two).toBe(one);
  });
});

describe("a density of phase space", () => {
  it.each([
    ["spectral", "[256, 200]", "[[-5, 5], [-3, 3]]"],
    ["positive", "[201, 256]", "[[-5, 5], [-3, 3]]"],
    ["positive", "[24, 20, 24, 22]", "[[-4, 4], [-4, 4], [-3, 3], [-3, 3]]"],
  ])("moves by scheme %s on %s cells with the same bits by every backend and on 1, 2 and 3 threads", async (scheme, cells, extent) => {
    const lines = await printed(`
      setFlagsFromString("--expose-gc");
      const cells = ${cells};
      const single = cells.length === 2;
      const line = neuron({ activation: "tanh", inputs: 1, bias: false, ...(single && { output: "fixed" }) });
      const task = problem({ data: data.fromFunction({ function: "sin", interval: [-2, 2], samples: 24 }), neuron: line, regulariser: { l2: 0.5 }, temperature: 0.2 });
      const solver = grid({ cells, extent: ${extent}, scheme: "${scheme}", leak: 1e-3 });
      const initial = gaussian({ mean: 0.2, std: 0.7, momentum: { mean: 0, std: 0.5 } });
      for (const backend of ["js", "wasm", "auto"]) {
        for (const count of backend === "js" ? [1] : [1, 2, 3]) {
          useBackend(backend, { threads: count });
          const before = threads();
          // The second of them after what nobody holds is gone.
          for (const collect of [() => {}, runInNewContext("gc")]) {
            for (let k = 0; k < 2; k++) {
              collect();
              await setTimeout(5);
            }
            const found = await evolve(task, kinetic({ friction: 1 }), solver, { initial, until: 0.4, step: 0.1, record: 2, snapshots: [0.4] });
            console.log(hash(found), count < 3 || !(threads() <= before));
          }
        }
      }`);
    expect(lines).toHaveLength(14);
    expect(lines[0]).toMatch(/^\w{64} true$/);
    expect(new Set(lines).size).toBe(1);
  });
});

it("fewer threads than one are refused", async () => {
  const lines = await printed(`
    for (const count of [0, -1, 1.5, "2"]) {
      try {
        useBackend("auto", { threads: count });
      } catch (error) {
        console.log(error.kind, error.message);
      }
    }`);
  expect(lines).toEqual([
    "input backend.threads: found 0; allowed: an integer ≥ 1",
    "input backend.threads: found -1; allowed: an integer ≥ 1",
    "input backend.threads: found 1.5; allowed: an integer ≥ 1",
    'input backend.threads: found "2"; allowed: an integer ≥ 1',
  ]);
});
