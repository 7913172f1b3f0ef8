// Neurons from a file, one a row, (θ, ω) where there are momenta: a table of text, a .npy, or arrays of a .npz: muflow's own snapshots, or
// another program's θ, or its blocks a, w, b.

import { inputError, type Where, within } from "../base/errors.ts";
import { foundAllowed } from "../base/keys.ts";
import { counted, listed, printable, quoted } from "../base/words.ts";
import { beginsWith, NPY, ZIP } from "../tables/magic.ts";
import { arrayNamed, arraysText, columnOf, matrixOf } from "../tables/matrix.ts";
import { decodeNpy, type NumericArray, shapeText, sizeOf } from "../tables/npy.ts";
import { decodeNpz } from "../tables/npz.ts";
import { FORMAT_KEYS, type TextFormat } from "../tables/text-table.ts";
import { numberRows } from "./csv.ts";

export interface NeuronFile extends TextFormat {
  /** Names of arrays in a .npz: of θ and ω, or of the blocks of θ. */
  arrays?: ArraysOfNeurons;
  /** Which of several snapshots, from 0; default: the last. */
  snapshot?: number;
}

export type ArraysOfNeurons = { theta: string; omega?: string } | { a?: string; w?: string; b?: string };

/** What a neuron consists of. */
export interface NeuronShape {
  /** p */
  readonly dimension: number;
  readonly momenta: boolean;
  /** The blocks of θ and their numbers of coordinates, in order. */
  readonly blocks: readonly { readonly name: "a" | "w" | "b"; readonly width: number }[];
}

type Rows = number[][];
type Arrays = Readonly<Record<string, NumericArray>>;

/** Rows of p numbers, or of 2p with momenta. Errors (input): what the file does not hold, or holds several of. */
export function neuronRows(
  where: Where,
  bytes: Uint8Array,
  shape: NeuronShape,
  options: NeuronFile,
  onNotice?: (message: string) => void,
): Rows {
  const isNpy = beginsWith(bytes, NPY);
  const isNpz = beginsWith(bytes, ZIP) && holdsArrays(bytes);
  const meant = isNpy || isNpz ? FORMAT_KEYS : (["arrays", "snapshot"] as const);
  const foreign = meant.find((key) => options[key] !== undefined);
  if (foreign !== undefined) {
    const what = isNpy || isNpz ? "arrays of numpy" : "a table of text";
    throw inputError(where, `found ${foreign}; allowed: nothing of the kind with ${what}`);
  }
  const columns = shape.dimension * (shape.momenta ? 2 : 1);
  if (isNpy) {
    if (options.arrays !== undefined) {
      throw inputError(where, "found arrays; allowed: nothing of the kind with a .npy, which is one array");
    }
    return rowsOf(where, snapshotOf(where, decodeNpy(bytes, where), options.snapshot), columns);
  }
  return isNpz
    ? archiveRows(where, decodeNpz(bytes, where), shape, options)
    : numberRows(where, bytes, columns, options, onNotice);
}

/** Whether the first file of a zip is an array. */
function holdsArrays(bytes: Uint8Array): boolean {
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 4096));
  if (header.length < 30) return true;
  return header.toString("latin1", 30, 30 + header.readUInt16LE(26)).endsWith(".npy");
}

function archiveRows(
  where: Where,
  arrays: Arrays,
  shape: NeuronShape,
  { arrays: names, snapshot }: NeuronFile,
): Rows {
  const { dimension: p, momenta } = shape;
  const rows = (name: string, columns: number) => {
    const place = within(where, `: ${printable(name)}`);
    return rowsOf(place, snapshotOf(place, arrayNamed(where, arrays, name), snapshot), columns);
  };
  if (names !== undefined && !("theta" in names)) return blockRows(where, arrays, shape, names);
  const theta = names?.theta ?? onlyTheta(where, arrays);
  const sibling = theta.endsWith(THETA) ? `${theta.slice(0, -THETA.length)}_omega` : null;
  const omega = names?.omega ?? (sibling !== null && Object.hasOwn(arrays, sibling) ? sibling : undefined);
  if (!momenta) {
    if (names?.omega === undefined) return rows(theta, p);
    throw inputError(where, "found arrays.omega; allowed: nothing without kinetic dynamics");
  }
  // One array may hold both.
  if (omega === undefined) return rows(theta, 2 * p);
  const [positions, velocities] = [rows(theta, p), rows(omega, p)];
  if (positions.length !== velocities.length) {
    throw inputError(
      where,
      `${theta} has ${counted(positions.length, "neuron")}, ${omega} ${velocities.length}; allowed: as many`,
    );
  }
  return positions.map((row, j) => [...row, ...velocities[j]!]);
}

