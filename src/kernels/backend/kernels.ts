// The kernels of src/kernels/c as JavaScript calls them: each works on a block of memory, whose head says what is in it.

/** A kernel: the address of a block, and two numbers. */
type Kernel = (block: number, a: number, b: number) => void;

/** As in c/kernels.h. */
export const KERNEL_NAMES = [
  "ridge_begin",
  "ridge_forward",
  "ridge_fold",
  "ridge_backward",
  "ridge_weigh",
  "fill_normals",
] as const;

export type Kernels = Readonly<Record<(typeof KERNEL_NAMES)[number], Kernel>>;

/** Memory that kernels work on. */
export interface Block {
  /** As kernels take it; where memory was moved by another block's coming, another than before. */
  readonly address: number;
  /** The same memory; to be asked for again after another block was made, which may have moved it. */
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
}
