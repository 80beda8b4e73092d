// Runs after `npm ci`. npm started on Node < 22 silently leaves out optional packages whose
// `engines` ask for Node >= 22 (Hardhat's engine is one), so the install is repeated once under
// the pinned Node, which adds what was left out and changes nothing else.
import { spawnSync } from "node:child_process";
import path from "node:path";

const npmNode = /\bnode\/v(\d+)/.exec(process.env.npm_config_user_agent ?? "");
const ownMajor = Number(process.versions.node.split(".")[0]);
const npmMajor = Number(npmNode?.[1] ?? ownMajor);
if (npmMajor >= 22 || process.env.COLOPHON_POSTINSTALL_PASS) process.exit(0);
if (ownMajor < 22) {
  console.error(
    `Node ${process.version} is too old, and no Node is bundled for ${process.platform}-${process.arch}: install Node 22.13 or newer.`,
  );
  process.exit(1);
}
const result = spawnSync(
  process.execPath,
  [process.env.npm_execpath, "install", "--no-save", "--no-audit", "--no-fund", "--prefer-offline"],
  {
    stdio: "inherit",
    env: {
      ...process.env,
      COLOPHON_POSTINSTALL_PASS: "1",
      PATH: path.dirname(process.execPath) + path.delimiter + process.env.PATH,
    },
  },
);
process.exit(result.status ?? 1);
