// Rates in the width N of networks with momenta beside their density of phase space, by the same word with the same step
// (support/tanh-chaos.ts): of what they compute, of its bias, of single neurons, and of their law.

import { cited } from "../claims/claim.ts";
import { grid as productOf } from "../grid/grid.ts";
import { coupledCopies, responseOf } from "../index.ts";
import { thetaMarginal } from "../observables/distances/compare.ts";
import { distancesOfSlices, slicesOf, spaceOf } from "../observables/distances/distances.ts";
import { networkNeurons, networkOutputs } from "./support/networks.ts";
import {
  MOMENTUM,
  momentumAxes,
  momentumDensities,
  momentumLimit,
  momentumNetworks,
  squaredDistance,
} from "./support/tanh-chaos.ts";
import { tanhDensityTask } from "./support/tanh-density.ts";
import { PILOT_REPLICA, widthRate } from "./support/width-rate.ts";

const TIMES = [1, 4];
const UNTIL = 4;
/** Of the bias. */
const EARLY = 2;
const PILOTS = 1000;

/**
 * (E‖f_N − f‖²)^{1/2} ~ N^(−1/2) along the heavy ball with noise, networks against the density of phase space at t = 1 and t = 4.
 * √N(f_N − f) has a limit law: one relative error, pooled over the widths, is that of every mean square.
 */
export const finiteWidthKinetic = widthRate({
  id: "finite-width-kinetic",
  statement:
    "Along kinetic mean-field Langevin dynamics with a smooth, bounded ψ and i.i.d. starts, the network of N neurons lies N^(−1/2) from the one of the limiting density in root mean square.",
  source: cited("chen2023"),
  equation:
    "dθ = ω dt, dω = −(γω + ∂_θΦ[μ_N])dt + √(2γτ)dW; ∂_tμ + ω∂_θμ − ∂_θΦ[μ]∂_ωμ = γ∂_ω(ωμ + τ∂_ωμ): E‖f_N − f‖² ~ N^(−1), the norm that of L²(q).",
  experiment: (design) => `${MOMENTUM}; ${design()}.`,
  statistic:
    "Slope against N, both logarithmic, of the root mean square over replicas of ‖f_N − f‖, taken at t = 1 and t = 4 together.",
  validates: "networks with momenta and the density of phase space, each by the other",
  exponent: -0.5,
  law: "N^(−1/2)",
  of: "root mean square",
  quick: { 30: 600, 300: 200, 3000: 140 },
  full: { 100: 1000, 1000: 400, 10000: 100, 100000: 40 },
  y: "root mean square of ‖f_N − f‖",
  caption:
    "What networks with momenta compute lies closer to what their limiting density computes, by the square root of the number of neurons.",
  async prepare() {
    const limit = await momentumDensities(TIMES);
    const { weight } = tanhDensityTask.data;
    return {
      sample(width, replica) {
        const seen = networkOutputs({ ...momentumNetworks(TIMES), width, replica });
        const squares = seen.map((outputs, k) => squaredDistance(outputs, limit[k].outputs, weight));
        return Math.sqrt(squares.reduce((sum, value) => sum + value / TIMES.length, 0));
      },
    };
  },
});

/**
 * |E F(μ_N) − F(μ_t)| ~ 1/N although |F(μ_N) − F(μ_t)| ~ N^(−1/2). What is of order N^(−1/2) has mean 0 and is known along coupled copies:
 * Z = (1/N)Σ_j Φ[μ_t](θ̄_j) − ∫Φ[μ_t]dμ_t, and the reaction of μ_N to the fluctuations of its copies on the way. Less both, the
 * scatter of F(μ_N) is of order 1/N too, so that any width takes the same number of replicas; Z alone would leave N^(−1/2).
 */
export const finiteWidthBiasRate = widthRate({
  id: "finite-width-bias-rate",
  statement:
    "The expected energy of N neurons under kinetic mean-field Langevin dynamics, with a smooth, bounded ψ and i.i.d. starts, differs from the energy of their limit by an amount of order 1/N.",
  source: cited("chen2023"),
  equation:
    "F(μ_N) − F(μ_t) = (1/N)Σ_j Φ[μ_t](θ̄_j) − ∫Φ[μ_t]dμ_t + Σ_n a_n·(f̄_N(t_n) − f(t_n)) + O(1/N), a_n = ∂F(μ_t)/∂f(t_n), θ̄_j the copies: E F(μ_N) − F(μ_t) ~ N^(−1).",
  experiment: (design) =>
    `${MOMENTUM}; t = ${EARLY}; ${design()}; a_n by impulses on ${PILOTS} pilot neurons.`,
  statistic:
    "Slope against N, both logarithmic, of the mean over replicas of F(μ_N) − F(μ_t) less its part of first order, whose mean is 0.",
  validates: "the order of the bias of finite width, and the control variate that makes it visible",
  exponent: -1,
  law: "1/N",
  of: "mean",
  quick: { 10: 7000, 100: 1000, 1000: 740 },
  full: { 10: 10_000, 32: 3000, 100: 2000, 320: 1000, 1000: 1000, 3200: 1000 },
  y: "E F(μ_N) − F(μ_t)",
  caption:
    "On average a network of N neurons has more energy than its limit, by an amount that falls in proportion to 1/N.",
  async prepare() {
    const limit = await momentumLimit(EARLY);
    const response = responseOf(limit, { width: PILOTS, seed: 1, replica: PILOT_REPLICA });
    const { energy: limitEnergy } = limit.states.at(-1)!;
    return {
      sample(width, replica) {
        const [state] = coupledCopies(limit, { width, seed: 1, replica, response });
        return state.energy - limitEnergy - state.control - state.reaction!;
      },
    };
  },
});

