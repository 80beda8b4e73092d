/** The page that `eval-parity.ts` drives: fingerprints files in the dapp's own worker. */
import { fingerprintFile } from "../../frontend/verify/fingerprint-file.ts";
import { isccSelfTest } from "../../fingerprint/index.ts";

/** Fingerprint of the file under a URL, or the code of its refusal, as JSON. */
async function fingerprintUrl(url: string): Promise<string> {
  const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
  const answer = await fingerprintFile(bytes, { title: "Parity", description: "The same everywhere." }).catch(
    (error: { code?: string }) => ({ refused: error.code ?? String(error) }),
  );
  return JSON.stringify(answer);
}

Object.assign(globalThis, { fingerprintUrl, isccSelfTest });
