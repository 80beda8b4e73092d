/** State of the service, and its stream of events. */
import { z } from "zod";
import { statusSchema, streamEventSchema } from "../../../common/api/schemas.ts";
import type { SqlRow } from "../../db/database.ts";
import { streamEvents } from "../event-stream.ts";
import { type Route, route } from "../route.ts";

export function systemRoutes(version: string): readonly Route[] {
  return [
    route({
      method: "get",
      path: "/v1/status",
      summary: "State of the index and size of the market",
      form: "answer",
      data: statusSchema,
      async handle({ indexer }) {
        const [counts] = await indexer.database.query<
          SqlRow & Record<"works" | "licenses" | "jobs" | "operators", number>
        >(
          `select (select count(*) from market.work) as works, (select count(*) from market.license) as licenses,
             (select count(*) from market.job) as jobs, (select count(*) from market.operator) as operators`,
        );
        const { works = 0, licenses = 0, jobs = 0, operators = 0 } = counts ?? {};
        const { ready, startedAt, database } = indexer;
        return { ready, works, licenses, jobs, operators, database: database.engine, startedAt, version };
      },
    }),
    route({
      method: "get",
      path: "/v1/events",
      summary: "What happens, as server-sent events; `Last-Event-ID` resumes",
      form: "raw",
      mediaType: "text/event-stream",
      data: streamEventSchema,
      query: z.object({ after: z.string().optional() }),
      handle: ({ indexer }, { request, response }) => streamEvents(indexer, request, response),
    }),
  ];
}
