// Data that take seconds to be made or read are told of before: once, with the seconds.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { completeStudy } from "../study/prepare.ts";
import { readSpec } from "./load.ts";

// Here they take none.
vi.mock("../problem/synthetic.ts", async (original) => {
  const real = await original<typeof import("../problem/synthetic.ts")>();
  return {
    ...real,
    labelSeconds: ({ samples }: { samples: number }) => samples / 2,
    fromFunction: (options: Parameters<typeof real.fromFunction>[0]) =>
      real.fromFunction({ ...options, samples: 2 }),
  };
});

const directory = mkdtempSync(join(tmpdir(), "muflow-long-"));
afterAll(() => rmSync(directory, { recursive: true }));
const put = (name: string, text: string) => {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
};
/** Twenty rows, of megabytes that no number is in. */
const csv = put("long.csv", `x,y,note\n${`1,2,${"-".repeat(1e6)}\n`.repeat(20)}`);

it.each([
  ["{ teacher: { neurons: 2, dim: 1, samples: 4 } }", []],
  ["{ teacher: { neurons: 2, dim: 1, samples: 14 } }", ["the teacher labels 14 samples: about 7 s"]],
  ["{ function: sin, interval: [0, 1], samples: 9000000 }", []],
  ["{ function: sin, interval: [0, 1], samples: 12000000 }", ["making 12000000 data: about 2.4 s"]],
  ["{ csv: long.csv, inputs: [x], target: y }", [`reading ${csv}, 19.1 MiB: about 2.2 s`]],
])("%s", async (data, told) => {
  const spec = put(
    "spec.yaml",
    `name: long
problem:
  data: ${data}
  neuron: { activation: tanh, inputs: 1, output: fixed, bias: false }
dynamics: { kind: gradient-flow }
initial: { kind: gaussian, mean: [0], std: [1] }
time: { until: 1, step: 0.1, record: 1 }
solvers:
  - particles: { width: 10 }
sweep: { seed: [1, 2] }
`,
  );
  const said: string[] = [];
  await completeStudy(await readSpec(spec, { onNotice: (message) => said.push(message) }));
  expect(said).toEqual(told);
});