/**
 * (E|θ_j − θ̄_j|²)^{1/2} ~ N^(−1/2): neuron j driven by μ_N beside its copy driven by the μ_t of the grid, from the same start with the
 * same noise. BAOAB on both sides, so that nothing but the width is between them.
 */
export const propagationOfChaos = widthRate({
  id: "propagation-of-chaos",
  statement:
    "A neuron among N under kinetic mean-field Langevin dynamics, with a smooth, bounded ψ and i.i.d. starts, stays within N^(−1/2) in root mean square of its copy that moves in the limiting field with the same start and noise.",
  source: cited("chen2023"),
  equation:
    "dω_j = −(γω_j + ∂_θΦ[μ_N](θ_j))dt + √(2γτ)dW_j, dω̄_j = −(γω̄_j + ∂_θΦ[μ_t](θ̄_j))dt + √(2γτ)dW_j: E|θ_j − θ̄_j|² ~ N^(−1).",
  experiment: (design) => `${MOMENTUM}; ${design()}.`,
  statistic: `Slope against N, both logarithmic, of the root mean square over neurons and replicas of θ_j − θ̄_j at t = ${UNTIL}.`,
  validates: "propagation of chaos, neuron by neuron",
  exponent: -0.5,
  law: "N^(−1/2)",
  of: "root mean square",
  quick: { 30: 1800, 300: 300, 3000: 240 },
  full: { 30: 3000, 300: 1000, 3000: 300, 30000: 100 },
  y: "root mean square of θ_j − θ̄_j",
  caption:
    "Neurons of wide networks move almost as if alone in the field of the limit: the distance to such copies falls with the square root of the width.",
  async prepare() {
    const limit = await momentumLimit(UNTIL);
    return { sample: (width, replica) => coupledCopies(limit, { width, seed: 1, replica })[0].distance };
  },
});

/**
 * E W₁(μ_N, μ_t) ~ N^(−1/2) for p = 1: the laws of θ of networks with momenta and of their density at t = 4, by the same word with the
 * same step. W₁ = ∫|F_N − F|dθ, exact for atoms against a histogram.
 */
export const w1Rate = widthRate({
  id: "w1-rate",
  statement:
    "For one parameter a neuron, W₁ from the law of N neurons under kinetic mean-field Langevin dynamics to their limit is N^(−1/2) in the mean, where ∫√(F(1 − F)) is finite.",
  source: cited("fournier2015"),
  equation: "W₁(μ_N, μ_t) = ∫|F_N − F|dθ, F_N and F the distribution functions of θ: E W₁ ~ N^(−1/2).",
  experiment: (design) => `${MOMENTUM}; ${design()}.`,
  statistic: `Slope against N, both logarithmic, of the mean over replicas of W₁(μ_N, μ_t) at t = ${UNTIL}, by the marginals of θ.`,
  validates: "networks and densities as laws, and the distance between them",
  exponent: -0.5,
  law: "N^(−1/2)",
  of: "mean",
  scatter: "common",
  quick: { 30: 128, 300: 128, 3000: 128 },
  full: { 30: 64, 300: 64, 3000: 64, 30000: 64 },
  y: "mean of W₁(μ_N, μ_t)",
  caption:
    "The cloud of neurons comes closer to its limiting density, by the square root of the number of neurons.",
  async prepare() {
    const [{ density }] = await momentumDensities([UNTIL]);
    const phase = productOf(momentumAxes);
    const marginal = thetaMarginal(phase, density, 1);
    const space = spaceOf(marginal.grid);
    const limit = slicesOf(marginal, space);
    return {
      sample(width, replica) {
        const [theta] = networkNeurons({ ...momentumNetworks([UNTIL]), width, replica });
        return distancesOfSlices(slicesOf({ points: theta }, space), limit).w1;
      },
    };
  },
});
