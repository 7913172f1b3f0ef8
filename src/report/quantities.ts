/** The distances between solvers: how they are written, in notation, and of what they are. The order is that of display. */
export const QUANTITIES: Readonly<Record<string, { symbol: string; meaning: string }>> = {
  f_rms: { symbol: "‖*f*_N − *f*‖", meaning: "over the data (root mean square)" },
  w1: { symbol: "*W*_1", meaning: "between the laws of a neuron" },
  w2: { symbol: "*W*_2", meaning: "between the laws of a neuron" },
  sliced_w1: { symbol: "sliced *W*_1", meaning: "between the laws of a neuron" },
  sliced_w2: { symbol: "sliced *W*_2", meaning: "between the laws of a neuron" },
  energy_distance: { symbol: "energy distance", meaning: "between the laws of a neuron" },
};
