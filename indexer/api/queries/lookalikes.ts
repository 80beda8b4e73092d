/** Registered works that look like a fingerprint, as cards with verdicts. */
import type { Lookalike } from "../../../common/api/schemas.ts";
import type { Hash } from "../../../common/digest.ts";
import type { WorkKind } from "../../../common/work-kind.ts";
import { contentWordsOf, type MatchFeatures } from "../../../fingerprint/index.ts";
import type { Indexer } from "../../indexer.ts";
import { cardsOf } from "./cards.ts";

/** ISO 24138 sub types of content units, as kinds of works. */
const KIND_OF_SUB_TYPE: Record<number, WorkKind> = { 0: "text", 1: "image", 2: "music", 3: "video" };

/** @throws ColophonError `BAD_ISCC` when the header is no ISCC-CODE's */
export async function lookalikesOf(
  indexer: Indexer,
  entry: {
    iscc: { body: Hash; header: number };
    sha256: Hash;
    searchable?: boolean;
    alternates?: readonly string[];
    features?: MatchFeatures | null;
  },
): Promise<Lookalike[]> {
  const words = contentWordsOf(entry.iscc.body, entry.iscc.header);
  const kind = (words && KIND_OF_SUB_TYPE[words.subType]) ?? "other";
  const matches = indexer.lookalikes.find({ ...entry, kind });
  const cards = await cardsOf(
    indexer.database,
    matches.map((match) => match.id),
    indexer.now,
  );
  return matches.flatMap(({ id, verdict, distance, bits, verified }) => {
    const work = cards.get(id);
    return work ? [{ work, verdict, distance, bits, verified }] : [];
  });
}
