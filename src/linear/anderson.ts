// Anderson acceleration of a fixed point x = F(x) (Walker, Ni 2011): with f = F(x) − x and the last few differences ΔX, Δf,
//   x⁺ = F(x) − (ΔX + Δf)γ,   γ = argmin |f − Δf γ| in a weighted 2-norm.
// On linear F it is GMRES; on the scaling iteration it finds in ten steps the few slow modes that plain iteration leaves.

/** Differences kept. */
const MEMORY = 8;
/** A difference this much inside the span of the others, as a ratio of norms, says nothing. */
const DEPENDENT = 1e-8;

/** Remembers differences of arrays of one length. O(MEMORY² n) a call. */
export class Anderson {
  private readonly size: number;
  private readonly moves: Float64Array[];
  private readonly changes: Float64Array[];
  private readonly basis: Float64Array[];
  private readonly lastPoint: Float64Array;
  private readonly lastResidual: Float64Array;
  private readonly rest: Float64Array;
  /** Differences held, and where the next one goes. */
  private held = 0;
  private next = 0;
  private started = false;

  constructor(size: number) {
    this.size = size;
    const arrays = () => Array.from({ length: MEMORY }, () => new Float64Array(size));
    this.moves = arrays();
    this.changes = arrays();
    this.basis = arrays();
    this.lastPoint = new Float64Array(size);
    this.lastResidual = new Float64Array(size);
    this.rest = new Float64Array(size);
  }

  /** Forgets everything. */
  restart(): void {
    this.held = 0;
    this.next = 0;
    this.started = false;
  }

  /** x becomes x⁺, given f = F(x) − x and the weights of the norm. */
  advance(x: Float64Array, f: Float64Array, weight: Float64Array): void {
    const { size, moves, changes, lastPoint, lastResidual } = this;
    if (this.started) {
      const move = moves[this.next];
      const change = changes[this.next];
      for (let i = 0; i < size; i++) {
        move[i] = x[i] - lastPoint[i];
        change[i] = f[i] - lastResidual[i];
      }
      this.next = (this.next + 1) % MEMORY;
      this.held = Math.min(MEMORY, this.held + 1);
    }
    this.started = true;
    lastPoint.set(x);
    lastResidual.set(f);
    for (let i = 0; i < size; i++) x[i] += f[i];
    const gamma = this.coefficients(f, weight);
    for (const [k, at] of this.newestFirst().entries()) {
      if (gamma[k] === 0) continue;
      for (let i = 0; i < size; i++) x[i] -= gamma[k] * (moves[at][i] + changes[at][i]);
    }
  }

  private newestFirst(): number[] {
    return Array.from({ length: this.held }, (_, k) => (this.next - 1 - k + 2 * MEMORY) % MEMORY);
  }

  /** γ by modified Gram–Schmidt on the differences of f, newest first; dependent ones get 0. */
  private coefficients(f: Float64Array, weight: Float64Array): Float64Array {
    const { size, changes, basis, rest } = this;
    const order = this.newestFirst();
    const upper = order.map(() => new Float64Array(order.length));
    const projections = new Float64Array(order.length);
    rest.set(f);
    for (const [k, at] of order.entries()) {
      const column = basis[k];
      column.set(changes[at]);
      const before = norm(column, weight);
      for (let l = 0; l < k; l++) {
        if (upper[l][l] === 0) continue;
        const part = inner(basis[l], column, weight);
        upper[l][k] = part;
        for (let i = 0; i < size; i++) column[i] -= part * basis[l][i];
      }
      const length = norm(column, weight);
      if (!(length > DEPENDENT * before)) continue;
      upper[k][k] = length;
      for (let i = 0; i < size; i++) column[i] /= length;
      projections[k] = inner(column, rest, weight);
      for (let i = 0; i < size; i++) rest[i] -= projections[k] * column[i];
    }
    const gamma = new Float64Array(order.length);
    for (let k = order.length - 1; k >= 0; k--) {
      if (upper[k][k] === 0) continue;
      let value = projections[k];
      for (let l = k + 1; l < order.length; l++) value -= upper[k][l] * gamma[l];
      gamma[k] = value / upper[k][k];
    }
    return gamma;
  }
}

function inner(a: Float64Array, b: Float64Array, weight: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += weight[i] * a[i] * b[i];
  return total;
}

function norm(a: Float64Array, weight: Float64Array): number {
  return Math.sqrt(inner(a, a, weight));
}
