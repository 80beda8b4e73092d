/** The canonical backend: one pinned wasm binary, SIMD, one thread. */
import * as wasm from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { ColophonError } from "../../common/errors.ts";
import type { Backend } from "./backend.ts";
import { installedWasmSha256, PINNED_WASM_SHA256, wasmBinaryPath } from "./engine-pin.ts";
import { registerGradients } from "./gradients.ts";
import { installTransposedMatMul } from "./transposed-matmul.ts";

let opened: Promise<Backend> | undefined;

/**
 * Starts the backend in this process, once. Only for child processes and command lines: its loader installs handlers
 * for uncaught exceptions that no server should have.
 * @throws ColophonError WRONG_ENGINE when the installed binary is not the pinned one, NO_SIMD on a CPU without wasm SIMD
 */
export async function openWasmBackend(): Promise<Backend> {
  opened ??= open();
  const backend = await opened;
  await tf.setBackend("wasm");
  return backend;
}

async function open(): Promise<Backend> {
  const path = wasmBinaryPath();
  const wasmSha256 = await installedWasmSha256();
  if (wasmSha256 !== PINNED_WASM_SHA256) {
    throw new ColophonError("WRONG_ENGINE", "The installed wasm binary is not the pinned one: outputs would differ.", {
      data: { path, sha256: wasmSha256, pinned: PINNED_WASM_SHA256 },
    });
  }
  if (!(await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT"))) {
    throw new ColophonError("NO_SIMD", "This JavaScript engine has no wasm SIMD, which generation needs.");
  }
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  // Whatever the loader asks for, it gets the pinned binary or nothing.
  const names = ["tfjs-backend-wasm-simd.wasm", "tfjs-backend-wasm-threaded-simd.wasm", "tfjs-backend-wasm.wasm"];
  wasm.setWasmPaths(Object.fromEntries(names.map((name) => [name, path])));
  installTransposedMatMul();
  registerGradients();
  if (!(await tf.setBackend("wasm"))) {
    throw new ColophonError("ENGINE_FAILED", "The wasm backend did not start.", { data: { path } });
  }
  await tf.ready();
  return { name: "wasm", version: tf.version_core, wasmSha256, ops: tf };
}
