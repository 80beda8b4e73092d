import type { StackState } from "../state.ts";

type Status = { data: { works: number; licenses: number; jobs: number; operators: number } };

/** The box that `npm start` ends with: what runs where, what to try, where things are. */
export async function printReady(state: StackState, word: string): Promise<void> {
  const url = (name: string) => state.services[name]?.url ?? "-";
  const counts = await fetch(`${url("market")}/v1/status`)
    .then((response) => response.json() as Promise<Status>)
    .catch(() => null);
  const seconds = state.readyMs === null ? "" : ` in ${(state.readyMs / 1000).toFixed(1)} s`;
  const lines = [
    "",
    `Colophon is ${word}${word === "ready" ? seconds : ""}:  ${url("market")}`,
    "",
    `  try it      open the page, choose "Guest creator" in the wallet menu: built-in wallets hold test coins,`,
    "              no extension and no account needed",
    `  market      ${counts ? `${counts.data.works} works, ${counts.data.licenses} licenses, ${counts.data.jobs} jobs, ${counts.data.operators} operator(s)` : "status not available"}`,
    `  API         ${url("market")}/docs`,
    `  chain       ${url("chain")}  (id 31337, local)`,
    `  files       ${url("store")}/ipfs/{cid}`,
    `  gen-node    ${url("node")}/health`,
    `  data, logs  ${state.runDir}`,
    "",
    "  npm run status · npm run logs -- <service> · npm run stop · npm run reset · npm run doctor · npm test",
    "",
  ];
  console.log(lines.join("\n"));
}
