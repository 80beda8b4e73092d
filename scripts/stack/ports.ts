import { createServer } from "node:net";

/**
 * A port that can be listened on at 127.0.0.1: the first free one of `wanted`, else any.
 * @param wanted ports in order of preference; none = any
 */
export async function freePort(wanted: readonly number[]): Promise<number> {
  for (const port of [...wanted, 0]) {
    const got = await tryPort(port);
    if (got !== null) return got;
  }
  throw new Error("no free port on 127.0.0.1");
}

function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE" || error.code === "EACCES") resolve(null);
      else reject(error);
    });
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : null));
    });
  });
}
