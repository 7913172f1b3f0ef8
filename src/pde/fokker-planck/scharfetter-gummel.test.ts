import { Decimal as Exact } from "decimal.js";
import { describe, expect, it } from "vitest";
import { uniforms } from "../../particles/testing.ts";
import { boxOf, circle } from "../testing.ts";
import { dissipationAlong } from "./dissipation.ts";
import { addFluxDerivative, bernoulli, bernoulliSlope, conductances, rates } from "./scharfetter-gummel.ts";

const D = Exact.clone({ precision: 80 });
const EPS = Number.EPSILON;

/** ±1e-12 … ±700, with the neighbourhoods of the threshold between series and closed form. */
const ARGUMENTS = (() => {
  const random = uniforms(1);
  const sizes = Array.from({ length: 1500 }, () => 10 ** (-12 + (12 + Math.log10(700)) * random()));
  sizes.push(700, 1e-300, 0.5, 0.5 - EPS / 2, 0.02, 1, 2, 36, 37, 40);
  return sizes.flatMap((x) => [x, -x]);
})();

/** A double's own value; new Decimal(x) would take the few digits it prints as. */
function decimal(x: number): Exact {
  const power = Math.max(-1000, Math.floor(Math.log2(Math.abs(x))) - 60);
  return new D(2).pow(power).times(BigInt(Math.round(x * 2 ** -power)).toString());
}

/** B = x/(e^x − 1) and B′ = (e^x − 1 − xe^x)/(e^x − 1)². */
function exact(x: number) {
  if (Math.abs(x) < 1e-200) return { value: new D(1), slope: new D(-0.5) };
  const point = decimal(x);
  const e = point.exp();
  const below = e.minus(1);
  return {
    value: point.div(below),
    slope: below.minus(point.times(e)).div(below.times(below)),
  };
}

describe("Bernoulli's function", () => {
  it("x/(e^x − 1) and its derivative, |x| from 1e-12 to 700, relative", () => {
    let [worst, worstSlope, worstSeries] = [0, 0, 0];
    for (const x of ARGUMENTS) {
      const { value, slope } = exact(x);
      worst = Math.max(worst, value.minus(bernoulli(x)).div(value).abs().toNumber() / EPS);
      const error = slope.minus(bernoulliSlope(x)).div(slope).abs().toNumber() / EPS;
      worstSlope = Math.max(worstSlope, error);
      if (x >= 0 && x < 0.5) worstSeries = Math.max(worstSeries, error);
    }
    // One expm1 within 3ε, one division; for the slope 1 − B − x loses a bit beyond the series.
    expect(worst).toBeLessThan(4);
    expect(worstSlope).toBeLessThan(6);
    // −½ and a sum of a quarter of it at most: a rounding each.
    expect(worstSeries).toBeLessThan(2);
  });

  it("B(−x) = B(x) + x, B′ in [−1, 0], limits", () => {
    for (const x of ARGUMENTS) {
      expect(Math.abs(bernoulli(-x) - bernoulli(x) - x)).toBeLessThanOrEqual(
        4 * EPS * Math.max(1, Math.abs(x)),
      );
      expect(bernoulliSlope(x)).toBeLessThanOrEqual(0);
      expect(bernoulliSlope(x)).toBeGreaterThanOrEqual(-1);
    }
    expect([bernoulli(0), bernoulli(1000), bernoulli(-1000)]).toEqual([1, 0, 1000]);
    expect([bernoulliSlope(0), bernoulliSlope(1000), bernoulliSlope(-1000)]).toEqual([-0.5, -0, -1]);
  });
});

function setting(temperature: number, seed: number, steep = 1) {
  const grid = boxOf({ low: -1, high: 2, cells: 5 }, circle(7), { low: 0, high: 1, cells: 4 });
  const random = uniforms(seed);
  const cells = (scale: number) => Float64Array.from({ length: grid.size }, () => scale * random());
  return { grid, temperature, mobility: 1.7, phi: cells(4 * temperature * steep + 1), mu: cells(1) };
}

