/** What the node tells over HTTP: its health, its capability, and each job's progress. */
import express, { type Express, type Request, type Response } from "express";
import type { Capability, JobProgress } from "../common/documents.ts";
import { isLoopbackHost, isLoopbackOrigin } from "../common/loopback.ts";
import type { JobBook } from "./jobs/job-book.ts";

export type NodeHttpParameters = {
  book: JobBook;
  /** Undefined until the node is registered. */
  capability: () => Capability | undefined;
  /** Facts for /health; `ok` decides between 200 and 503. */
  health: () => { ok: boolean } & Record<string, unknown>;
  /** The name under which others reach this node; without one it answers this machine only. */
  publicHost?: string;
};

/** Event streams open at once. */
const MAX_STREAMS = 256;

/** Milliseconds between comments that keep an event stream open. */
const HEARTBEAT_MS = 15_000;

/** The application; listening is the caller's part. */
export function createNodeApp({ book, capability, health, publicHost }: NodeHttpParameters): Express {
  const app = express();
  const streams = new Set<Response>();
  app.disable("x-powered-by");
  app.set("etag", false);
  app.use((request, response, next) => {
    const { origin } = request.headers;
    response.setHeader("Vary", "Origin");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Cache-Control", "no-store");
    if (origin && isLoopbackOrigin(origin)) response.setHeader("Access-Control-Allow-Origin", origin);
    if (isLoopbackHost(request.headers.host) || request.headers.host === publicHost) return next();
    problem(response, 421, "MISDIRECTED_REQUEST", "This node does not answer under that name.");
  });
  app.get("/health", (_request, response) => {
    const facts = health();
    response.status(facts.ok ? 200 : 503).json(facts);
  });
  app.get("/capability.json", (_request, response) => {
    const document = capability();
    if (document) response.json(document);
    else problem(response, 503, "NOT_READY", "The node is not registered yet.");
  });
  app.get("/jobs/:id", (request, response) => {
    const entry = book.entry(request.params.id);
    if (entry) response.json(entry.progress);
    else problem(response, 404, "UNKNOWN_JOB", "This node knows no such job.");
  });
  app.get("/jobs/:id/events", (request, response) => {
    if (streams.size >= MAX_STREAMS) return problem(response, 503, "BUSY", "Too many streams are open.");
    streams.add(response);
    response.on("close", () => streams.delete(response));
    streamJob(book, request, response);
  });
  app.use((_request, response) => problem(response, 404, "NOT_FOUND", "There is nothing at that path."));
  return app;
}

const isEnd = ({ phase }: JobProgress): boolean => phase === "settled" || phase === "failed";

/** Sends the present state and each change; a job that is still unknown counts as queued, ends close the stream. */
function streamJob(book: JobBook, request: Request<{ id: string }>, response: Response): void {
  const { id } = request.params;
  if (!/^\d{1,20}$/.test(id)) {
    problem(response, 404, "UNKNOWN_JOB", "Job ids are numbers.");
    return;
  }
  response.writeHead(200, { "Content-Type": "text/event-stream", Connection: "keep-alive" });
  const heartbeat = setInterval(() => response.write(": still here\n\n"), HEARTBEAT_MS);
  const send = (progress: JobProgress) => {
    response.write(`data: ${JSON.stringify(progress)}\n\n`);
    if (isEnd(progress)) response.end();
  };
  const stop = book.listen(id, send);
  response.on("close", () => {
    clearInterval(heartbeat);
    stop();
  });
  send(book.entry(id)?.progress ?? { jobId: id, phase: "queued", fraction: 0 });
}

function problem(response: Response, status: number, code: string, detail: string): void {
  response
    .status(status)
    .type("application/problem+json")
    .json({ type: `urn:colophon:error:${code}`, title: detail, status, code, detail });
}
