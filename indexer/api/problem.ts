/** Refusals as RFC 9457 problems. */
import type { ErrorRequestHandler, RequestHandler, Response } from "express";
import { z } from "zod";
import type { Problem } from "../../common/api/schemas.ts";
import { ColophonError } from "../../common/errors.ts";
import type { SyncLog } from "../sync/sync-loop.ts";

export function sendProblem(response: Response, error: ColophonError): void {
  const problem: Problem = {
    type: `urn:colophon:error:${error.code}`,
    title: titleOf(error.code),
    status: error.status,
    code: error.code,
    detail: error.message,
    ...(Object.keys(error.data).length > 0 ? { data: error.data } : {}),
  };
  response.status(error.status).type("application/problem+json").set("cache-control", "no-store");
  response.send(JSON.stringify(problem));
}

/** Ends a request that no route answered. */
export const unknownRoute: RequestHandler = (request, response) => {
  sendProblem(response, new ColophonError("UNKNOWN_ROUTE", `There is nothing at ${request.path}.`, { status: 404 }));
};

/** Turns what a route threw into a problem; what nobody foresaw is logged and told without details. */
export function problemHandler(log: SyncLog): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    const problem = problemOf(error);
    if (problem.status >= 500) log.warn({ path: request.path, error: (error as Error).stack }, "a request failed");
    sendProblem(response, problem);
  };
}

/** The refusal that an error stands for. */
export function problemOf(error: unknown): ColophonError {
  if (error instanceof ColophonError && error.code !== "DATABASE_ERROR") return error;
  if (error instanceof z.ZodError) {
    return new ColophonError("INVALID_PARAMETERS", z.prettifyError(error), {
      data: { issues: error.issues.map(({ path, message }) => ({ path: path.map(String), message })) },
    });
  }
  const { type, status } = error as { type?: string; status?: number };
  if (type === "entity.too.large")
    return new ColophonError("BODY_TOO_LARGE", "The body is too large.", { status: 413 });
  if (type === "entity.parse.failed") return new ColophonError("BAD_JSON", "The body is not JSON.");
  if (status && status >= 400 && status < 500) {
    return new ColophonError("BAD_REQUEST", (error as Error).message, { status });
  }
  return new ColophonError("INTERNAL", "Something went wrong on our side.", { status: 500, cause: error });
}

function titleOf(code: string): string {
  const words = code.toLowerCase().replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
