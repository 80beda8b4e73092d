/** Every read of the API as query options: one key per path, so that the server's answers hydrate by path. */
import { queryOptions } from "@tanstack/react-query";
import type {
  Account,
  Answer,
  Job,
  Lookalike,
  Operator,
  Page,
  Recommendation,
  Shelf,
  Trends,
  WorkCard,
  WorkDetail,
} from "../../common/api/schemas.ts";
import { hasCode } from "../../common/errors.ts";
import { callApi, type LoadJson } from "./api-client.ts";

export type TrendWindow = "7d" | "30d" | "90d";
export type WorkSort = "new" | "rising" | "cheap";
export type WorkFilter = {
  q?: string;
  kind?: string;
  tag?: string;
  creator?: string;
  sort?: WorkSort;
  remixable?: boolean;
};

/** Log entries kept per reason: a page cites a few, the reason's parameters count all. */
const CITED = 4;

/**
 * One path of the API. On the server `meta.loadJson` answers in-process.
 * @param options.keep what of the answer a page needs: it also travels in the page
 */
function read<T>(path: string, options: { staleTime?: number; keep?: (answer: T) => T } = {}) {
  return queryOptions({
    queryKey: ["api", path] as const,
    queryFn: async ({ meta }) => {
      const answer = (await ((meta?.loadJson as LoadJson | undefined) ?? callApi)(path)) as T;
      return options.keep?.(answer) ?? answer;
    },
    staleTime: options.staleTime ?? 10_000,
  });
}

function fewerCitations(row: Recommendation): Recommendation {
  return { ...row, reasons: row.reasons.map((reason) => ({ ...reason, evidence: reason.evidence.slice(0, CITED) })) };
}

function search(parameters: Record<string, string | boolean | number | undefined>): string {
  const text = new URLSearchParams(
    Object.entries(parameters)
      .filter(([, value]) => value !== undefined && value !== "" && value !== false)
      .map(([key, value]) => [key, String(value)]),
  ).toString();
  return text ? `?${text}` : "";
}

export const shelvesQuery = (viewer?: string) =>
  read<Answer<Shelf[]>>(`/v1/shelves${search({ for: viewer })}`, {
    keep: ({ data, meta }) => ({
      data: data.map((shelf) => ({ ...shelf, items: shelf.items.map(fewerCitations) })),
      meta,
    }),
  });
/** Path of a list of works. */
export const worksPath = (filter: WorkFilter, limit = 48): string => `/v1/works${search({ ...filter, limit })}`;
export const worksQuery = (filter: WorkFilter) => read<Page<WorkCard>>(worksPath(filter));
export const workQuery = (id: string) => read<Answer<WorkDetail>>(`/v1/works/${id}`);
export const similarQuery = (id: string) =>
  read<Answer<Recommendation[]>>(`/v1/works/${id}/similar`, {
    staleTime: 60_000,
    keep: ({ data, meta }) => ({ data: data.map(fewerCitations), meta }),
  });
export const trendsQuery = (window: TrendWindow) => read<Answer<Trends>>(`/v1/trends?window=${window}`);
export const operatorsQuery = () => read<Answer<Operator[]>>("/v1/operators");
export const jobsQuery = (filter: { requester?: string; status?: string } = {}, limit = 40) =>
  read<Page<Job>>(`/v1/jobs${search({ ...filter, limit })}`);
export const jobQuery = (id: string) => read<Answer<Job>>(`/v1/jobs/${id}`, { staleTime: 1000 });
export const accountQuery = (address: string) => read<Answer<Account>>(`/v1/accounts/${address.toLowerCase()}`);

/** The work with exactly these bytes, or null. */
export async function workByHash(sha256: string): Promise<WorkDetail | null> {
  try {
    return ((await callApi(`/v1/works/by-hash/${sha256}`)) as Answer<WorkDetail>).data;
  } catch (error) {
    if (hasCode(error, "UNKNOWN_WORK")) return null;
    throw error;
  }
}

export type LookalikeList = Answer<Lookalike[]>;
