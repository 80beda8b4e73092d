// The stack's commands: npm start | run stop | run status [-- --json] | run logs [-- service] | run reset | run doctor | run dev
import { doctor } from "./commands/doctor.ts";
import { dev } from "./commands/dev.ts";
import { logs } from "./commands/logs.ts";
import { reset } from "./commands/reset.ts";
import { start } from "./commands/start.ts";
import { status } from "./commands/status.ts";
import { stop } from "./commands/stop.ts";

const commands: Record<string, (args: string[]) => Promise<number>> = { start, stop, status, logs, reset, doctor, dev };
const [name = "", ...args] = process.argv.slice(2);
const command = commands[name];
if (!command) {
  console.error(`unknown command "${name}"; known: ${Object.keys(commands).join(", ")}`);
  process.exit(2);
}
process.exitCode = await command(args);
