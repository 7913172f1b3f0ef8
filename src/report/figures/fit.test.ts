// The function learnt over data of one input: its lines go through the data in the order of x, through some of very many.

import { parseHTML } from "linkedom";
import { expect, it } from "vitest";
import { synthetic } from "../../../test/support/reports.ts";
import type { ReportInput } from "../folder.ts";
import type { NetworkTrace } from "../runs/traces.ts";
import { figures } from "./figures.ts";

/** So many data in no order, and of one network the outputs 0 at its start and x² at its end. */
function parabola(size: number): ReportInput {
  const input = synthetic({ widths: [5], replicas: 1, until: 4, neuron: "inner" });
  const x = Float64Array.from({ length: size }, (_, i) => ((i * 7919) % size) / (size - 1));
  const y = x.map((at) => at * at);
  const trace = input.traces[0] as NetworkTrace;
  const last = trace.snapshots.length - 1;
  const snapshots = trace.snapshots.map((at, k) => ({
    ...at,
    outputs: k === last ? y : new Float64Array(size),
  }));
  return { ...input, data: { size, inputs: 1, x, y }, traces: [{ ...trace, snapshots }] };
}

it.each([
  [50, 50],
  [4000, 4000],
  [4001, 2001],
  [100_000, 4000],
])("of %d data %d are joined", (size, joined) => {
  const { svg } = figures(parabola(size)).find(({ name }) => name === "fit")!;
  const paths = [...parseHTML(svg).document.querySelectorAll('[aria-label="line"] path')];
  const lines = paths.map((path) =>
    [...path.getAttribute("d")!.matchAll(/[ML]([\d.]+),([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]),
  );
  expect(lines.map(({ length }) => length)).toEqual([joined, joined]);
  const [end, start] = lines as [number[][], number[][]];
  for (const line of lines) {
    expect(line.every(([x], i) => i === 0 || x! > line[i - 1]![0]!)).toBe(true);
  }
  // y falls on the page as f rises.
  const [left, bottom] = end[0]!;
  const [right, top] = end.at(-1)!;
  for (const [i, [x, y]] of end.entries()) {
    const across = (x! - left!) / (right! - left!);
    expect((y! - bottom!) / (top! - bottom!)).toBeCloseTo(across * across, 1);
    expect(start[i]).toEqual([x, bottom]);
  }
});
