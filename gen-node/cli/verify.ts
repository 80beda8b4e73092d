/** `gen-node verify`: runs a delivered job again from its receipt and compares every byte. */
import { readFile } from "node:fs/promises";
import { cidOfDigest, type Hash, sha256Hex } from "../../common/digest.ts";
import { type JobReceipt, jobReceiptSchema, jobSpecSchema } from "../../common/documents.ts";
import { ColophonError } from "../../common/errors.ts";
import { LIMITS } from "../../common/limits.ts";
import { StoreClient } from "../../storage/client.ts";
import { runJobInChild } from "../engine/index.ts";
import { readOptions } from "./options.ts";

/**
 * Runs the command; returns what to print.
 * @throws ColophonError OUTPUT_DIFFERS when the node delivered other bytes than its specification gives
 */
export async function verify(args: readonly string[]): Promise<Record<string, unknown>> {
  const options = readOptions(args, { values: ["receipt", "store"], flags: [] });
  const url = options.text("store", process.env["STORE_URL"] ?? "http://127.0.0.1:4602");
  const store = new StoreClient({ url });
  const receipt = await readReceipt(store, options.text("receipt"));
  const spec = await store.getDocument(cidOfDigest(receipt.specDigest as Hash), jobSpecSchema);
  const file = (cid: string) => store.get(cid, { maxBytes: LIMITS.uploadBytes });
  const model = await file(spec.model.cid);
  const input = spec.input ? await file(spec.input.cid) : undefined;
  const started = performance.now();
  const result = await runJobInChild(spec, { model, ...(input ? { input } : {}) });
  const own = sha256Hex(result.png);
  const facts = {
    jobId: receipt.jobId,
    operator: receipt.operator,
    claimed: receipt.output.sha256,
    own,
    equal: own === receipt.output.sha256,
    sameEngine: result.engine.wasmSha256 === receipt.engine.wasmSha256,
    ms: Math.round(performance.now() - started),
  };
  if (facts.equal) return facts;
  throw new ColophonError("OUTPUT_DIFFERS", "Running the job again gives other bytes than the receipt claims.", {
    data: facts,
  });
}

/** A receipt from a file if there is one of that name, else by CID from the store. */
async function readReceipt(store: StoreClient, name: string): Promise<JobReceipt> {
  let text: string;
  try {
    text = await readFile(name, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return store.getDocument(name, jobReceiptSchema);
  }
  const parsed = jobReceiptSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new ColophonError("BAD_DOCUMENT", "The file is not a job's receipt.", { cause: parsed.error });
}
