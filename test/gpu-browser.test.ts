// Sums on a GPU in a page (Chromium, headless, whose SwiftShader plays the GPU): gpu.js' WebGL2, beside double precision. The page loads the sources as
// they are, but for their types.

import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { parseHTML } from "linkedom";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { slice, stateLength } from "../src/kernels/layout.ts";
import { Pass } from "../src/kernels/pass.ts";
import { Reduction, reductionLength } from "../src/kernels/reduction.ts";
import { RidgeSums } from "../src/kernels/ridge-sums.ts";
import { SOLO } from "../src/kernels/team.ts";
import type { ActivationName } from "../src/problem/activation.ts";
import { neuron } from "../src/problem/perceptron.ts";
import { ROOT, run, temporaryDirectory } from "./support.ts";

const directory = temporaryDirectory();

interface Case {
  readonly activation: ActivationName;
  readonly inputs: number;
  readonly size: number;
  readonly width: number;
}
const CASES: readonly Case[] = [
  { activation: "tanh", inputs: 1, size: 300, width: 500 },
  { activation: "gelu", inputs: 3, size: 40, width: 60 },
  { activation: "sin", inputs: 2, size: 17, width: 9 },
];

/** The same numbers here and there, and sums of the kind that `make` makes. */
const SUMS = `
const wave = (i, k = 0) => 1.5 * Math.sin(1.7 * i + k + 0.3);
export function sumsOf(parts, { activation, inputs, size, width }, make) {
  const { neuron, slice, stateLength, Pass, Reduction, reductionLength, SOLO } = parts;
  const cell = neuron({ activation, inputs });
  const x = Float64Array.from({ length: size * inputs }, (_, at) => wave(at));
  const data = { size, inputs, x, y: new Float64Array(size), weight: new Float64Array(size).fill(1 / size) };
  const part = slice(width);
  const pass = new Pass(part);
  const sums = make(cell, data, pass);
  const p = cell.dimension;
  const state = Float64Array.from({ length: stateLength(part.tiles, p) }, (_, at) => wave(at, 1));
  const memory = new Float64Array(reductionLength(part.chunkCount, size));
  const reduction = new Reduction(part, SOLO, size, memory);
  const [outputs, gradient] = [new Float64Array(size), new Float64Array(state.length)];
  reduction.open(size);
  sums.observe(state, p, reduction);
  pass.settle();
  reduction.close(outputs, 1 / width);
  sums.drift(state, p, Float64Array.from({ length: size }, (_, i) => wave(i, 5) / size), gradient);
  pass.settle();
  pass.release();
  return { outputs: [...outputs], gradient: [...gradient] };
}`;

const PAGE = `<!doctype html><link rel="icon" href="data:,"><body>nothing
<script type="importmap">{"imports": {"fastest-levenshtein": "/node_modules/fastest-levenshtein/esm/mod.js"}}</script>
<script src="/node_modules/gpu.js/dist/gpu-browser.js"></script>
<script type="module">
import { sumsOf } from "/sums.js";
import { GpuSums } from "/src/kernels/gpu/gpu-sums.ts";
import { largestError } from "/src/kernels/gpu/report.ts";
import { webglGpu } from "/src/kernels/gpu/webgl.ts";
import { slice, stateLength } from "/src/kernels/layout.ts";
import { Pass } from "/src/kernels/pass.ts";
import { Reduction, reductionLength } from "/src/kernels/reduction.ts";
import { SOLO } from "/src/kernels/team.ts";
import { neuron } from "/src/problem/perceptron.ts";
const library = { GPU: GPU.GPU ?? GPU, input: GPU.input };
const parts = { neuron, slice, stateLength, Pass, Reduction, reductionLength, SOLO };
let said;
try {
  const gpu = webglGpu(library, document.createElement("canvas"));
  const found = ${JSON.stringify(CASES)}.map((each) =>
    sumsOf(parts, each, (cell, data, pass) => new GpuSums(gpu, cell, data, pass)));
  said = { facts: gpu.facts, found, error: largestError() };
} catch (error) {
  said = { failed: error.stack };
}
document.body.textContent = JSON.stringify(said);
</script>`;

const missing = spawnSync("sh", ["-c", "command -v chromium"]).status !== 0;

describe.skipIf(missing)(`sums in a page${missing ? " (skipped: chromium not installed)" : ""}`, () => {
  let server: Server;

  beforeAll(async () => {
    server = createServer(({ url = "/" }, response) => {
      const answer = (type: string, text: string) =>
        response.writeHead(200, { "content-type": `${type}; charset=utf-8` }).end(text);
      if (url === "/") answer("text/html", PAGE);
      else if (url === "/sums.js") answer("text/javascript", SUMS);
      else {
        const source = readFileSync(join(ROOT, url), "utf8");
        const target = ts.ScriptTarget.ES2022;
        const isTyped = url.endsWith(".ts");
        answer(
          "text/javascript",
          isTyped ? ts.transpile(source, { target, module: ts.ModuleKind.ES2022 }) : source,
        );
      }
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });

  afterAll(() => {
    server.close();
  });

  it("are those in double precision, to single precision", async () => {
    const { port } = server.address() as AddressInfo;
    const { code, stdout } = await run(
      "chromium",
      [
        ...["--headless", "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
        ...[`--user-data-dir=${join(directory, "profile")}`, "--dump-dom", `http://127.0.0.1:${port}/`],
      ],
      directory,
    );
    expect(code).toBe(0);
    const said = JSON.parse(parseHTML(stdout).document.body.textContent);
    expect(said.failed).toBeUndefined();
    expect(said.facts).toMatchObject({
      mode: "webgl2",
      software: true,
      adapter: expect.stringMatching(/SwiftShader/),
    });
    expect(said.error).toBeGreaterThan(1e-9);
    expect(said.error).toBeLessThan(1e-5);
    const { sumsOf } = await import(`data:text/javascript,${encodeURIComponent(SUMS)}`);
    const parts = { neuron, slice, stateLength, Pass, Reduction, reductionLength, SOLO };
    CASES.forEach((each, k) => {
      const exact = sumsOf(
        parts,
        each,
        (...given: [never, never, Pass]) => new RidgeSums(...given, 0),
      ) as Record<"outputs" | "gradient", number[]>;
      for (const which of ["outputs", "gradient"] as const) {
        const wanted = exact[which];
        const found: number[] = said.found[k][which];
        const largest = Math.max(...wanted.map(Math.abs));
        const worst = Math.max(...wanted.map((x, i) => Math.abs(x - found[i]!)));
        expect(found.length).toBe(wanted.length);
        expect(worst / largest).toBeLessThan(1e-5);
        expect(worst).toBeGreaterThan(0);
      }
    });
  });
});
