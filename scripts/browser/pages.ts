/** The dapp's pages, with real ids taken from a running market. Used by screenshots, benches and browser tests. */

export type PageEntry = { name: string; path: string };

type Card = { id: string; kind: string; creator: string; remixes: number };

/**
 * Every public page of a market.
 * @param url of the dapp, no slash at the end
 * @param locale prefix of the paths
 */
export async function publicPages(url: string, locale: "en" | "zh"): Promise<PageEntry[]> {
  const works = await rows<Card>(`${url}/v1/works?limit=100`);
  const jobs = await rows<{ id: string }>(`${url}/v1/jobs?limit=1`);
  const of = (kind: string) => works.filter((work) => work.kind === kind).sort((a, b) => b.remixes - a.remixes)[0];
  const pages: PageEntry[] = [{ name: "discover", path: "" }];
  for (const kind of ["image", "music", "text", "model"]) {
    const work = of(kind);
    if (work) pages.push({ name: `work-${kind}`, path: `/works/${work.id}` });
  }
  const creator = works[0]?.creator;
  pages.push({ name: "search", path: "/search?q=blue" });
  if (creator) pages.push({ name: "profile", path: `/u/${creator}` });
  pages.push(
    { name: "create", path: "/create" },
    { name: "me", path: "/me" },
    { name: "trends", path: "/trends" },
    { name: "network", path: "/network" },
  );
  if (jobs[0]) pages.push({ name: "job", path: `/jobs/${jobs[0].id}` });
  pages.push({ name: "verify", path: "/verify" }, { name: "not-found", path: "/works/999999999" });
  return pages.map((page) => ({ ...page, path: `/${locale}${page.path}` }));
}

async function rows<T>(url: string): Promise<T[]> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return ((await response.json()) as { data: T[] }).data;
}

/** URL of the market to look at: `--url`, else the running stack's. Throws where none runs. */
export async function marketUrl(args: string[]): Promise<string> {
  const at = args.indexOf("--url");
  if (at >= 0 && args[at + 1]) return (args[at + 1] ?? "").replace(/\/$/, "");
  const { runningStack } = await import("../stack/running.ts");
  const { defaultRunDir } = await import("../stack/paths.ts");
  const url = runningStack(defaultRunDir())?.services.market?.url;
  if (!url) throw new Error("no market runs here: npm start, or give --url");
  return url;
}
