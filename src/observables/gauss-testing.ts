// Rules of Gauss and Legendre with 16 nodes, for references in tests.

/** Nodes and weights on [−1, 1], by Newton's iteration on P₁₆. */
const NODES = Array.from({ length: 16 }, (_, k) => {
  let x = Math.cos((Math.PI * (k + 0.75)) / 16.5);
  let slope = 1;
  for (let round = 0; round < 50; round++) {
    let [before, now] = [1, x];
    for (let n = 2; n <= 16; n++) [before, now] = [now, ((2 * n - 1) * x * now - (n - 1) * before) / n];
    slope = (16 * (x * now - before)) / (x * x - 1);
    x -= now / slope;
  }
  return { x, weight: 2 / ((1 - x * x) * slope * slope) };
});

/** Nodes and weights on so many equal pieces of [low, high]. */
export function gaussNodes(low: number, high: number, pieces: number): { x: number; weight: number }[] {
  const half = (high - low) / pieces / 2;
  return Array.from({ length: pieces }, (_, piece) => low + (2 * piece + 1) * half).flatMap((middle) =>
    NODES.map(({ x, weight }) => ({ x: middle + half * x, weight: half * weight })),
  );
}

/** ∫f over so many equal pieces of [low, high]. */
export function integrate(f: (x: number) => number, low: number, high: number, pieces: number): number {
  return gaussNodes(low, high, pieces).reduce((total, { x, weight }) => total + weight * f(x), 0);
}
