// Experiments with functions of their own, as a user runs them: outside the clone, with nothing installed there. The examples are
// those of docs/own-functions.md.

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fingerprint, put, ROOT, resident, studyResults, temporaryDirectory } from "./support.ts";

const directory = temporaryDirectory();
const muflow = resident();
const page = readFileSync(join(ROOT, "docs", "own-functions.md"), "utf8");
const examples = new Map(
  [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => {
    const name = /name: "([a-z]+)",\n {2}problem/.exec(code!)![1]!;
    return [name, { code: code!, path: put(directory, `${name}.ts`, code!) }] as const;
  }),
);

async function run(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await muflow(args, directory);
  expect(stderr.replace(/^muflow: (\d+ %|N = |networks have no dual|.*dual of).*\n/gm, "")).not.toContain(
    "Error",
  );
  expect(code).toBe(0);
  return stdout;
}

describe("the examples of the page", () => {
  it("are there, one of each kind", () => {
    expect([...examples.keys()]).toEqual(["bumps", "rings", "flock"]);
  });

  it("bumps: run on any number of threads, cited, reported anew when the file is gone", async () => {
    const { path } = examples.get("bumps")!;
    await run(["run", "bumps.ts", "--out", "one", "--threads", "1"]);
    await run(["run", "bumps.ts", "--out", "two", "--threads", "2"]);
    const before = fingerprint(join(directory, "one"));
    expect(fingerprint(join(directory, "two"))).toEqual(before);
    expect(await run(["cite", "bumps.ts"])).toContain("@software{muflow");
    expect(await run(["check", "bumps.ts"])).toContain(
      "neuron: ψ(θ; x) given by the user, θ = (c, m), p = 2",
    );
    rmSync(path);
    await run(["report", "one"]);
    expect(fingerprint(join(directory, "one"))).toEqual(before);
    writeFileSync(path, examples.get("bumps")!.code);
    expect(await run(["run", "bumps.ts", "--out", "one"])).toContain("results: one");
  });

  it("flock: particles beside a grid", async () => {
    const text = await run(["run", "flock.ts", "--out", "flock"]);
    expect(text).toContain("grid");
    const check = await run(["check", "flock.ts"]);
    expect(check).toContain("W(z) = log(1 + z²)/2");
    expect(check).toContain("τ = e^(−t)/2 + 0.05, from 0.55 to 0.1177");
  });

  it("rings: a study whose shards, merged elsewhere without the file, are the same bits", async () => {
    await run(["study", "rings.ts", "--out", "whole"]);
    for (const shard of ["1/2", "2/2"]) {
      await run(["study", "rings.ts", "--shard", shard, "--out", `part-${shard[0]}`]);
    }
    rmSync(examples.get("rings")!.path);
    await run(["merge", "part-1", "part-2", "--out", "merged"]);
    expect(studyResults(join(directory, "merged"))).toEqual(studyResults(join(directory, "whole")));
  });
});

it("a changed helper is another experiment; a wrong gradient writes nothing", async () => {
  put(directory, "helper.ts", "export const half = 0.5;");
  const spec = (factor: string) => `import { half } from "./helper";
    export default { name: "helped", problem: { potential: { value: ([u]: Float64Array) => half * u! * u!,
      gradient: ([u]: Float64Array, out: Float64Array) => { out[0] = ${factor} * half * u!; } } },
      dynamics: { kind: "gradient-flow" }, initial: { kind: "gaussian", mean: [1], std: 1 },
      time: { until: 0.1, step: 0.1 }, solvers: [{ particles: { width: 4 } }] };`;
  put(directory, "helped.ts", spec("2"));
  await run(["run", "helped.ts", "--out", "helped"]);
  put(directory, "helper.ts", "export const half = 0.25;");
  const changed = await muflow(["run", "helped.ts", "--out", "helped"], directory);
  expect(changed.code).toBe(2);
  expect(changed.stderr).toContain(
    "helped: holds another experiment: the source of the experiment's module changed",
  );
  put(directory, "helped.ts", spec("3"));
  const wrong = await muflow(["run", "helped.ts", "--out", "wrong"], directory);
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    expect.stringMatching(/helped\.ts: problem\.potential\.gradient: at θ = .*, 50 %\n$/),
  ]);
});
