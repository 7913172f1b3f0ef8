declare module "ode-rk4" {
  interface Rk4Integrator {
    t: number;
    step(): this;
  }
  /** `y` is advanced in place; `derivative` writes ẏ(y, t) into its first argument. */
  export default function rk4(
    y: Float64Array,
    derivative: (slope: Float64Array, y: Float64Array, t: number) => void,
    t: number,
    dt: number,
  ): Rk4Integrator;
}
