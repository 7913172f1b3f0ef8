// The works that several claims are of.

import type { Citation } from "../../claims/claim.ts";

export const CHEN_2023: Citation = {
  author: "Chen",
  year: 2023,
  arxiv: "2307.02168",
  work: "Uniform-in-time propagation of chaos for kinetic mean field Langevin dynamics",
};

export const FOURNIER_2015: Citation = {
  author: "Fournier",
  year: 2015,
  arxiv: "1312.2128",
  work: "On the rate of convergence in Wasserstein distance of the empirical measure",
};

export const HAIRER_1993: Citation = {
  author: "Hairer",
  year: 1993,
  arxiv: null,
  work: "Solving ordinary differential equations I: nonstiff problems",
};

export const KAZEYKINA_2020: Citation = {
  author: "Kazeykina",
  year: 2020,
  arxiv: "2007.14660",
  work: "Ergodicity of the underdamped mean-field Langevin dynamics",
};

export const KRICHENE_2020: Citation = {
  author: "Krichene",
  year: 2020,
  arxiv: "2007.06852",
  work: "Global convergence of second-order dynamics in two-layer neural networks",
};

export const LEIMKUHLER_2013: Citation = {
  author: "Leimkuhler",
  year: 2013,
  arxiv: "1203.5428",
  work: "Rational construction of stochastic numerical methods for molecular sampling",
};

export const NITANDA_2022: Citation = {
  author: "Nitanda",
  year: 2022,
  arxiv: "2201.10469",
  work: "Convex analysis of the mean field Langevin dynamics",
};

export const POLYAK_1964: Citation = {
  author: "Polyak",
  year: 1964,
  arxiv: null,
  work: "Some methods of speeding up the convergence of iteration methods",
};

export const SIRIGNANO_2020: Citation = {
  author: "Sirignano",
  year: 2020,
  arxiv: "1808.09372",
  work: "Mean field analysis of neural networks: a central limit theorem",
};

export const SUZUKI_2023: Citation = {
  author: "Suzuki",
  year: 2023,
  arxiv: "2306.07221",
  work: "Convergence of mean-field Langevin dynamics: time and space discretization, stochastic gradient, and variance reduction",
};

export const SU_2016: Citation = {
  author: "Su",
  year: 2016,
  arxiv: "1503.01243",
  work: "A differential equation for modeling Nesterov's accelerated gradient method: theory and insights",
};
