/** Shelves, trends, operators, jobs, accounts, offers, licenses, look-alikes. */
import { z } from "zod";
import {
  accountSchema,
  jobSchema,
  licenseSchema,
  lookalikeSchema,
  offerSchema,
  operatorSchema,
  shelfSchema,
  trendsSchema,
} from "../../../common/api/schemas.ts";
import { ColophonError } from "../../../common/errors.ts";
import { buildShelves } from "../../recommend/index.ts";
import { computeTrends } from "../../trends/index.ts";
import type { SqlValue } from "../../db/database.ts";
import { decodeCursor, encodeCursor } from "../page-cursor.ts";
import { addressParameter, cursorParameter, hashParameter, idParameter, limitParameter } from "../parameters.ts";
import { accountOf } from "../queries/account.ts";
import { cardsOf } from "../queries/cards.ts";
import { jobsWhere } from "../queries/jobs.ts";
import { lookalikesOf } from "../queries/lookalikes.ts";
import { licensesWhere, offersWhere } from "../queries/offers.ts";
import { decodeFeatures } from "../../../fingerprint/index.ts";
import { operatorList } from "../queries/operators.ts";
import { recommendationListsOf } from "../queries/recommendations.ts";
import { type Route, route } from "../route.ts";

/** Room for base64 of the largest features: ten minutes of sound, or a picture of four views. */
const MAX_FEATURES_CHARS = 32_768;
const DAY = 86_400;
const WINDOWS = { "7d": 7 * DAY, "30d": 30 * DAY, "90d": 90 * DAY } as const;

export const marketRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/v1/shelves",
    summary: "Shelves of the discover page, each work with reasons",
    form: "answer",
    data: z.array(shelfSchema),
    query: z.object({ for: addressParameter.optional() }),
    async handle({ indexer }, { query }) {
      const shelves = buildShelves(indexer.facts, { viewer: query.for, now: indexer.now });
      const lists = shelves.map((shelf) => shelf.items);
      const joined = await recommendationListsOf(indexer.database, lists, indexer.now);
      return shelves.map(({ id }, i) => ({ id, items: joined[i] ?? [] })).filter((shelf) => shelf.items.length > 0);
    },
  }),
  route({
    method: "get",
    path: "/v1/trends",
    summary: "The market over a window that ends now",
    form: "answer",
    data: trendsSchema,
    query: z.object({ window: z.enum(["7d", "30d", "90d"]).default("30d") }),
    async handle({ indexer }, { query }) {
      const trends = computeTrends(indexer.facts, { window: WINDOWS[query.window], now: indexer.now });
      const ids = trends.works_rising.map((work) => work.workId);
      const cards = await cardsOf(indexer.database, ids, indexer.now);
      const rising = trends.works_rising.flatMap(({ workId, score, licenses }) => {
        const work = cards.get(workId);
        return work ? [{ work, score, licenses }] : [];
      });
      return { ...trends, works_rising: rising };
    },
  }),
  route({
    method: "get",
    path: "/v1/operators",
    summary: "Operators of generation nodes",
    form: "answer",
    data: z.array(operatorSchema),
    handle: ({ indexer }) => operatorList(indexer.database),
  }),
  route({
    method: "get",
    path: "/v1/jobs",
    summary: "Generation jobs, newest first",
    form: "page",
    data: jobSchema,
    query: z.object({
      requester: addressParameter.optional(),
      operator: addressParameter.optional(),
      status: jobSchema.shape.status.optional(),
      limit: limitParameter,
      cursor: cursorParameter,
    }),
    refusals: ["BAD_CURSOR"],
    async handle({ indexer }, { query }) {
      const values: SqlValue[] = [];
      const where = ["true"];
      const add = (condition: (parameter: string) => string, value: string) =>
        where.push(condition(`$${values.push(value)}`));
      if (query.requester) add((p) => `j.requester = ${p}`, query.requester.toLowerCase());
      if (query.operator) add((p) => `j.operator = ${p}`, query.operator.toLowerCase());
      if (query.status) add((p) => `j.status = ${p}`, query.status);
      if (query.cursor) add((p) => `j.id < ${p}::text::int8`, decodeCursor(query.cursor, ["id"])[0] ?? "");
      const jobs = await jobsWhere(indexer.database, where.join(" and "), values, query.limit + 1);
      const shown = jobs.slice(0, query.limit);
      const last = shown.at(-1);
      return { data: shown, next: jobs.length > query.limit && last ? encodeCursor([last.id]) : null };
    },
  }),
  route({
    method: "get",
    path: "/v1/jobs/:id",
    summary: "One job",
    form: "answer",
    data: jobSchema,
    params: z.object({ id: idParameter }),
    refusals: ["UNKNOWN_JOB"],
    handle: async ({ indexer }, { params }) =>
      only(await jobsWhere(indexer.database, "j.id = $1::text::int8", [params.id]), "UNKNOWN_JOB", params.id),
  }),
  route({
    method: "get",
    path: "/v1/accounts/:address",
    summary: "Works, licenses, earnings and jobs of an account",
    form: "answer",
    data: accountSchema,
    params: z.object({ address: addressParameter }),
    handle: ({ indexer }, { params }) => accountOf(indexer.database, params.address.toLowerCase(), indexer.now),
  }),
  route({
    method: "get",
    path: "/v1/offers/:id",
    summary: "One offer",
    form: "answer",
    data: offerSchema,
    params: z.object({ id: idParameter }),
    refusals: ["UNKNOWN_OFFER"],
    handle: async ({ indexer }, { params }) =>
      only(await offersWhere(indexer.database, "o.id = $1::text::int8", [params.id]), "UNKNOWN_OFFER", params.id),
  }),
  route({
    method: "get",
    path: "/v1/licenses/:id",
    summary: "One license",
    form: "answer",
    data: licenseSchema,
    params: z.object({ id: idParameter }),
    refusals: ["UNKNOWN_LICENSE"],
    handle: async ({ indexer }, { params }) =>
      only(await licensesWhere(indexer.database, "l.id = $1::text::int8", [params.id]), "UNKNOWN_LICENSE", params.id),
  }),
  route({
    method: "post",
    path: "/v1/lookalikes",
    summary: "Registered works that look like a fingerprint",
    form: "answer",
    data: z.array(lookalikeSchema),
    body: z.object({
      iscc: z.object({ body: hashParameter, header: z.number().int().min(0).max(0xffff) }),
      sha256: hashParameter,
      /** False for a file whose content unit holds too little to compare: then only the same file is found. */
      searchable: z.boolean().optional(),
      /** Content units of the picture under other border trims, as `fingerprint` gives them. */
      alternates: z
        .array(z.string().regex(/^[0-9a-f]{16}$/))
        .max(4)
        .optional(),
      /** What the second stage compares, as `encodeFeatures` gives it, in base64: only with it a match is verified. */
      features: z.base64().max(MAX_FEATURES_CHARS).optional(),
    }),
    refusals: ["BAD_ISCC", "BAD_FEATURES"],
    handle: ({ indexer }, { body: { features, ...entry } }) =>
      lookalikesOf(indexer, {
        ...entry,
        features: features === undefined ? null : decodeFeatures(new Uint8Array(Buffer.from(features, "base64"))),
      }),
  }),
];

function only<T>(rows: readonly T[], code: string, id: string): T {
  const [row] = rows;
  if (row === undefined) {
    const what = code.slice("UNKNOWN_".length).toLowerCase();
    throw new ColophonError(code, `There is no such ${what}.`, { status: 404, data: { id } });
  }
  return row;
}
