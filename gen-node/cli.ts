/** Command line of the gen-node: `npm run -s gen-node -- COMMAND …`. */
import { ColophonError } from "../common/errors.ts";

const USAGE = `usage: npm run -s gen-node -- COMMAND
  generate --out FILE.png (--seed TEXT [--tiles N] [--tile-pixels N] [--palette #rrggbb,…] | --spec FILE)
           [--model FILE.clph] [--input FILE]
  train    --images DIR --out FILE.clph [--steps N] [--batch N] [--seed TEXT] [--name TEXT] [--license TEXT] [--resume]
  train    --procedural SEED --out FILE.clph …      (our own motifs: the shipped weights, again)
  verify   --receipt CID|FILE [--store URL]         (runs a delivered job again and compares every byte)
  doctor   [--json]                                 (environment as for the daemon)
  start                                             (the daemon; environment in gen-node/ops/node-config.ts)`;

async function main([command, ...args]: readonly string[]): Promise<number> {
  switch (command) {
    case "generate": {
      const { generate } = await import("./cli/generate.ts");
      print(await generate(args));
      return 0;
    }
    case "train": {
      const { train } = await import("./cli/train.ts");
      print(await train(args));
      return 0;
    }
    case "verify": {
      const { verify } = await import("./cli/verify.ts");
      print(await verify(args));
      return 0;
    }
    case "doctor": {
      const { doctor } = await import("./cli/doctor.ts");
      const report = await doctor(process.env);
      if (args.includes("--json")) print(report);
      else
        for (const { name, ok, note } of report.checks)
          console.log(`${ok ? "ok  " : "FAIL"} ${name.padEnd(11)} ${note}`);
      return report.ok ? 0 : 1;
    }
    case "start":
      await import("./server.ts");
      return 0;
    default:
      console.error(USAGE);
      return 2;
  }
}

function print(value: unknown): void {
  console.log(JSON.stringify(value, null, 2));
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof ColophonError) console.error(`${error.code}: ${error.message}`);
  else console.error(error);
  process.exitCode = 1;
}
