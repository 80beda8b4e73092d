/** What is known of a work once its files are made, fingerprinted and stored. */
import type { Iscc, StoredFile } from "../../common/documents.ts";
import type { WorkKind } from "../../common/work-kind.ts";

export type PreparedWork = {
  key: string;
  kind: WorkKind;
  file: StoredFile;
  cover?: StoredFile;
  preview?: StoredFile;
  iscc: Iscc;
  /** Milliseconds spent: making, fingerprinting, storing. */
  ms: { make: number; fingerprint: number; store: number };
};

/** One order to a worker: `source` is the CID of the licensed parent, or of the file itself when a node made it. */
export type WorkOrder = { key: string; source: string | null };

export type WorkerSetup = { storeUrl: string; storeToken: string };

export type WorkerAnswer =
  | { key: string; prepared: PreparedWork }
  | { key: string; error: { code: string; message: string } };
