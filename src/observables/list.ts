// All observers, in the order of their columns in series; and what a run records, known before it runs.

import { hasMomenta } from "../dynamics/motion.ts";
import { certificate, lowerBound } from "./certificate.ts";
import { orders } from "./circular.ts";
import { energies, freeEnergy, risk, temperature } from "./energies.ts";
import { fisherInformation } from "./fisher-information.ts";
import { fit } from "./fit.ts";
import { identity } from "./ledger.ts";
import { masses } from "./masses.ts";
import { moments } from "./moments.ts";
import type {
  Column,
  DensityView,
  NetworkView,
  Observables,
  Observer,
  Representation,
  Subject,
} from "./observer.ts";
import { excess, hypocoercivity } from "./optimum.ts";
import { movement, refinement, search } from "./solvers.ts";
import { speed } from "./speed.ts";

const OBSERVERS: readonly Observer[] = [
  risk,
  fit,
  energies,
  temperature,
  lowerBound,
  freeEnergy,
  fisherInformation,
  identity,
  speed,
  certificate,
  excess,
  masses,
  moments,
  orders,
  hypocoercivity,
  search,
  movement,
  refinement,
];

/** Every column there is; a name that networks and densities share may stand twice. */
export const COLUMNS: readonly Column[] = OBSERVERS.flatMap(({ columns }) => columns);

/** Those of densities that are recorded only where they are asked for. */
export const ASKED_NAMES: readonly string[] = COLUMNS.filter(({ asked }) => asked).map(({ name }) => name);

/** Those of tables of final values: what is read off μ before what its steps give. */
export const TABLE_COLUMNS: readonly Column[] = [
  ...OBSERVERS.filter(isRead),
  ...OBSERVERS.filter((observer) => !isRead(observer)),
].flatMap(({ columns }) => columns.filter(({ table }) => table !== undefined));

function isRead({ network, density }: Observer): boolean {
  return network !== undefined || density !== undefined;
}

/** The column of that name, `mean_theta_3` being one of `mean_theta_#`. */
export function columnOf(name: string): Column | undefined {
  const pattern = name.replaceAll(/(?<=_(?:theta|omega)_)\d+(?=$|_)/g, "#");
  return COLUMNS.find((column) => column.name === pattern);
}

/** An equilibrium and what equations hold are seen as densities are. */
function representationOf({ holds, dynamics }: Subject): Representation {
  if (holds === "equilibrium") return "density";
  if (holds === "equations") return hasMomenta(dynamics) ? "phase space" : "density";
  return holds;
}

/** Whether a run of that subject has the column. */
function isRecorded({ name, of, asked }: Column, subject: Subject): boolean {
  const { holds, gives = [], observe = [] } = subject;
  if (holds === "equations" && !gives.includes(name)) return false;
  return of[representationOf(subject)]?.(subject) === true && (asked !== true || observe.includes(name));
}

/** What a run records. */
export class Recorder {
  /** Its observables, those included that may turn out blank. */
  readonly names: readonly string[];
  private readonly active: readonly Observer[];

  constructor(subject: Subject) {
    const { dimension } = subject.problem;
    const active: Observer[] = [];
    this.names = OBSERVERS.flatMap((observer) => {
      const columns = observer.columns.filter((column) => isRecorded(column, subject));
      if (columns.length === 0) return [];
      active.push(observer);
      const each = columns.map(({ name }) =>
        name.includes("#")
          ? Array.from({ length: dimension }, (_, k) => name.replaceAll("#", `${k}`))
          : [name],
      );
      return observer.byCoordinate === subject.holds
        ? each[0].flatMap((_, k) => each.map((names) => names[k]))
        : each.flat();
    });
    this.active = active;
  }

  /** What is read off N neurons. */
  network(view: NetworkView): Observables {
    return Object.assign({}, ...this.active.map(({ network }) => network?.(view)));
  }

  /** What is read off a density. */
  density(view: DensityView): Observables {
    return Object.assign({}, ...this.active.map(({ density }) => density?.(view)));
  }

  /** A row of all of them; what has no value is blank. */
  row(values: Observables): Observables {
    return Object.fromEntries(this.names.map((name) => [name, values[name] ?? Number.NaN]));
  }
}

/** Observables of a run, those included that may turn out blank. */
export function recordedBy(subject: Subject): readonly string[] {
  return new Recorder(subject).names;
}
