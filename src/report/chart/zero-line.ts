// Where a function on even cells is 0, as segments: marching squares (Lorensen, Cline 1987, in the plane), f linear along the sides of each
// square of four neighbouring middles, with an error of second order in the cells. Open where it leaves the rectangle.

/** The ends of a segment. */
export type Segment = readonly [from: readonly [number, number], to: readonly [number, number]];

/** Values at the middles of cells × cells cells over x × y, row by row, the rows upwards. */
export function zeroLine(
  values: Float64Array,
  cells: number,
  x: readonly [number, number],
  y: readonly [number, number],
): Segment[] {
  const at = ([low, high]: readonly [number, number], i: number) => low + ((i + 0.5) * (high - low)) / cells;
  const segments: Segment[] = [];
  for (let j = 0; j + 1 < cells; j++) {
    for (let i = 0; i + 1 < cells; i++) {
      // Around the square, against the clock from below left.
      const corners = [
        [i, j],
        [i + 1, j],
        [i + 1, j + 1],
        [i, j + 1],
      ] as const;
      const f = corners.map(([a, b]) => values[b * cells + a]!);
      const crossings = corners.flatMap(([a, b], k) => {
        const [c, d] = corners[(k + 1) % 4]!;
        const [from, to] = [f[k]!, f[(k + 1) % 4]!];
        if (from > 0 === to > 0) return [];
        const share = from / (from - to);
        return [[at(x, a + share * (c - a)), at(y, b + share * (d - b))] as const];
      });
      if (crossings.length === 2) segments.push([crossings[0]!, crossings[1]!]);
      if (crossings.length === 4) {
        // A saddle: the middle says which corners are joined.
        const [p, q, r, s] = crossings as [Segment[0], Segment[0], Segment[0], Segment[0]];
        const joined = f.reduce((sum, value) => sum + value, 0) > 0 === f[0]! > 0;
        segments.push(
          ...(joined
            ? ([
                [p, q],
                [r, s],
              ] as const)
            : ([
                [s, p],
                [q, r],
              ] as const)),
        );
      }
    }
  }
  return segments;
}
