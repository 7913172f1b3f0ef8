// The Brownian path of a run: standard normals by counter, and coarse steps made of fine ones.

import { expect, it } from "vitest";
import { brownianNoise, type NoiseSource } from "./noise.ts";

function filled(noise: NoiseSource, tile: number, step: number, lane: number): Float64Array {
  const out = new Float64Array(12).fill(-77);
  noise.fill(out, 2, tile, step, lane);
  expect([out[0], out[1], out[10], out[11]]).toEqual([-77, -77, -77, -77]);
  return out.subarray(2, 10);
}

it("a step made of k fine ones has 1/√k times the sum of their normals", () => {
  const fine = brownianNoise(5, 2);
  for (const finer of [2, 4, 8]) {
    const coarse = brownianNoise(5, 2, finer);
    for (const [tile, step, lane] of [
      [0, 0, 0],
      [3, 7, 1],
    ]) {
      const sum = new Float64Array(8);
      for (let i = 0; i < finer; i++) {
        for (const [l, value] of filled(fine, tile, finer * step + i, lane).entries()) sum[l] += value;
      }
      for (const [l, value] of filled(coarse, tile, step, lane).entries()) {
        expect(Math.abs(value - sum[l] / Math.sqrt(finer))).toBeLessThan(1e-14);
      }
    }
  }
});

it("has mean 0 and variance 1, coarse or fine, and differs by seed, replica, tile, step and lane", () => {
  for (const finer of [1, 4]) {
    const noise = brownianNoise(1, 0, finer);
    let [sum, square] = [0, 0];
    const count = 4000;
    for (let n = 0; n < count; n++) {
      for (const value of filled(noise, n % 50, Math.floor(n / 50), 0)) {
        sum += value;
        square += value * value;
      }
    }
    const size = 8 * count;
    expect(Math.abs(sum / size)).toBeLessThan(5 / Math.sqrt(size));
    expect(Math.abs(square / size - 1)).toBeLessThan(5 * Math.sqrt(2 / size));
    const others = [filled(noise, 1, 0, 0), filled(noise, 0, 1, 0), filled(noise, 0, 0, 1)];
    others.push(filled(brownianNoise(2, 0, finer), 0, 0, 0), filled(brownianNoise(1, 1, finer), 0, 0, 0));
    for (const other of others) expect(other[0]).not.toBe(filled(noise, 0, 0, 0)[0]);
  }
});
