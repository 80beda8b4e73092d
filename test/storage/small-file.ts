import { importByteStream } from "ipfs-unixfs-importer";
import { fixedSize } from "ipfs-unixfs-importer/chunker";
import { CID } from "multiformats/cid";
import { importerOptions } from "../../storage/profile.ts";

/** A file in leaves of `chunk` bytes, so that a tree can be small: its root and its blocks by CID. */
export async function smallFile(
  bytes: Uint8Array,
  chunk: number,
): Promise<{ cid: string; blocks: Map<string, Uint8Array> }> {
  const blocks = new Map<string, Uint8Array>();
  const sink = {
    put: async (cid: CID, block: unknown) => {
      blocks.set(cid.toString(), block as Uint8Array);
      return cid;
    },
  };
  const options = { ...importerOptions(), chunker: fixedSize({ chunkSize: chunk }) };
  const { cid } = await importByteStream([bytes], sink, options);
  return { cid: cid.toString(), blocks };
}

/** CID in the path of a gateway's request. */
export function cidOfUrl(url: string | undefined): string {
  return /^\/ipfs\/([a-zA-Z0-9]+)/.exec(url ?? "")?.[1] ?? "";
}
