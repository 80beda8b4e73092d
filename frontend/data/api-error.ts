import type { Problem } from "../../common/api/schemas.ts";
import { ColophonError } from "../../common/errors.ts";

/** The server's refusal, or `NETWORK` (status 0) when it cannot be reached. */
export function apiError(status: number, problem: Partial<Problem> | null, cause?: unknown): ColophonError {
  return new ColophonError(problem?.code ?? (status ? "HTTP_ERROR" : "NETWORK"), problem?.detail ?? `HTTP ${status}`, {
    status,
    data: problem?.data,
    cause,
  });
}
