/** `GET /v1/works/:id/preview`. */
import { z } from "zod";
import type { WorkMetadata } from "../../../common/documents.ts";
import { ColophonError } from "../../../common/errors.ts";
import type { SqlRow } from "../../db/database.ts";
import { PREVIEW_WIDTHS, type PreviewMaker, type PreviewWidth } from "../files/preview-maker.ts";
import { idParameter } from "../parameters.ts";
import { pictureOf } from "../queries/cards.ts";
import { type Route, route } from "../route.ts";

const widths = PREVIEW_WIDTHS.map(String) as [string, ...string[]];

export function previewRoute(previews: PreviewMaker): Route {
  return route({
    method: "get",
    path: "/v1/works/:id/preview",
    summary: "A small picture of the work",
    form: "raw",
    mediaType: "image/webp",
    params: z.object({ id: idParameter }),
    query: z.object({
      w: z.enum(widths).default("640"),
      /** Version of the picture, as in `preview` of a card: another version is another address, so answers never age. */
      v: z.string().max(20).optional(),
    }),
    refusals: ["UNKNOWN_WORK", "NO_PREVIEW"],
    async handle({ indexer }, { params, query, request, response }) {
      const [row] = await indexer.database.query<SqlRow & { content_hash: string; body: WorkMetadata | null }>(
        `select w.content_hash, d.body from market.work w left join app.document d
           on d.digest = w.metadata_digest and d.schema = 'colophon/work/1' and d.state = 'found'
         where w.id = $1::text::int8`,
        [params.id],
      );
      if (!row)
        throw new ColophonError("UNKNOWN_WORK", "There is no such work.", { status: 404, data: { id: params.id } });
      const picture = pictureOf(row.body, row.content_hash);
      if (!picture) throw new ColophonError("NO_PREVIEW", "This work has no picture.", { status: 404 });
      const etag = `"${picture.cid}-${query.w}"`;
      const named = query.v !== undefined && picture.cid.endsWith(query.v);
      response.set({
        etag,
        "cache-control": named ? "public, max-age=31536000, immutable" : "no-cache",
        "x-content-type-options": "nosniff",
      });
      if (request.headers["if-none-match"] === etag) {
        response.status(304).end();
        return;
      }
      const bytes = await previews.preview(picture, Number(query.w) as PreviewWidth);
      response.type("image/webp").send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    },
  });
}
