// What solvers say of their own work, beside μ: given by them.

import { jkoMethod } from "../pde/jko/jko.ts";
import type { Observer, When } from "./observer.ts";

const hasBranches: When = ({ holds, problem }) => holds === "equilibrium" && problem.interaction !== null;

export const search: Observer = {
  columns: [
    {
      name: "stability",
      meaning: "of an equilibrium with W: 1 a minimum of the free energy, 0 marginal, −1 neither",
      of: { density: hasBranches },
    },
    { name: "branch", meaning: "its number by falling free energy, from 0", of: { density: hasBranches } },
  ],
};

const isRegularised: When = ({ method }) => method !== undefined && jkoMethod(method).regularised;

export const movement: Observer = {
  columns: [
    {
      name: "iterations",
      meaning: "of the last step of `jko`",
      of: { density: ({ method }) => method !== undefined },
    },
    {
      name: "marginal_error",
      meaning: "of the last step of `jko`, `entropic`",
      of: { density: isRegularised },
    },
    {
      name: "epsilon",
      words: "*ε*",
      meaning: "ε of `jko`, `entropic`",
      unit: "θ²",
      of: { density: isRegularised },
    },
  ],
};

const isRefined: When = ({ refine }) => refine === true;

export const refinement: Observer = {
  columns: [
    {
      name: "error_space",
      meaning: "with `refine`, at the end: how much risk, energies and H change on 3/2 of the cells",
      unit: "energy",
      of: { "phase space": isRefined },
    },
    {
      name: "error_time",
      meaning: "the same with half the step",
      unit: "energy",
      of: { "phase space": isRefined },
    },
  ],
};
