/** Joins recommended ids to cards, and names the works that reasons point to. */
import type { Recommendation } from "../../../common/api/schemas.ts";
import type { Sql } from "../../db/database.ts";
import type { RecommendedWork } from "../../recommend/index.ts";
import { cardsOf } from "./cards.ts";
import { titlesOf } from "./operators.ts";

/** Works that vanished since they were recommended are left out. @param now block time, seconds */
export async function recommendationsOf(
  sql: Sql,
  works: readonly RecommendedWork[],
  now: number,
): Promise<Recommendation[]> {
  const [joined] = await recommendationListsOf(sql, [works], now);
  return joined ?? [];
}

/** As `recommendationsOf` for several lists with one statement. */
export async function recommendationListsOf(
  sql: Sql,
  lists: readonly (readonly RecommendedWork[])[],
  now: number,
): Promise<Recommendation[][]> {
  const all = lists.flat();
  const cards = await cardsOf(sql, [...new Set(all.map((work) => work.workId))], now);
  const named = all.flatMap((work) => work.reasons.flatMap((reason) => subjectOf(reason.params) ?? []));
  const titles = await titlesOf(sql, [...new Set(named)]);
  return lists.map((works) =>
    works.flatMap(({ workId, reasons }) => {
      const work = cards.get(workId);
      if (!work) return [];
      return [{ work, reasons: reasons.map((reason) => ({ ...reason, params: withTitle(reason.params, titles) })) }];
    }),
  );
}

type Params = Recommendation["reasons"][number]["params"];

/** Id of the work that a reason speaks of. */
function subjectOf(params: Params): string | null {
  const id = params.workId ?? params.modelWorkId;
  return id === undefined ? null : String(id);
}

function withTitle(params: Params, titles: Map<string, string>): Params {
  const title = titles.get(subjectOf(params) ?? "");
  return title === undefined ? params : { ...params, title };
}
