import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { defaultRunDir } from "../paths.ts";

/** `npm run logs [-- service] [--lines N]`: the end of one service's log, or of each. */
export async function logs(args: string[]): Promise<number> {
  const folder = path.join(defaultRunDir(), "logs");
  if (!existsSync(folder)) {
    console.error("no logs yet: npm start");
    return 1;
  }
  const at = args.indexOf("--lines");
  const lines = at >= 0 ? Number(args[at + 1]) : 60;
  const wanted = args.find((arg, i) => !arg.startsWith("--") && i !== at + 1);
  const known = readdirSync(folder)
    .filter((file) => file.endsWith(".log"))
    .map((file) => file.slice(0, -4));
  if (wanted && !known.includes(wanted)) {
    console.error(`no log of "${wanted}"; there are: ${known.join(", ")}`);
    return 1;
  }
  for (const name of wanted ? [wanted] : known) {
    if (!wanted) console.log(`--- ${name}`);
    const text = readFileSync(path.join(folder, `${name}.log`), "utf8").trimEnd();
    console.log(
      text
        .split("\n")
        .slice(-(wanted ? lines : Math.min(lines, 12)))
        .join("\n"),
    );
  }
  return 0;
}
