// What muflow uses of WebAssembly, whose types are in TypeScript's library for browsers alone.

declare namespace WebAssembly {
  /** Shared by threads. */
  class Memory {
    readonly buffer: SharedArrayBuffer;
    constructor(pages: { initial: number; maximum: number; shared: true });
  }
  class Global {
    value: number;
  }
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    readonly exports: object;
    constructor(module: Module, imports: object);
  }
}
