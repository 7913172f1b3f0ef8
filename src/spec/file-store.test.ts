// Files read once: an experiment is of what it read, whatever happens to the file between its hash, its numbers and its folder; and files that
// are none are refused before they are opened.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { prepareExperiment } from "../experiment/prepare.ts";
import { keepSource } from "../results/source.ts";
import { completeStudy } from "../study/prepare.ts";
import { loadExperiment, readSpec } from "./load.ts";

const directory = mkdtempSync(join(tmpdir(), "muflow-store-"));
afterAll(() => rmSync(directory, { recursive: true }));

const put = (name: string, text: string) => {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
};
const specOf = (csv: string, more = "") => `name: fit
problem:
  data: { csv: ${csv}, inputs: [x], target: y }
  neuron: { activation: tanh, inputs: 1, output: fixed, bias: false }
dynamics: { kind: gradient-flow }
initial: { kind: gaussian, mean: [0], std: [1] }
time: { until: 1, step: 0.1 }
solvers:
  - particles: { width: 10 }
${more}`;
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const [BEFORE, AFTER] = ["x,y\n0,0\n1,1\n", "x,y\n5,5\n6,6\n7,7\n"];

describe("a file that is replaced", () => {
  it("after it was hashed is computed from, and kept, as it was hashed", async () => {
    const csv = put("points.csv", BEFORE);
    const loaded = await loadExperiment(put("spec.yaml", specOf("points.csv")));
    writeFileSync(csv, AFTER);
    const { inputs, manifest } = prepareExperiment(loaded);
    expect(inputs.data).toMatchObject({ size: 2, y: Float64Array.of(0, 1) });
    expect(manifest.files).toMatchObject([{ sha256: sha256(BEFORE) }]);
    rmSync(csv);
    const folder = join(directory, "folder");
    keepSource(folder, loaded.stated, loaded.files);
    const kept = join(folder, "state", "source");
    const name = readdirSync(kept).find((file) => file.endsWith("points.csv"))!;
    expect(readFileSync(join(kept, name), "utf8")).toBe(BEFORE);
    expect(name.startsWith(sha256(BEFORE).slice(0, 16))).toBe(true);
  });

  it("while the points of a study are read is the same in all of them, and read once", async () => {
    const csv = put("swept.csv", BEFORE);
    const temperatures = Array.from({ length: 40 }, (_, k) => k / 100);
    const spec = put(
      "study.yaml",
      specOf("swept.csv", `sweep: { initial.std: [${temperatures.map((t) => `[${t}]`).join(", ")}] }\n`),
    );
    const stated = await readSpec(spec);
    const preparing = completeStudy(stated);
    // The first point is read by now, and most of the others are not.
    await Promise.resolve();
    writeFileSync(csv, AFTER);
    const { points } = await preparing;
    const hashes = points.map(({ prepared }) => prepared.manifest.files[0]!.sha256);
    expect(new Set(hashes)).toEqual(new Set([sha256(BEFORE)]));
    const data = points.map(({ prepared }) => prepared.inputs.data);
    expect(data.every((one) => one === data[0])).toBe(true);
    expect(data[0]).toMatchObject({ size: 2 });
  });
});

describe("labels", () => {
  const taught = (samples: number, sweep: string) => `name: taught
problem:
  data: { teacher: { neurons: 2, dim: 1, samples: ${samples} } }
  neuron: { activation: tanh, inputs: 1, output: fixed, bias: false }
dynamics: { kind: gradient-flow }
initial: { kind: gaussian, mean: [0], std: [1] }
time: { until: 1, step: 0.1, record: 1 }
solvers:
  - particles: { width: 10 }
sweep: ${sweep}
`;

  it("of a teacher are made once for all points that have it, its neuron and its loss, and for their runs", async () => {
    const spec = put("taught.yaml", taught(5, "{ seed: [1, 2], problem.loss: [squared, logistic] }"));
    const { points } = await completeStudy(await readSpec(spec));
    const data = points.map(({ prepared }) => prepared.inputs.data);
    expect(new Set(data).size).toBe(2);
    const labels = points.map(({ values, prepared }) => [
      values["problem.loss"],
      Array.from(prepared.inputs.data!.y, Math.abs).every((y) => y === 1),
    ]);
    expect(labels.every(([loss, signs]) => (loss === "logistic") === signs)).toBe(true);
    for (const { prepared } of points) expect(prepared.built.problem.data).toBe(prepared.inputs.data);
  });

  it("are those of each point's own neuron, as its experiment alone has them", async () => {
    const swept = put("activations.yaml", taught(5, "{ problem.neuron.activation: [tanh, relu] }"));
    const { points } = await completeStudy(await readSpec(swept));
    for (const [k, activation] of ["tanh", "relu"].entries()) {
      const alone = taught(5, "{}").replace("tanh", activation).replace("sweep: {}\n", "");
      const { inputs } = prepareExperiment(await loadExperiment(put("alone.yaml", alone)));
      expect(points[k]!.prepared.inputs.data!.y).toEqual(inputs.data!.y);
    }
    expect(points[0]!.prepared.inputs.data!.y).not.toEqual(points[1]!.prepared.inputs.data!.y);
  });
});

describe("what is no regular file is refused at once:", () => {
  const pipe = join(directory, "pipe.csv");
  execFileSync("mkfifo", [pipe]);
  mkdirSync(join(directory, "folder.csv"));
  symlinkSync("/dev/zero", join(directory, "zero.csv"));
  symlinkSync("nowhere", join(directory, "dangling.csv"));
  put("huge.csv", "");
  truncateSync(join(directory, "huge.csv"), 3 * 2 ** 30);
  it.each([
    ["pipe.csv", "found a named pipe, not a regular file"],
    ["zero.csv", "found a device, not a regular file"],
    ["/dev/zero", "found a device"],
    ["folder.csv", "found a directory"],
    ["dangling.csv", "found no such file"],
    ["huge.csv", "found a file of 3 GiB (at most 1 GiB)"],
  ])("%s", async (csv, message) => {
    const spec = put("strange.yaml", specOf(csv));
    await expect(loadExperiment(spec)).rejects.toThrow(`problem.data.csv: ${message}`);
    await expect(loadExperiment(resolve(directory, csv))).rejects.toThrow(message);
  });
  it.skipIf(process.platform !== "linux")(
    "what calls itself empty is, however much it would give",
    async () => {
      const loaded = await loadExperiment(put("kernel.yaml", specOf("/proc/self/mounts")));
      expect(() => prepareExperiment(loaded)).toThrow("the file is empty");
    },
  );
});
