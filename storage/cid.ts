import { CID } from "multiformats/cid";
import { ColophonError } from "../common/errors.ts";

/** Codecs and the hash that the store knows. */
export const RAW = 0x55;
export const DAG_PB = 0x70;
export const SHA2_256 = 0x12;
/** "Hash" of CIDs that carry their bytes in themselves. */
export const IDENTITY = 0x00;

/**
 * CID of a block that this store could have, as version 1. Version 0 and every base of the text form are understood.
 * @throws ColophonError BAD_CID (not a CID), CONTENT_NOT_FOUND (a CID of a kind that is never stored here)
 */
export function parseCid(text: string): CID {
  let cid: CID;
  try {
    cid = CID.parse(text);
  } catch (cause) {
    throw new ColophonError("BAD_CID", `"${text.slice(0, 80)}" is not a CID.`, { cause });
  }
  return checkCid(cid);
}

/** The CID as version 1. @throws ColophonError CONTENT_NOT_FOUND for one of a kind that is never stored here */
export function checkCid(given: CID): CID {
  const cid = given.toV1();
  const known = (cid.code === RAW || cid.code === DAG_PB) && cid.multihash.code === SHA2_256;
  if (!known || cid.multihash.digest.length !== 32) throw notFound(given.toString());
  return cid;
}

/** @returns the error for content that is not here */
export function notFound(cid: string): ColophonError {
  return new ColophonError("CONTENT_NOT_FOUND", "This store does not have that content.", {
    status: 404,
    data: { cid: cid.slice(0, 120) },
  });
}
