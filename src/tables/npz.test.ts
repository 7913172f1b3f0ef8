import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import type { MuflowError } from "../base/errors.ts";
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

/** The .npy of an array. */
function decodedFile({ shape, data }: NumericArray): Uint8Array {
  return Buffer.concat([npyHeader(shape), Buffer.from(data.buffer)]);
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
        expect(decodeNpz(encodeNpz(arrays), "npz")).toEqual({ ...arrays });
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
    expect(decodeNpz(shifted.subarray(3), "npz")).toEqual(sample);
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

  it("finds every flipped bit that matters", () => {
    const arrays = {
      theta: { shape: [3], data: Float64Array.of(1, 2, 3) },
      t: { shape: [1], data: Float64Array.of(4) },
    };
    for (const level of [0, 9] as const) {
      const files = { "theta.npy": decodedFile(arrays.theta), "t.npy": decodedFile(arrays.t) };
      const bytes = zipSync(files, { level });
      for (let at = 0; at < bytes.length; at++) {
        const damaged = bytes.slice();
        damaged[at]! ^= 1 << (at % 8);
        let read: unknown;
        try {
          read = decodeNpz(damaged, "npz");
        } catch (error) {
          expect((error as MuflowError).kind).toBe("input");
          continue;
        }
        // Names, dates and versions hold no number.
        expect(Object.values(read as object)).toEqual(Object.values(arrays));
      }
    }
  });

  it("reads versions 2 and 3, whose header's length has four bytes", () => {
    const array = { shape: [2], data: Float64Array.of(0.1, -3) };
    const first = Buffer.from(decodedFile(array));
    const header = first.subarray(10, first.length - 16);
    for (const version of [2, 3]) {
      const preamble = Buffer.concat([first.subarray(0, 6), Buffer.of(version, 0), Buffer.alloc(4)]);
      preamble.writeUInt32LE(header.length, 8);
      expect(decodeNpy(Buffer.concat([preamble, header, first.subarray(-16)]), "a")).toEqual(array);
    }
  });

  it("says what is wrong with a malformed file", () => {
    expect(() => decodeNpz(Uint8Array.of(1, 2, 3), "npz")).toThrow("npz: not a readable zip archive");
    expect(() => decodeNpz(zipSync({ "a.npy": Uint8Array.of(1, 2, 3) }), "npz")).toThrow(
      "a.npy: not a .npy file",
    );
    const header = npyHeader([2]);
    expect(() => decodeNpy(header, "a")).toThrow("a: found 0 bytes of data; shape (2,) needs 16");
    expect(() => decodeNpy(header.slice(0, 40), "a")).toThrow("the file ends inside its .npy header");
    for (const [descr, what] of [
      ["|O", "Python objects"],
      ["<U", "text"],
      ["<c", "complex numbers"],
      ["<f", "allowed: f8, f4, whole numbers, truths"],
    ]) {
      const type = edited("'<f8'", `'${descr}8'`.replace("f8", "f2"));
      expect(() => decodeNpy(type, "a")).toThrow(
        `descr: found '${descr === "<f" ? "<f2" : `${descr}8`}', ${what}`,
      );
    }
    const beyond = Buffer.concat([edited("<f8", "<i8").subarray(0, -16), Buffer.alloc(16, 0x7f)]);
    expect(() => decodeNpy(beyond, "a")).toThrow("number 1 is whole and beyond 2^53");
    expect(() => decodeNpy(edited("shape", "shade"), "a")).toThrow("has no shape");
    const future = npyHeader([2]);
    future[6] = 4;
    expect(() => decodeNpy(future, "a")).toThrow("found .npy version 4");
  });

  const WRITERS = {
    "<f4": (bytes: Buffer, at: number) => bytes.writeFloatLE(-2.5, at),
    ">f4": (bytes: Buffer, at: number) => bytes.writeFloatBE(-2.5, at),
    ">f8": (bytes: Buffer, at: number) => bytes.writeDoubleBE(0.1, at),
    "|i1": (bytes: Buffer, at: number) => bytes.writeInt8(-3, at),
    "|u1": (bytes: Buffer, at: number) => bytes.writeUInt8(250, at),
    "|b1": (bytes: Buffer, at: number) => bytes.writeUInt8(1, at),
    "<i2": (bytes: Buffer, at: number) => bytes.writeInt16LE(-300, at),
    ">u2": (bytes: Buffer, at: number) => bytes.writeUInt16BE(60000, at),
    "<i4": (bytes: Buffer, at: number) => bytes.writeInt32LE(-70000, at),
    ">u4": (bytes: Buffer, at: number) => bytes.writeUInt32BE(4e9, at),
    "<i8": (bytes: Buffer, at: number) => bytes.writeBigInt64LE(-9007199254740991n, at),
    ">u8": (bytes: Buffer, at: number) => bytes.writeBigUInt64BE(9007199254740991n, at),
  };
  it.each(Object.entries(WRITERS))("reads numbers of type %s", (descr, write) => {
    const size = Number(descr.at(-1));
    const data = Buffer.alloc(2 * size);
    write(data, size);
    const header = edited("'<f8'", `'${descr}'`).subarray(0, -16);
    const { data: read } = decodeNpy(Buffer.concat([header, data]), "a");
    const expected = {
      ...{ "<f4": -2.5, ">f4": -2.5, ">f8": 0.1, "|i1": -3, "|u1": 250, "|b1": 1, "<i2": -300 },
      ...{ ">u2": 60000, "<i4": -70000, ">u4": 4e9, "<i8": -9007199254740991, ">u8": 9007199254740991 },
    }[descr];
    expect(Array.from(read)).toEqual([0, expected]);
  });

  it("reads first index fastest as last index fastest", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }), (shape) => {
        const values = Float64Array.from({ length: size(shape) }, (_, i) => i);
        const text = Buffer.from(npyHeader(shape)).toString("latin1").replace("False", "True ");
        const bytes = Buffer.concat([Buffer.from(text, "latin1"), Buffer.from(values.buffer)]);
        const { data } = decodeNpy(bytes, "a");
        // By recursion: the slices of the first index lie `shape[0]` apart.
        const inOrder = (among: number[], rest: readonly number[]): number[] =>
          rest.length === 0
            ? among
            : Array.from({ length: rest[0]! }, (_, k) =>
                inOrder(
                  among.filter((_, i) => i % rest[0]! === k),
                  rest.slice(1),
                ),
              ).flat();
        expect(Array.from(data)).toEqual(inOrder(Array.from(values), shape));
      }),
    );
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
        expect(decodeNpz(readFileSync(path), "npz")).toEqual(arrays);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});
