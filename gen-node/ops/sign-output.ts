import { readFile } from "node:fs/promises";
import type { JobSpec } from "../../common/documents.ts";
import { ColophonError } from "../../common/errors.ts";
import { loadSigner, manifestDefinition, pngTexts, signC2pa, type SignerPackage } from "../../storage/marking/index.ts";
import { marksOf } from "../engine/output-marks.ts";

/** Makes a signed copy of an output; null when that could not be done, which must not cost the operator the job. */
export type SignOutput = (png: Uint8Array, spec: JobSpec) => Uint8Array | null;

/**
 * The node's signer, where its operator set one up: a certificate chain and a key (PEM files), and the signer package installed.
 * @param onFailure told of every output that could not be signed
 * @param load loads the package (tests)
 * @returns null when no certificate is set
 * @throws ColophonError BAD_CONFIG when half of it is there
 */
export async function openSigner(
  files: { certificates?: string; key?: string },
  onFailure: (error: unknown) => void,
  load: () => Promise<SignerPackage | null> = loadSigner,
): Promise<SignOutput | null> {
  if (!files.certificates && !files.key) return null;
  if (!files.certificates || !files.key) {
    throw new ColophonError("BAD_CONFIG", "C2PA_CERTIFICATES and C2PA_KEY are set together.");
  }
  const signer = await load();
  if (!signer) {
    throw new ColophonError(
      "BAD_CONFIG",
      "C2PA_CERTIFICATES is set, but the package @contentauth/c2pa-node is not installed.",
    );
  }
  const key = { certificates: await readFile(files.certificates), privateKey: await readFile(files.key) };
  return (png, spec) => {
    const marks = marksOf(spec, pngTexts(png).get("ISCC"));
    const file = { title: `${spec.task}, ${spec.seed}`, mediaType: "image/png" };
    const ingredients = spec.input
      ? [{ title: `work ${spec.input.workId}`, mediaType: "application/octet-stream", sha256: spec.input.sha256 }]
      : [];
    try {
      return signC2pa(
        signer,
        key,
        { bytes: png, mediaType: "image/png" },
        manifestDefinition(marks, { ...file, ingredients }),
      );
    } catch (error) {
      onFailure(error);
      return null;
    }
  };
}
