/** Makes, fingerprints and stores the files of one work: the same steps as an upload in the dapp. */
import { MEDIA_TYPES } from "../../common/work-kind.ts";
import type { StoredFile } from "../../common/documents.ts";
import { ColophonError } from "../../common/errors.ts";
import { LIMITS } from "../../common/limits.ts";
import { fingerprint } from "../../fingerprint/node.ts";
import type { StoreClient } from "../../storage/client.ts";
import type { PlannedWork } from "./catalog/work.ts";
import { type MadeFile, type MadeWork, makeWork } from "./make-work.ts";
import type { PreparedWork } from "./prepared-work.ts";
import { isOrdered, parentOf } from "./plan.ts";

/**
 * @param source CID of the licensed parent for a variation, of the output for what a node made, else null
 * @throws ColophonError as `makeWork`, `fingerprint` and `StoreClient`; SEED_WRONG_KIND when a file is not what it should be
 */
export async function prepareWork(work: PlannedWork, source: string | null, store: StoreClient): Promise<PreparedWork> {
  const begun = performance.now();
  const bytes = source ? await store.get(source, { maxBytes: LIMITS.uploadBytes }) : undefined;
  const made: MadeWork =
    isOrdered(work) && bytes ? { file: { bytes, mediaType: "image/png" } } : await makeWork(work, bytes);
  if (parentOf(work) && !source) throw new ColophonError("SEED_NEEDS_SOURCE", `"${work.key}" needs its source.`);
  const marked = performance.now();
  const print = await fingerprint(made.file.bytes, { title: work.title, description: work.description });
  if (print.mediaType !== made.file.mediaType) {
    throw new ColophonError("SEED_WRONG_KIND", `"${work.key}" was taken for ${print.mediaType}.`);
  }
  const printed = performance.now();
  const put = async ({ bytes: content, mediaType }: MadeFile): Promise<StoredFile> => {
    const { cid, sha256 } = await store.add(content);
    return { cid, sha256, mediaType, bytes: content.length };
  };
  const [file, cover, preview] = await Promise.all([
    put(made.file),
    made.cover && put(made.cover),
    made.preview && put(made.preview),
  ]);
  return {
    key: work.key,
    kind: MEDIA_TYPES[made.file.mediaType].kind,
    file,
    cover,
    preview,
    iscc: print.iscc,
    ms: { make: marked - begun, fingerprint: printed - marked, store: performance.now() - printed },
  };
}
