import { spawn } from "node:child_process";
import path from "node:path";
import { once } from "node:events";
import { defaultRunDir, ROOT } from "../paths.ts";
import { runningStack } from "../running.ts";
import { start } from "./start.ts";

/** `npm run dev`: the stack, and the dapp with hot reload beside it. Ctrl-C ends the dapp's server, the stack goes on. */
export async function dev(): Promise<number> {
  const code = await start();
  if (code !== 0) return code;
  const market = runningStack(defaultRunDir())?.services.market?.port;
  const vite = spawn(
    process.execPath,
    [path.join(ROOT, "node_modules/vite/bin/vite.js"), "frontend", "--host", "localhost"],
    {
      cwd: ROOT,
      stdio: "inherit",
      env: { ...process.env, API_URL: `http://127.0.0.1:${market}` },
    },
  );
  process.on("SIGINT", () => vite.kill("SIGINT"));
  const [exit] = (await once(vite, "exit")) as [number | null];
  return exit ?? 0;
}
