/**
 * Seeds the market of a running stack. Environment: RPC_URL, STORE_URL, STORE_TOKEN, DEPLOYMENT (path of
 * deployment.json), SEED_STATE (path of the state file), NODE_URL (optional). Prints progress; the last line is a summary.
 */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { deploymentSchema } from "../../common/config.ts";
import { ColophonError } from "../../common/errors.ts";
import { seedMarket } from "./seed-market.ts";

const environment = z.object({
  RPC_URL: z.url(),
  STORE_URL: z.url(),
  STORE_TOKEN: z.string().min(1),
  DEPLOYMENT: z.string().min(1),
  SEED_STATE: z.string().min(1),
  NODE_URL: z.url().optional(),
});

try {
  const env = environment.parse(process.env);
  const deployment = deploymentSchema.parse(JSON.parse(await readFile(env.DEPLOYMENT, "utf8")));
  let shown = -1;
  const result = await seedMarket({
    rpcUrl: env.RPC_URL,
    storeUrl: env.STORE_URL,
    storeToken: env.STORE_TOKEN,
    deployment,
    nodeUrl: env.NODE_URL,
    stateFile: env.SEED_STATE,
    onProgress: ({ done, total, phase }) => {
      const tenth = Math.floor((done / total) * 10);
      if (tenth === shown) return;
      shown = tenth;
      console.log(`${done} of ${total}: ${phase}`);
    },
  });
  const { works, licenses, jobs, ms } = result;
  const seconds = (value: number) => (value / 1000).toFixed(1);
  if (!result.already) {
    console.log(
      `threads: drawing ${seconds(ms.make)} s, fingerprints ${seconds(ms.fingerprint)} s, storing ${seconds(ms.store)} s; ` +
        `waited for files ${seconds(ms.waitedForFiles)} s, for jobs ${seconds(ms.waitedForJobs)} s`,
    );
  }
  const time = result.already ? "before" : `in ${seconds(ms.total)} s`;
  console.log(`${works} works, ${licenses} licenses, ${jobs} jobs, seeded ${time}`);
} catch (error) {
  const line = error instanceof ColophonError ? `${error.code}: ${error.message}` : String(error);
  console.error(line);
  process.exit(1);
}
