import type { Response } from "express";
import type { Problem } from "../common/api/schemas.ts";
import { ColophonError } from "../common/errors.ts";

/** Answers with `application/problem+json` (RFC 9457). An error without a code tells the client nothing of its cause. */
export function sendProblem(response: Response, error: unknown): void {
  if (response.headersSent) {
    response.destroy(); // a body that cannot be completed must not look complete
    return;
  }
  const known =
    error instanceof ColophonError
      ? error
      : new ColophonError("INTERNAL", "The store could not answer.", { status: 500 });
  const problem: Problem = {
    type: `urn:colophon:error:${known.code}`,
    title: known.code,
    status: known.status,
    code: known.code,
    detail: known.message,
    data: known.data,
  };
  for (const name of ["etag", "content-disposition", "content-range", "accept-ranges", "content-location"]) {
    response.removeHeader(name);
  }
  if (known.status === 416) response.setHeader("content-range", `bytes */${String(known.data.size)}`);
  response.setHeader("cache-control", "no-store");
  response.status(known.status).type("application/problem+json").send(JSON.stringify(problem));
}
