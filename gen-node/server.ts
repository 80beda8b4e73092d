/** The gen-node as a process; settings in `ops/node-config.ts`. */
import pino from "pino";
import { startNode } from "./node.ts";
import { readNodeConfig } from "./ops/node-config.ts";

const log = pino({ name: "gen-node", base: { name: "gen-node" } });

async function main(): Promise<void> {
  const node = await startNode(readNodeConfig(process.env), log);
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    log.info("stopping");
    node.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, "the node did not stop cleanly");
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  log.info({ port: node.port, url: `http://127.0.0.1:${node.port}`, operator: node.operator }, "listening");
  await node.ready;
  await node.ended;
}

main().catch((error: unknown) => {
  log.fatal({ err: error }, "the gen-node cannot run");
  process.exit(1);
});
