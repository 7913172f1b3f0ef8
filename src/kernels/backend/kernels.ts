// The kernels of src/kernels/c as JavaScript calls them: each works on a block of memory, whose head says what is in it.

/** A kernel: the address of a block, two numbers, and which of the threads at work on it calls, 0 where it is the only one. */
export type Kernel = (block: number, a: number, b: number, rank: number) => void;

/** As in c/kernels.h. */
export const KERNEL_NAMES = [
  "ridge_pack",
  "ridge_begin",
  "ridge_forward",
  "ridge_fold",
  "ridge_backward",
  "ridge_weigh",
  "run_works",
  "fill_normals",
  "fill_phases",
  "move_spectral",
  "move_positive",
  "sum_scores",
  "sum_rows",
  "sum_density",
  "lines_solve",
  "lines_derivative",
  "lines_dissipation",
  "features_collapse",
  "features_integrate",
  "features_combine",
  "features_spread",
] as const;

/** Works of a pass, as in c/works.h. */
export const WORK_NAMES = [
  "blend",
  "advance",
  "draw",
  "probe",
  "pull",
  "observe_ridge",
  "differentiate_ridge",
] as const;

export type WorkName = (typeof WORK_NAMES)[number];

export type KernelName = (typeof KERNEL_NAMES)[number];
export type Kernels = Readonly<Record<KernelName, Kernel>>;

/** In the order of their names. */
export function kernelList(kernels: Kernels): Kernel[] {
  return KERNEL_NAMES.map((name) => kernels[name]);
}

/** Memory that kernels work on, for as long as somebody holds the block itself. */
export interface Block {
  /** As kernels take it; a kernel finds another block by its address in a head, where it is a double. */
  readonly address: number;
  readonly numbers: Float64Array;
  readonly words: Int32Array;
  /** Nothing may use it after that. */
  free(): void;
}

/** Where kernels run. */
export interface Engine {
  /** What machine code it is: simd128, avx2 … */
  readonly level: string;
  readonly kernels: Kernels;
  /** A block of that many doubles; what is in it is not known. */
  allocate(doubles: number): Block;
  /** Where kernels find an array's numbers for as long as somebody holds it; null where they are out of their reach. */
  addressOf(array: Float64Array): number | null;
  /** What another thread needs to run the same kernels on the same memory. */
  enlist(): Enlisted;
}

/** The file of an addon, or an instance to be made on the same memory, with a stack that ends at that address. */
export type Enlisted =
  | { readonly path: string }
  | { readonly module: WebAssembly.Module; readonly memory: WebAssembly.Memory; readonly stackEnd: number };
