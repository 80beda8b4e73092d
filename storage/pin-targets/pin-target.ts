import type { CID } from "multiformats/cid";

/** How far a copy is, in the words of the IPFS Pinning Service API; `absent`: nobody asked for it, or it was removed. */
export type PinState = "absent" | "queued" | "pinning" | "pinned" | "failed";

/** A stored work, as it is handed to a target. */
export type PinnedWork = {
  cid: CID;
  /** For people who look at the target's list. */
  name: string;
  /** The whole work as a CAR (version 1); may be read more than once. */
  car: () => AsyncIterable<Uint8Array>;
};

/** A place that keeps copies of works. What it says of itself counts for nothing until its blocks were read back and checked. */
export interface PinTarget {
  /** Unique among the targets of a store; part of its records. */
  readonly name: string;
  /**
   * Asks for a copy. Asking again for the same work changes nothing, also after an answer was lost.
   * @throws ColophonError PIN_TARGET_UNREACHABLE (may be tried again), PIN_TARGET_REFUSED, PIN_TARGET_DENIED
   */
  ensure(work: PinnedWork, signal?: AbortSignal): Promise<PinState>;
  /** @throws as `ensure` */
  status(cid: CID, signal?: AbortSignal): Promise<PinState>;
  /**
   * One block as the target gives it to readers, checked.
   * @throws ColophonError CONTENT_NOT_FOUND, BLOCK_MISMATCH, PIN_TARGET_UNREACHABLE or what `fetchBlock` throws
   */
  block(cid: CID, signal?: AbortSignal): Promise<Uint8Array>;
  /** Tells the network that the copy is here, where the target can do that. @throws as `ensure` */
  announce?(cid: CID, signal?: AbortSignal): Promise<void>;
  /** Gives the copy up; nothing happens when there is none. @throws as `ensure` */
  remove(cid: CID, signal?: AbortSignal): Promise<void>;
}
