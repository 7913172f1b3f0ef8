// Anderson acceleration of a fixed point x = F(x) (Walker, Ni 2011): with f = F(x) − x and the last few differences ΔX, Δf,
//   x⁺ = F(x) − (ΔX + Δf)γ,   γ = argmin |f − Δf γ| in a weighted 2-norm.
// On linear F it is GMRES; on the scaling iteration it finds in ten steps the few slow modes that plain iteration leaves.

/** Differences kept. */
const MEMORY = 8;
/** A difference this much inside the span of the others, as a ratio of norms, says nothing. */
const DEPENDENT = 1e-8;

export type Anderson = ReturnType<typeof andersonAcceleration>;

/** Remembers differences of arrays of one length. O(MEMORY² n) a call. */
export function andersonAcceleration(size: number) {
  /** Differences held, and where the next one goes. */
  let held = 0;
  let next = 0;
  let started = false;
  const arrays = () => Array.from({ length: MEMORY }, () => new Float64Array(size));
  const moves = arrays();
  const changes = arrays();
  const basis = arrays();
  const lastPoint = new Float64Array(size);
  const lastResidual = new Float64Array(size);
  const rest = new Float64Array(size);

  function newestFirst(): number[] {
    return Array.from({ length: held }, (_, k) => (next - 1 - k + 2 * MEMORY) % MEMORY);
  }

  /** γ by modified Gram–Schmidt on the differences of f, newest first; dependent ones get 0. */
  function coefficients(f: Float64Array, weight: Float64Array): Float64Array {
    const order = newestFirst();
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

  return {
    /** Forgets everything. */
    restart(): void {
      held = 0;
      next = 0;
      started = false;
    },
    /** x becomes x⁺, given f = F(x) − x and the weights of the norm. */
    advance(x: Float64Array, f: Float64Array, weight: Float64Array): void {
      if (started) {
        const move = moves[next];
        const change = changes[next];
        for (let i = 0; i < size; i++) {
          move[i] = x[i] - lastPoint[i];
          change[i] = f[i] - lastResidual[i];
        }
        next = (next + 1) % MEMORY;
        held = Math.min(MEMORY, held + 1);
      }
      started = true;
      lastPoint.set(x);
      lastResidual.set(f);
      for (let i = 0; i < size; i++) x[i] += f[i];
      const gamma = coefficients(f, weight);
      for (const [k, at] of newestFirst().entries()) {
        if (gamma[k] === 0) continue;
        for (let i = 0; i < size; i++) x[i] -= gamma[k] * (moves[at][i] + changes[at][i]);
      }
    },
  };
}

function inner(a: Float64Array, b: Float64Array, weight: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += weight[i] * a[i] * b[i];
  return total;
}

function norm(a: Float64Array, weight: Float64Array): number {
  return Math.sqrt(inner(a, a, weight));
}
