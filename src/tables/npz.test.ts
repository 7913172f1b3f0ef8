import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { decodeNpy, npyHeader } from "./npy.ts";
import { decodeNpz, encodeNpz, type NumericArray } from "./npz.ts";

const anyArray: fc.Arbitrary<NumericArray> = fc
  .array(fc.nat(4), { maxLength: 4 })
  .chain((shape) =>
    fc
      .array(fc.double(), { minLength: size(shape), maxLength: size(shape) })
      .map((values) => ({ shape, data: Float64Array.from(values) })),
  );

function size(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** The file of a two-element array with a piece of its header replaced. */
function edited(from: string, to: string): Uint8Array {
  const text = Buffer.from(npyHeader([2]))
    .toString("latin1")
    .replace(from, to);
  return Buffer.concat([Buffer.from(text, "latin1"), Buffer.alloc(16)]);
}

const sample = { times: { shape: [2], data: Float64Array.of(0, 1.5) } };
/** Debian's own Python and the one in the path, where they have numpy. */
const pythons = ["/usr/bin/python3", "python3"].filter(
  (python) => spawnSync(python, ["-c", "import numpy"]).status === 0,
);

describe("npz", () => {
  it("gives back every array, bit for bit", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]\w{0,9}$/), anyArray), (arrays) => {
        expect(decodeNpz(encodeNpz(arrays))).toEqual({ ...arrays });
      }),
    );
  });

  it("writes the same bytes in every time zone and at any time", () => {
    const bytes = encodeNpz(sample);
    const zone = process.env.TZ;
    process.env.TZ = "Asia/Kathmandu";
    try {
      expect(encodeNpz(sample)).toEqual(bytes);
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });

  it("reads a view of a larger buffer, as a file read into a pool is", () => {
    const bytes = encodeNpz(sample);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decodeNpz(shifted.subarray(3))).toEqual(sample);
  });

  it("pads headers to 64 bytes", () => {
    for (const shape of [[], [3], [7, 1000, 12], new Array(30).fill(12345)]) {
      expect(npyHeader(shape).length % 64).toBe(0);
    }
  });

  it("refuses numbers that do not fill the shape", () => {
    expect(() => encodeNpz({ theta: { shape: [2, 2], data: new Float64Array(3) } })).toThrow(
      "theta: found 3 numbers; shape (2, 2) needs 4",
    );
  });

  it("says what is wrong with a malformed file", () => {
    expect(() => decodeNpz(Uint8Array.of(1, 2, 3))).toThrow("npz: not a readable zip archive");
    expect(() => decodeNpz(zipSync({ "a.npy": Uint8Array.of(1, 2, 3) }))).toThrow("a.npy: not a .npy file");
    const header = npyHeader([2]);
    expect(() => decodeNpy(header, "a")).toThrow("a: found 0 bytes of data; shape (2) needs 16");
    expect(() => decodeNpy(header.slice(0, 40), "a")).toThrow("the file ends inside its .npy header");
    expect(() => decodeNpy(edited("<f8", "<f4"), "a")).toThrow("descr: found '<f4'; allowed '<f8'");
    expect(() => decodeNpy(edited("False", "True "), "a")).toThrow(
      "fortran_order: found True; allowed False",
    );
    expect(() => decodeNpy(edited("shape", "shade"), "a")).toThrow("has no shape");
    const future = npyHeader([2]);
    future[6] = 4;
    expect(() => decodeNpy(future, "a")).toThrow("found .npy version 4");
  });

  it.skipIf(pythons.length === 0).each(pythons.length === 0 ? ["python3"] : pythons)(
    "is read by numpy.load, and reads numpy.savez_compressed, of %s (skipped where no python3 has numpy)",
    (interpreter) => {
      const folder = mkdtempSync(join(tmpdir(), "muflow-npz-"));
      try {
        const path = join(folder, "neurons.npz");
        const arrays = {
          times: { shape: [3], data: Float64Array.of(0, 0.1, Number.NaN) },
          theta: { shape: [2, 1, 3], data: Float64Array.of(1, 2, 3, -4, 5e-324, Number.MAX_VALUE) },
          scalar: { shape: [], data: Float64Array.of(-0) },
          empty: { shape: [0, 3], data: new Float64Array(0) },
        };
        writeFileSync(path, encodeNpz(arrays));
        const script = `
import json, numpy, sys
z = numpy.load(sys.argv[1])
print(json.dumps({k: [list(z[k].shape), z[k].dtype.str, z[k].tobytes().hex()] for k in z.files}))
numpy.savez_compressed(sys.argv[1], **{k: z[k] for k in z.files})`;
        const python = spawnSync(interpreter, ["-c", script, path], { encoding: "utf8" });
        expect(python.stderr).toBe("");
        const expected = Object.entries(arrays).map(([name, { shape, data }]) => [
          name,
          [shape, "<f8", Buffer.from(data.buffer).toString("hex")],
        ]);
        expect(JSON.parse(python.stdout)).toEqual(Object.fromEntries(expected));
        expect(decodeNpz(readFileSync(path))).toEqual(arrays);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});
