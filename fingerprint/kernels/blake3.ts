/** BLAKE3, 256 bits: our SIMD kernel, the same in Node and browser. */
import { instantiateWasmText } from "./instantiate-wasm-text.ts";
import { BLAKE3_WASM } from "./blake3-wasm.ts";

/** What the wasm offers; see `assembly/blake3.ts` for how it is driven. */
export type Blake3Kernel = {
  memory: { buffer: ArrayBuffer };
  window(): number;
  digest(): number;
  reset(): void;
  absorb(): void;
  finish(length: number): void;
};

/** Bytes that the kernel takes at a time. */
const WINDOW = 65536;

/** Kernels not in use. Each holds 128 KiB; one is enough unless several files are read at once. */
const idle: Blake3Kernel[] = [];

/** A kernel of one's own. */
export function blake3Kernel(): Blake3Kernel {
  return instantiateWasmText(BLAKE3_WASM) as Blake3Kernel;
}

/**
 * Incremental BLAKE3: `update` as often as there are bytes, then `digest` once. Holds one 64 KiB window, whatever the
 * length of the input.
 */
export class Blake3 {
  #kernel: Blake3Kernel | null;
  readonly #window: Uint8Array;
  #filled = 0;

  constructor() {
    this.#kernel = idle.pop() ?? blake3Kernel();
    this.#kernel.reset();
    this.#window = new Uint8Array(this.#kernel.memory.buffer, this.#kernel.window(), WINDOW);
  }

  /** Adds bytes. @throws Error after `digest` */
  update(bytes: Uint8Array): this {
    const kernel = this.#open();
    for (let at = 0; at < bytes.length; ) {
      if (this.#filled === WINDOW) {
        kernel.absorb();
        this.#filled = 0;
      }
      const end = Math.min(at + WINDOW - this.#filled, bytes.length);
      this.#window.set(bytes.subarray(at, end), this.#filled);
      this.#filled += end - at;
      at = end;
    }
    return this;
  }

  /** The 32 bytes of the hash. Ends the use of this object. */
  digest(): Uint8Array<ArrayBuffer> {
    const kernel = this.#open();
    kernel.finish(this.#filled);
    const digest = new Uint8Array(kernel.memory.buffer.slice(kernel.digest(), kernel.digest() + 32));
    this.#kernel = null;
    idle.push(kernel);
    return digest;
  }

  #open(): Blake3Kernel {
    if (!this.#kernel) throw new Error("the digest has been taken");
    return this.#kernel;
  }
}

/** BLAKE3 of bytes: 32 bytes. */
export function blake3(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Blake3().update(bytes).digest();
}
