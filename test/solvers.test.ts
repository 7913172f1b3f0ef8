// Every solver that a file may name goes through a folder: run, read again, extended to the bits of the longer run, and as a point of a study.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SOLVERS } from "../src/spec/solvers/list.ts";
import { put, resident, temporaryDirectory } from "./support.ts";

const directory = temporaryDirectory();
const command = resident();
const muflow = (args: readonly string[]) => command(args, directory);

const box = { cells: 40, extent: [[-4, 4]] };
const KEYS: Readonly<Record<string, object>> = {
  particles: { width: 8, dual: "off" },
  grid: box,
  stationary: box,
  jko: { ...box, method: "quantile" },
  moments: {},
};

describe.each(SOLVERS.map(({ name }) => name))("%s", (name) => {
  const spec = {
    name,
    problem: {
      data: { arrays: { x: [[-1], [0.5], [1]], y: [-0.8, 0.4, 0.7] } },
      neuron: { activation: "identity", inputs: 1, output: "fixed", bias: false },
      regulariser: { l2: 0.3 },
      temperature: 0.1,
    },
    dynamics: { kind: "langevin" },
    initial: { kind: "gaussian", mean: 1, std: 0.5 },
    time: { until: 0.2, step: 0.05, record: 2 },
    solvers: [{ [name]: KEYS[name] }],
  };
  const longer = ["--set", "time.until=0.4", "--set", "time.record=4"];
  put(directory, `${name}.yaml`, JSON.stringify(spec));
  const series = (folder: string) => readFileSync(join(directory, folder, "series.csv"), "utf8");

  it("is run, and its folder read again", async () => {
    expect(await muflow(["run", `${name}.yaml`, "--out", name])).toMatchObject({ code: 0 });
    expect(await muflow(["report", name])).toMatchObject({ code: 0 });
    expect(await muflow(["compare", name, name])).toMatchObject({ code: 0 });
  });

  it("is extended to the bits of the longer run", async () => {
    const extended = ["run", `${name}.yaml`, ...longer, "--extend", name, "--out", `${name}-on`];
    expect(await muflow(extended)).toMatchObject({ code: 0 });
    expect(await muflow(["run", `${name}.yaml`, ...longer, "--out", `${name}-whole`])).toMatchObject({
      code: 0,
    });
    expect(series(`${name}-on`)).toBe(series(`${name}-whole`));
  });

  it("is a point of a study, which is read again", async () => {
    put(
      directory,
      `${name}-study.yaml`,
      JSON.stringify({ ...spec, sweep: { "problem.temperature": [0.05, 0.1] } }),
    );
    expect(await muflow(["study", `${name}-study.yaml`, "--out", `${name}-study`])).toMatchObject({
      code: 0,
    });
    expect(await muflow(["report", `${name}-study`])).toMatchObject({ code: 0 });
  });
});