/** Every pair of neighbours along axis k, by indices. */
function facesOf(grid: ReturnType<typeof boxOf>, k: number): [number, number][] {
  const { cells, periodic } = grid.axes[k];
  const pairs: [number, number][] = [];
  for (let at = 0; at < grid.size; at++) {
    const i = Math.floor(at / grid.strides[k]) % cells;
    if (i < cells - 1) pairs.push([at, at + grid.strides[k]]);
    else if (periodic) pairs.push([at, at - (cells - 1) * grid.strides[k]]);
  }
  return pairs;
}

describe("fluxes along an axis of a mixed grid", () => {
  it.each([0, 1, 2])("axis %i: rates are (hDτ/Δ²) B(±ΔΦ/τ), upwind at τ = 0, and 0 at closed faces", (k) => {
    for (const temperature of [0, 1e-3, 0.4, 50]) {
      const { grid, mobility, phi } = setting(temperature, 3);
      const right = new Float64Array(grid.size).fill(9);
      const left = new Float64Array(grid.size).fill(9);
      rates({ grid, k, mobility, temperature }, phi, 0.3, right, left);
      const expected = { right: new Float64Array(grid.size), left: new Float64Array(grid.size) };
      const scale = (0.3 * mobility) / grid.axes[k].spacing ** 2;
      for (const [at, next] of facesOf(grid, k)) {
        const rise = phi[next] - phi[at];
        const u = rise / temperature;
        const tau = temperature;
        expected.right[at] =
          scale * (tau === 0 ? Math.max(0, -rise) : (tau * u) / (u === 0 ? 1 : Math.expm1(u)));
        expected.left[next] =
          scale * (tau === 0 ? Math.max(0, rise) : (tau * -u) / (u === 0 ? 1 : Math.expm1(-u)));
      }
      for (let at = 0; at < grid.size; at++) {
        // u is rounded twice, and B′/B ≤ max(1, |u|).
        const size = 1 + 8 / Math.max(temperature, 0.1);
        expect(Math.abs(right[at] - expected.right[at])).toBeLessThanOrEqual(
          20 * size * EPS * expected.right[at],
        );
        expect(Math.abs(left[at] - expected.left[at])).toBeLessThanOrEqual(
          20 * size * EPS * expected.left[at],
        );
      }
    }
  });

  it("no flux on e^(−Φ/τ): right_i μ_i = left_{i+1} μ_{i+1} to round-off", () => {
    for (const k of [0, 1, 2]) {
      for (const temperature of [0.02, 1]) {
        const { grid, mobility, phi } = setting(temperature, 4);
        const right = new Float64Array(grid.size);
        const left = new Float64Array(grid.size);
        rates({ grid, k, mobility, temperature }, phi, 1, right, left);
        for (const [at, next] of facesOf(grid, k)) {
          const ratio = (right[at] * Math.exp((phi[next] - phi[at]) / temperature)) / left[next];
          const u = Math.abs(phi[next] - phi[at]) / temperature;
          expect(Math.abs(ratio - 1)).toBeLessThan((10 + 2 * u) * EPS);
        }
      }
    }
  });

  it("conductances are −∂J/∂ΔΦ in relative terms where densities differ by e^60 from cell to cell", () => {
    // Near equilibrium −B′(u)μ_i − B′(−u)μ_{i+1} with μ_{i+1} = μ_i e^(−u): both terms count, however large |u|.
    const grid = boxOf({ low: 0, high: 4, cells: 4 });
    for (const u of [0.3, -0.3, 5, -5, 41, -41, 60, -60]) {
      const phi = Float64Array.of(0, u, 2 * u, 3 * u);
      const mu = phi.map((value) => Math.exp(-value));
      const found = new Float64Array(4);
      conductances({ grid, k: 0, mobility: 1, temperature: 1 }, phi, mu, 1, found);
      for (let i = 0; i < 3; i++) {
        const below = exact(u).slope.neg().times(mu[i]);
        const above = exact(-u)
          .slope.neg()
          .times(mu[i + 1]);
        const truth = below.plus(above);
        expect(truth.minus(found[i]).div(truth).abs().toNumber()).toBeLessThan(20 * EPS);
      }
      expect(found[3]).toBe(0);
    }
  });

  it("the derivative of the divergence matches central differences, 0 ≤ conductance", () => {
    for (const k of [0, 1, 2]) {
      for (const temperature of [0, 0.05, 2]) {
        const { grid, mobility, phi, mu } = setting(temperature, 5);
        const faces = { grid, k, mobility, temperature };
        const random = uniforms(6);
        const dphi = phi.map(() => 2 * random() - 1);
        const divergence = (t: number) => {
          const right = new Float64Array(grid.size);
          const left = new Float64Array(grid.size);
          rates(
            faces,
            phi.map((value, at) => value + t * dphi[at]),
            0.7,
            right,
            left,
          );
          const out = new Float64Array(grid.size);
          for (const [at, next] of facesOf(grid, k)) {
            const flux = right[at] * mu[at] - left[next] * mu[next];
            out[at] -= flux;
            out[next] += flux;
          }
          return out;
        };
        const conductance = new Float64Array(grid.size);
        conductances(faces, phi, mu, 0.7, conductance);
        expect(Math.min(...conductance)).toBeGreaterThanOrEqual(0);
        const found = new Float64Array(grid.size);
        addFluxDerivative({ grid, k }, conductance, dphi, found);
        const t = 1e-5 * (temperature || 1);
        const [plus, minus] = [divergence(t), divergence(-t)];
        const size = Math.max(...found.map(Math.abs));
        for (let at = 0; at < grid.size; at++) {
          // t²/6τ² of a third derivative below 1, and ε/t of the fluxes, of ≤ (4τ + 1)·0.7·1.7/Δ².
          const flux = (0.7 * mobility * (4 * temperature + 1)) / grid.axes[k].spacing ** 2;
          expect(Math.abs((plus[at] - minus[at]) / (2 * t) - found[at])).toBeLessThan(
            1e-9 * size + (8 * EPS * flux) / t,
          );
        }
      }
    }
  });

  it("dissipation: Σ J(ξ_i − ξ_{i+1}), non-negative, finite beside empty cells", () => {
    for (const k of [0, 1, 2]) {
      for (const temperature of [0, 0.3]) {
        const { grid, mobility, phi, mu } = setting(temperature, 7);
        for (let at = 0; at < grid.size; at += 3) mu[at] = at % 2 === 0 ? 0 : Number.MIN_VALUE;
        const right = new Float64Array(grid.size);
        const left = new Float64Array(grid.size);
        rates({ grid, k, mobility, temperature }, phi, 1, right, left);
        const found = dissipationAlong({ grid, k, mobility })(phi, mu, temperature);
        let total = 0;
        for (const [at, next] of facesOf(grid, k)) {
          if (mu[at] === 0 && mu[next] === 0) continue;
          const xi = (cell: number) =>
            phi[cell] + temperature * Math.log(Math.max(mu[cell], Number.MIN_VALUE));
          const term =
            (right[at] * mu[at] - left[next] * mu[next]) *
            (temperature === 0 ? phi[at] - phi[next] : xi(at) - xi(next));
          expect(term).toBeGreaterThanOrEqual(0);
          total += grid.volume * term;
        }
        expect(Math.abs(found - total)).toBeLessThan(1e-12 * total);
      }
    }
  });
});

it("without noise nothing flows where Φ is level, whichever way it may turn: conductance 0", () => {
  const grid = boxOf({ low: 0, high: 4, cells: 4 });
  const found = new Float64Array(4).fill(9);
  const mu = Float64Array.of(2, 3, 5, 7);
  conductances({ grid, k: 0, mobility: 1.5, temperature: 0 }, Float64Array.of(1, 1, 0, 3), mu, 0.5, found);
  // Level; down from the second cell; up, so that mass comes from the fourth.
  expect([...found]).toEqual([0, 0.75 * 3, 0.75 * 7, 0]);
});
