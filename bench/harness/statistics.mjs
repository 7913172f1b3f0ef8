// Medians with quartiles, of times and of ratios of times taken in the same round.

import { quantile } from "d3-array";

export function spread(values) {
  const [low, median, high] = [0.25, 0.5, 0.75].map((share) => quantile(values, share));
  return { low, median, high };
}