const THETA = "_theta";

/** The one array that is θ. Errors (input): none, several. */
function onlyTheta(where: Where, arrays: Arrays): string {
  const thetas = Object.keys(arrays).filter((name) => name.endsWith(THETA) || name === "theta");
  const all = Object.keys(arrays);
  const candidates = thetas.length > 0 ? thetas : all.length === 1 ? all : [];
  if (candidates.length === 1) return candidates[0]!;
  const found =
    candidates.length === 0
      ? `no array that is θ alone among ${arraysText(arrays)}`
      : `${listed(candidates.slice(0, 12).map(printable))}${candidates.length > 12 ? ", …" : ""}`;
  const example = candidates[0] ?? all[0] ?? "theta";
  throw inputError(
    where,
    `found ${found}; name one: arrays: { theta: ${printable(example)} }, or the blocks a, w, b`,
  );
}

/** θ from its blocks: w is N × d, a and b are N numbers in whatever shape. */
function blockRows(
  where: Where,
  arrays: Arrays,
  { blocks, momenta }: NeuronShape,
  names: Readonly<Partial<Record<"a" | "w" | "b", string>>>,
): Rows {
  if (momenta) throw inputError(where, "found blocks of θ; allowed with kinetic dynamics: theta and omega");
  const wanted = blocks.map(({ name }) => name);
  const odd = (["a", "w", "b"] as const).find(
    (name) => wanted.includes(name) !== (names[name] !== undefined),
  );
  if (odd !== undefined) {
    throw inputError(
      where,
      wanted.includes(odd)
        ? `arrays.${odd}: found nothing; allowed: the name of an array, as θ has the blocks ${listed(wanted)}`
        : `arrays.${odd}: found ${quoted(names[odd]!)}; allowed: nothing, as θ has no such block`,
    );
  }
  const parts = blocks.map(({ name, width }) => {
    const array = arrayNamed(where, arrays, names[name]!);
    const place = within(where, `: ${printable(names[name]!)}`);
    if (array.data.length % width !== 0 || (width > 1 && array.shape.at(-1) !== width)) {
      throw inputError(
        place,
        foundAllowed(`shape ${shapeText(array.shape)}`, `N × ${width}, one row a neuron, for block ${name}`),
      );
    }
    return rowsOf(place, { shape: [array.data.length / width, width], data: array.data }, width);
  });
  const lengths = parts.map((part) => part.length);
  if (lengths.some((length) => length !== lengths[0])) {
    throw inputError(
      where,
      `blocks ${listed(wanted)} have ${listed(lengths.map(String))} neurons; allowed: as many`,
    );
  }
  return parts[0]!.map((_, j) => parts.flatMap((part) => part[j]!));
}

/** Of several snapshots (times first) one, the last where nobody says. */
function snapshotOf(where: Where, { shape, data }: NumericArray, snapshot: number | undefined): NumericArray {
  if (shape.length < 3) {
    if (snapshot === undefined) return { shape, data };
    throw inputError(
      where,
      `found snapshot: ${snapshot}; allowed: nothing, as its shape is ${shapeText(shape)}`,
    );
  }
  const [count, ...rest] = shape as [number, ...number[]];
  const at = snapshot ?? count - 1;
  if (at >= count || at < 0) {
    throw inputError(
      where,
      `found snapshot: ${at}; the file has ${counted(count, "snapshot")}, counted from 0`,
    );
  }
  const size = sizeOf(rest);
  return { shape: rest, data: data.subarray(at * size, (at + 1) * size) };
}

function rowsOf(where: Where, array: NumericArray, columns: number): Rows {
  const matrix = matrixOf(where, array);
  if (matrix.columns !== columns || array.shape.length > 2) {
    throw inputError(
      where,
      foundAllowed(`shape ${shapeText(array.shape)}`, `N × ${columns}, one row a neuron`),
    );
  }
  const all = Array.from({ length: columns }, (_, k) => columnOf(matrix, k, where));
  return Array.from({ length: matrix.rows }, (_, j) => all.map((column) => column[j]!));
}
