import { uploadSchema, type Upload } from "../../../common/api/schemas.ts";
import { sha256Hex } from "../../../common/digest.ts";
import type { DevRole } from "../../../common/dev-wallets.ts";
import { ColophonError } from "../../../common/errors.ts";
import type { Journey } from "../journey.ts";

/** Uploads bytes as a wallet and checks that the store names what was sent. */
export async function upload(
  { api }: Journey,
  as: DevRole,
  { bytes, title }: { bytes: Uint8Array<ArrayBuffer>; title: string },
): Promise<Upload> {
  const answer = await api.ask(`/v1/uploads?title=${encodeURIComponent(title)}`, uploadSchema, {
    method: "POST",
    body: bytes,
    as,
  });
  if (answer.file.sha256 !== sha256Hex(bytes)) {
    throw new ColophonError("UPLOAD_CHANGED", "The stored file is not the one that was sent.", { status: 502 });
  }
  return answer;
}
