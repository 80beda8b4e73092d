/** Signing by `@contentauth/c2pa-node`, which an operator installs beside the project: its installer downloads a binary, so it is no dependency. */
import { ColophonError } from "../../common/errors.ts";
import type { ManifestDefinition } from "./c2pa-manifest.ts";

/** An ES256 key and its certificates, as PEM, and a time-stamp authority where there is one. */
export type SigningKey = { certificates: Uint8Array; privateKey: Uint8Array; timestampUrl?: string };

type Asset = { buffer: Uint8Array | null; mimeType: string };
/** The part of the package's interface (0.4 and 0.5) that is used. */
export type SignerPackage = {
  LocalSigner: { newSigner(certificates: Buffer, key: Buffer, alg: string, tsa?: string): unknown };
  Builder: {
    /** `sign` puts the file into the output's buffer. */
    withJson(definition: unknown): { sign(signer: unknown, input: Asset, output: Asset): unknown };
  };
};

const PACKAGE = "@contentauth/c2pa-node";

/** The signer package, or null where it is not installed. */
export async function loadSigner(name = PACKAGE): Promise<SignerPackage | null> {
  try {
    return (await import(name)) as SignerPackage;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND") return null;
    throw new ColophonError("SIGNER_BROKEN", `The package ${name} is installed and cannot be loaded.`, {
      cause: error,
    });
  }
}

/**
 * A copy of the file with a signed C2PA manifest in it. Signatures are not reproducible, so this copy is kept beside the canonical bytes, never in
 * their place. With a certificate of one's own making, verifiers say "valid, untrusted".
 * @throws ColophonError SIGNING_FAILED
 */
export function signC2pa(
  signer: SignerPackage,
  key: SigningKey,
  file: { bytes: Uint8Array; mediaType: string },
  definition: ManifestDefinition,
): Uint8Array {
  const output: Asset = { buffer: null, mimeType: file.mediaType };
  try {
    const local = signer.LocalSigner.newSigner(
      Buffer.from(key.certificates),
      Buffer.from(key.privateKey),
      "es256",
      key.timestampUrl,
    );
    const input = { buffer: Buffer.from(file.bytes), mimeType: file.mediaType };
    signer.Builder.withJson(definition).sign(local, input, output);
  } catch (cause) {
    throw new ColophonError("SIGNING_FAILED", "The file could not be signed.", { status: 500, cause });
  }
  const { buffer } = output;
  if (!buffer) throw new ColophonError("SIGNING_FAILED", "The signer gave no file back.", { status: 500 });
  return buffer;
}
