/** Works: lists, details, similar ones. */
import { z } from "zod";
import { recommendationSchema, workCardSchema, workDetailSchema } from "../../../common/api/schemas.ts";
import { ColophonError } from "../../../common/errors.ts";
import { WORK_KINDS, type WorkKind } from "../../../common/work-kind.ts";
import { similarTo } from "../../recommend/index.ts";
import {
  addressParameter,
  cursorParameter,
  flagParameter,
  hashParameter,
  idParameter,
  limitParameter,
} from "../parameters.ts";
import { cardList } from "../queries/cards.ts";
import { recommendationsOf } from "../queries/recommendations.ts";
import { workDetail } from "../queries/work-detail.ts";
import { workPage } from "../queries/work-list.ts";
import { type Route, route } from "../route.ts";

const kinds = Object.keys(WORK_KINDS) as [WorkKind, ...WorkKind[]];

function unknownWork(data: Record<string, unknown>): ColophonError {
  return new ColophonError("UNKNOWN_WORK", "There is no such work.", { status: 404, data });
}

export const workRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/v1/works",
    summary: "Works, newest, rising or cheapest first",
    form: "page",
    data: workCardSchema,
    query: z.object({
      kind: z.enum(kinds).optional(),
      tag: z.string().max(64).optional(),
      creator: addressParameter.optional(),
      owner: addressParameter.optional(),
      q: z.string().max(200).optional(),
      remixable: flagParameter.optional(),
      sort: z.enum(["new", "rising", "cheap"]).default("new"),
      limit: limitParameter,
      cursor: cursorParameter,
    }),
    refusals: ["BAD_CURSOR"],
    async handle({ indexer }, { query }) {
      const { database, facts, now } = indexer;
      const { ids, next } = await workPage(database, facts, query, now);
      return { data: await cardList(database, ids, now), next };
    },
  }),
  route({
    method: "get",
    path: "/v1/works/by-hash/:sha256",
    summary: "The work with exactly these bytes",
    form: "answer",
    data: workDetailSchema,
    params: z.object({ sha256: hashParameter }),
    refusals: ["UNKNOWN_WORK"],
    async handle({ indexer }, { params }) {
      const [row] = await indexer.database.query<{ id: string }>(
        "select id::text as id from market.work where content_hash = $1 and not superseded",
        [params.sha256],
      );
      const detail = row && (await workDetail(indexer.database, row.id, indexer.now));
      if (!detail) throw unknownWork({ sha256: params.sha256 });
      return detail;
    },
  }),
  route({
    method: "get",
    path: "/v1/works/:id",
    summary: "Everything about one work",
    form: "answer",
    data: workDetailSchema,
    params: z.object({ id: idParameter }),
    refusals: ["UNKNOWN_WORK"],
    async handle({ indexer }, { params }) {
      const detail = await workDetail(indexer.database, params.id, indexer.now);
      if (!detail) throw unknownWork({ id: params.id });
      return detail;
    },
  }),
  route({
    method: "get",
    path: "/v1/works/:id/similar",
    summary: "Works like this one, with reasons",
    form: "answer",
    data: z.array(recommendationSchema),
    params: z.object({ id: idParameter }),
    refusals: ["UNKNOWN_WORK"],
    async handle({ indexer }, { params }) {
      if (!indexer.facts.work(params.id)) throw unknownWork({ id: params.id });
      const similar = similarTo(indexer.facts, params.id, { now: indexer.now });
      return recommendationsOf(indexer.database, similar, indexer.now);
    },
  }),
];
