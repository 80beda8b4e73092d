/** `GET /v1/events`: what happened, as server-sent events that can be resumed. */
import type { Request, Response } from "express";
import type { StreamEvent } from "../../common/api/schemas.ts";
import { ColophonError } from "../../common/errors.ts";
import type { Indexer } from "../indexer.ts";
import { readOutbox } from "../sync/outbox.ts";

const MAX_STREAMS = 500;
const MAX_UNREAD_BYTES = 1024 * 1024;
const KEEP_ALIVE_MS = 15_000;
/** Events read at once while a client catches up. */
const BATCH = 500;

let streams = 0;

/**
 * Streams events until the client leaves. `Last-Event-ID` (or `?after=`) resumes after that number; without it the
 * stream begins now. A client whose number is unknown (the index was made anew) gets everything.
 */
export async function streamEvents(indexer: Indexer, request: Request, response: Response): Promise<void> {
  if (streams >= MAX_STREAMS) throw new ColophonError("BUSY", "Too many streams are open.", { status: 503 });
  streams += 1;
  const asked = Number(request.headers["last-event-id"] ?? request.query.after ?? Number.NaN);
  const known = Number.isSafeInteger(asked) && asked >= 0;
  let sent = known ? (asked > indexer.seq ? 0 : asked) : indexer.seq;
  response.writeHead(200, {
    "content-type": "text/event-stream",
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
  });
  response.write(`retry: 1000\n: ready after ${sent}\n\n`);

  // Events that come while older ones are read wait here, so that numbers only grow.
  let waiting: StreamEvent[] | null = [];
  const write = (event: StreamEvent) => {
    if (event.seq <= sent) return;
    sent = event.seq;
    response.write(`id: ${event.seq}\ndata: ${JSON.stringify(event)}\n\n`);
    // A client that does not read would fill our memory; it can come back and resume.
    if (response.writableLength > MAX_UNREAD_BYTES) response.destroy();
  };
  const onAnnounced = (events: StreamEvent[]) => {
    if (waiting) waiting.push(...events);
    else for (const event of events) write(event);
  };
  indexer.on("announced", onAnnounced);
  const timer = setInterval(() => response.write(": alive\n\n"), KEEP_ALIVE_MS);
  response.on("close", () => {
    clearInterval(timer);
    indexer.off("announced", onAnnounced);
    streams -= 1;
  });
  for (;;) {
    const events = await readOutbox(indexer.database, sent, BATCH);
    for (const event of events) write(event);
    if (events.length < BATCH || response.closed) break;
  }
  for (const event of waiting) write(event);
  waiting = null;
}
