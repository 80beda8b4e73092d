/** The thread that hashes leaves and writes packs, so that hashing a file as a whole and storing it run side by side. */
import { hash } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";
import { BLOCK_PREFIX_BYTES, PackFile, RAW_CID_PREFIX } from "./pack-file.ts";

export type PackWorkerData = { slots: SharedArrayBuffer[] };
export type PackRequest = { seq: number; pack: number } & (
  | { op: "open"; fd: number }
  /** `length` bytes of a shared slot, to be hashed and stored as a raw block. */
  | { op: "leaf"; slot: number; length: number }
  | { op: "block"; cid: Uint8Array; block: Uint8Array }
  | { op: "finish"; header: Uint8Array }
  | { op: "close" }
);
/** Where a block begins in its pack, and the SHA-256 of a leaf. */
export type StoredBlock = { offset: number; digest?: Uint8Array };
export type PackResponse = {
  seq: number;
  stored?: StoredBlock;
  error?: { code?: string; message: string };
};

const slots = (workerData as PackWorkerData).slots.map((slot) => new Uint8Array(slot));
const packs = new Map<number, PackFile>();

parentPort?.on("message", (request: PackRequest) => {
  const response: PackResponse = { seq: request.seq };
  try {
    response.stored = handle(request);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    response.error = { code, message };
  }
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
  parentPort?.postMessage(response);
});

function handle(request: PackRequest): StoredBlock | undefined {
  if (request.op === "open") {
    packs.set(request.pack, new PackFile(request.fd));
    return undefined;
  }
  const pack = packs.get(request.pack);
  if (!pack) throw new Error("the pack is not open");
  switch (request.op) {
    case "leaf": {
      const leaf = (slots[request.slot] as Uint8Array).subarray(0, request.length);
      const digest = hash("sha256", leaf, "buffer");
      const cid = new Uint8Array(BLOCK_PREFIX_BYTES + digest.length);
      cid.set(RAW_CID_PREFIX);
      cid.set(digest, BLOCK_PREFIX_BYTES);
      return { offset: pack.put(cid, leaf), digest };
    }
    case "block":
      return { offset: pack.put(request.cid, request.block) };
    case "finish":
      pack.finish(request.header);
      return undefined;
    case "close":
      packs.delete(request.pack);
      return undefined;
  }
}
