import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NumericArray } from "../../tables/npy.ts";
import { encodeMat } from "./mat.ts";

const anyArray: fc.Arbitrary<NumericArray> = fc.array(fc.nat(4), { maxLength: 4 }).chain((shape) => {
  const length = shape.reduce((product, one) => product * one, 1);
  return fc
    .array(fc.double(), { minLength: length, maxLength: length })
    .map((values) => ({ shape, data: Float64Array.from(values) }));
});
const anyArrays = fc.dictionary(fc.stringMatching(/^[a-z]\w{0,20}$/), anyArray, { maxKeys: 4 });

/** A reader of its own, field by field as the format's description has them: entries by their indices. */
function read(bytes: Uint8Array): Record<string, { shape: number[]; at: (...index: number[]) => number }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  expect(Buffer.from(bytes.subarray(0, 19)).toString("latin1")).toBe("MATLAB 5.0 MAT-file");
  expect([view.getUint16(124, true), bytes[126], bytes[127]]).toEqual([0x0100, 0x49, 0x4d]);
  const found: ReturnType<typeof read> = {};
  for (let at = 128; at < bytes.length; ) {
    expect(view.getUint32(at, true)).toBe(14);
    const end = at + 8 + view.getUint32(at + 4, true);
    at += 8;
    const next = (type: number) => {
      expect(view.getUint32(at, true)).toBe(type);
      const [from, length] = [at + 8, view.getUint32(at + 4, true)];
      at = from + 8 * Math.ceil(length / 8);
      return { from, length };
    };
    const flags = next(6);
    expect([flags.length, view.getUint32(flags.from, true)]).toEqual([8, 6]);
    const dimensions = next(5);
    const shape = Array.from({ length: dimensions.length / 4 }, (_, k) =>
      view.getInt32(dimensions.from + 4 * k, true),
    );
    const name = next(1);
    const text = Buffer.from(bytes.subarray(name.from, name.from + name.length)).toString("latin1");
    const data = next(9);
    found[text] = {
      shape,
      at: (...index) => {
        const place = index.reduceRight((sum, one, k) => sum * shape[k]! + one, 0);
        return view.getFloat64(data.from + 8 * place, true);
      },
    };
    expect(at).toBe(end);
  }
  return found;
}

/** Every index of that shape with its place in C order. */
function indices(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (all, length) => all.flatMap((index) => Array.from({ length }, (_, k) => [...index, k])),
    [[]],
  );
}

describe("a MAT-file", () => {
  it("has every entry at its indices, bit for bit", () => {
    fc.assert(
      fc.property(anyArrays, (arrays) => {
        const found = read(encodeMat(arrays));
        expect(Object.keys(found).sort()).toEqual(Object.keys(arrays).sort());
        for (const [name, { shape, data }] of Object.entries(arrays)) {
          const padded = shape.length > 1 ? shape : [shape[0] ?? 1, 1];
          expect(found[name]!.shape).toEqual(padded);
          for (const [i, index] of indices(padded).entries()) expect(found[name]!.at(...index)).toBe(data[i]);
        }
      }),
    );
  });

  it("refuses names that MATLAB has not, and numbers that do not fill the shape", () => {
    const one = { shape: [1], data: Float64Array.of(1) };
    expect(() => encodeMat({ "a-b": one })).toThrow('mat: found the name "a-b"; allowed: a MATLAB name');
    expect(() => encodeMat({ a: { ...one, shape: [2] } })).toThrow("a: found 1 numbers; shape (2,) needs 2");
  });

  it("refuses an array that MATLAB would not read, before it makes one", () => {
    // Tags, flags, dimensions and name are 56 bytes: so many doubles are the first too many.
    const length = 2 ** 28 - 7;
    const large = { shape: [length], data: { length } as Float64Array };
    expect(() => encodeMat({ a: large })).toThrow(
      "mat: a: found 2147483648 bytes; allowed 2147483647: keep fewer snapshots, or take the .npz",
    );
  });

  const scipy = spawnSync("python3", ["-c", "import scipy.io"]).status === 0;
  it.skipIf(!scipy)("is read by scipy.io.loadmat (skipped where no python3 has scipy)", () => {
    const folder = mkdtempSync(join(tmpdir(), "muflow-mat-"));
    try {
      const path = join(folder, "neurons.mat");
      const arrays = {
        times: { shape: [3], data: Float64Array.of(0, 0.1, Number.NaN) },
        theta: { shape: [2, 2, 3], data: Float64Array.from({ length: 12 }, (_, k) => k ** 3 - 7 / (k + 1)) },
        scalar: { shape: [], data: Float64Array.of(-0) },
        empty: { shape: [0, 3], data: new Float64Array(0) },
      };
      writeFileSync(path, encodeMat(arrays));
      const script = `
import json, numpy, scipy.io, sys
z = scipy.io.loadmat(sys.argv[1])
print(json.dumps({k: [list(v.shape), numpy.ascontiguousarray(v).tobytes().hex()] for k, v in z.items() if not k.startswith("__")}))`;
      const python = spawnSync("python3", ["-c", script, path], { encoding: "utf8" });
      expect(python.stderr).toBe("");
      const hex = ({ data }: NumericArray) => Buffer.from(data.buffer).toString("hex");
      expect(JSON.parse(python.stdout)).toEqual({
        times: [[3, 1], hex(arrays.times)],
        theta: [[2, 2, 3], hex(arrays.theta)],
        scalar: [[1, 1], hex(arrays.scalar)],
        empty: [[0, 3], hex(arrays.empty)],
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
