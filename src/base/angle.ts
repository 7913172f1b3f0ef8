// The angle of a vector in the plane, from + - * / and the own sine and cosine: the same bits on every engine.
// With t = tan φ, 0 ≤ φ ≤ π/4, and s = t/(1 + 0.28t²) within 0.006 of φ:  φ = s + atan q,  q = (t − tan s)/(1 + t tan s).

import { cosReduced, sinReduced } from "./elementary.ts";

const HALF_PI = 0.5 * Math.PI;

/** The angle of (x, y) in [−π, π], within 2 ε; 0 at the origin. */
export function angleOf(x: number, y: number): number {
  const across = Math.abs(x);
  const up = Math.abs(y);
  const steep = up > across;
  const t = steep ? across / up : up === 0 ? 0 : up / across;
  const s = t / (1 + 0.28 * t * t);
  const sine = sinReduced(s);
  const cosine = cosReduced(s);
  const q = (t * cosine - sine) / (cosine + t * sine);
  const u = q * q;
  // Three terms of atan q: the fourth is q⁷/7 < 1e-16 of it.
  let angle = s + q * (1 - u * (1 / 3 - 0.2 * u));
  if (steep) angle = HALF_PI - angle;
  if (x < 0) angle = Math.PI - angle;
  return y < 0 ? -angle : angle;
}
