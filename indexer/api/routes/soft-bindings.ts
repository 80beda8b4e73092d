/** The C2PA Soft Binding Resolution API (2.4) over registered works: from what a file looks like to its manifest, when its own was stripped. */
import { z } from "zod";
import { ColophonError } from "../../../common/errors.ts";
import type { Hash } from "../../../common/digest.ts";
import { ZERO_DIGEST } from "../../../common/terms.ts";
import type { Indexer } from "../../indexer.ts";
import type { Fingerprinter } from "../files/fingerprinter.ts";
import { ISCC_ALGORITHM, isccOfBinding } from "../queries/binding.ts";
import { lookalikesOf } from "../queries/lookalikes.ts";
import { Manifests } from "../queries/manifests.ts";
import { type Route, route } from "../route.ts";

/** Works whose manifests are looked for, per question. */
const MOST = 20;
const matchesSchema = z.object({
  matches: z.array(z.object({ manifestId: z.string(), similarityScore: z.number().int().min(0).max(100) })),
});
const binding = { alg: z.string().min(1).max(100), value: z.string().min(1).max(400) };
const maxResults = { maxResults: z.coerce.number().int().min(1).max(MOST).default(10) };

export function softBindingRoutes(indexer: Indexer, fingerprinter: Fingerprinter): readonly Route[] {
  const manifests = new Manifests(indexer);

  /** Works with a manifest that look like a code, the closest first. */
  async function matches(
    entry: { iscc: { body: Hash; header: number }; sha256: Hash; searchable?: boolean; alternates?: readonly string[] },
    most: number,
  ): Promise<z.infer<typeof matchesSchema>> {
    const found = (await lookalikesOf(indexer, entry)).slice(0, MOST);
    const rows = [];
    for (const { work, distance, bits } of found) {
      if (rows.length >= most) break;
      if (!(await manifests.of(work.id))) continue;
      rows.push({ manifestId: idOf(work.id), similarityScore: Math.round(100 * (1 - distance / bits)) });
    }
    return { matches: rows };
  }
  const byBinding = ({ alg, value }: { alg: string; value: string }, most: number) => {
    if (alg !== ISCC_ALGORITHM) {
      throw new ColophonError("UNSUPPORTED_ALGORITHM", `Only bindings by ${ISCC_ALGORITHM} are resolved here.`, {
        data: { alg, supported: [ISCC_ALGORITHM] },
      });
    }
    return matches({ iscc: isccOfBinding(value), sha256: ZERO_DIGEST }, most);
  };

  return [
    route({
      method: "get",
      path: "/v1/services/supportedAlgorithms",
      summary: "Soft binding algorithms that are resolved here (C2PA)",
      form: "plain",
      data: z.object({
        watermarks: z.array(z.object({ alg: z.string() })),
        fingerprints: z.array(z.object({ alg: z.string() })),
      }),
      handle: async () => ({ watermarks: [], fingerprints: [{ alg: ISCC_ALGORITHM }] }),
    }),
    route({
      method: "get",
      path: "/v1/matches/byBinding",
      summary: "Manifests by a soft binding (C2PA)",
      form: "plain",
      data: matchesSchema,
      query: z.object({ ...binding, ...maxResults }),
      refusals: ["UNSUPPORTED_ALGORITHM", "BAD_BINDING"],
      handle: async (_, { query }) => byBinding(query, query.maxResults),
    }),
    route({
      method: "post",
      path: "/v1/matches/byBinding",
      summary: "Manifests by a soft binding that is too long for an address (C2PA)",
      form: "plain",
      data: matchesSchema,
      query: z.object(maxResults),
      body: z.object(binding),
      refusals: ["UNSUPPORTED_ALGORITHM", "BAD_BINDING"],
      handle: async (_, { query, body }) => byBinding(body, query.maxResults),
    }),
    route({
      method: "post",
      path: "/v1/matches/byContent",
      summary: "Manifests by a file (C2PA; raw body, which is not kept)",
      form: "plain",
      data: matchesSchema,
      session: true,
      query: z.object(maxResults),
      refusals: [
        "EMPTY_FILE",
        "FILE_TOO_LARGE",
        "UNSUPPORTED_MEDIA",
        "BROKEN_MEDIA",
        "IMAGE_TOO_LARGE",
        "DECOMPRESSION_BOMB",
      ],
      async handle(_, { query, request }) {
        const bytes = Buffer.isBuffer(request.body) ? new Uint8Array(request.body) : new Uint8Array();
        if (bytes.length === 0) throw new ColophonError("EMPTY_FILE", "The file is empty.");
        const { fingerprint } = await fingerprinter.fingerprint(bytes, {});
        const { iscc, sha256, searchable, alternates } = fingerprint;
        return matches({ iscc, sha256, searchable, alternates }, query.maxResults);
      },
    }),
    route({
      method: "get",
      path: "/v1/manifests/:manifestId",
      summary: "A work's C2PA manifest store",
      form: "raw",
      mediaType: "application/c2pa",
      params: z.object({ manifestId: z.string().max(100) }),
      refusals: ["NO_MANIFEST", "UNKNOWN_WORK"],
      async handle(_, { params, response }) {
        const id = /^colophon-work-([1-9]\d{0,18})$/.exec(params.manifestId)?.[1];
        const manifest = id === undefined ? null : await manifests.of(id);
        if (!manifest) throw new ColophonError("NO_MANIFEST", "There is no such manifest.", { status: 404 });
        response.set({ "cache-control": "no-cache", "x-content-type-options": "nosniff" });
        response.type("application/c2pa").send(Buffer.from(manifest));
      },
    }),
  ];
}

function idOf(workId: string): string {
  return `colophon-work-${workId}`;
}
