import { useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useLocation, useRouterState } from "@tanstack/react-router";
import { Menu, Search } from "lucide-react";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import type { Meta } from "../../common/api/schemas.ts";
import { useChainState } from "../chain/chain-store.ts";
import { WalletButton } from "../chain/wallet-button.tsx";
import { useLocale, useMessages } from "../i18n/i18n-context.tsx";
import { loadRooms } from "../i18n/load-rooms.ts";
import { LOCALE_COOKIE } from "../i18n/locale.ts";
import { writeCookie } from "../ui/cookie.ts";
import { ThemeButton } from "../ui/theme-button.tsx";
import styles from "./shell.module.css";

const PendingTransactions = lazy(() =>
  Promise.all([import("../chain/pending-transactions.tsx"), loadRooms()]).then(([module]) => ({
    default: module.PendingTransactions,
  })),
);

const LINKS = [
  { to: "/", key: "discover" },
  { to: "/create", key: "create" },
  { to: "/trends", key: "trends" },
  { to: "/network", key: "network" },
  { to: "/verify", key: "verify" },
] as const;

function NavLinks(props: { onChoose?: () => void }) {
  const m = useMessages();
  return LINKS.map(({ to, key }) => (
    <li key={key}>
      <Link
        to={to}
        className={styles.link}
        activeProps={{ "aria-current": "page" }}
        activeOptions={{ exact: to === "/", includeSearch: false }}
        onClick={props.onChoose}
      >
        {m.nav[key]}
      </Link>
    </li>
  ));
}

/** Reads the same page in the other language: a plain link, so that the other catalogue is the only one loaded. */
function LanguageLink() {
  const m = useMessages();
  const locale = useLocale();
  const location = useLocation();
  const other = locale === "en" ? "zh" : "en";
  return (
    <a
      className={styles.language}
      href={`/${other}${location.pathname === "/" ? "/" : location.pathname}${location.searchStr}`}
      hrefLang={other === "zh" ? "zh-Hans" : "en"}
      lang={other === "zh" ? "zh-Hans" : "en"}
      title={m.site.switchLanguageLabel}
      onClick={() => writeCookie(LOCALE_COOKIE, other)}
    >
      {m.site.switchLanguage}
    </a>
  );
}

/** Newest block that any answer on this page was made from. */
function useIndexState(): Meta | null {
  const client = useQueryClient();
  const [meta, setMeta] = useState<Meta | null>(null);
  useEffect(() => {
    const read = () => {
      let newest: Meta | null = null;
      for (const query of client.getQueryCache().getAll()) {
        const found = (query.state.data as { meta?: Meta } | undefined)?.meta;
        if (found && (!newest || found.indexedBlock > newest.indexedBlock)) newest = found;
      }
      setMeta((before) =>
        before?.indexedBlock === newest?.indexedBlock && before?.stale === newest?.stale ? before : newest,
      );
    };
    read();
    return client.getQueryCache().subscribe((event) => {
      if (event.type === "updated") queueMicrotask(read);
    });
  }, [client]);
  return meta;
}

/** Frame of every page: a line of chrome above, the page, a colophon below. */
export function Shell() {
  const m = useMessages();
  const meta = useIndexState();
  const { hasPending } = useChainState();
  const menu = useRef<HTMLDivElement>(null);
  const busy = useRouterState({ select: (state) => state.status === "pending" });

  return (
    <>
      <a className={styles.skip} href="#content">
        {m.site.skip}
      </a>
      <header className={styles.header}>
        <Link to="/" className={styles.mark} aria-label={`${m.site.name} · ${m.nav.discover}`}>
          <span aria-hidden="true" className={styles.device} />
          {m.site.name}
        </Link>
        <nav className={styles.nav} aria-label={m.nav.primary}>
          <ul>
            <NavLinks />
          </ul>
        </nav>
        <div className={styles.tools}>
          <Link to="/search" className={`${styles.tool} ${styles.searchTool}`} aria-label={m.nav.search}>
            <Search size={18} strokeWidth={1.6} aria-hidden="true" />
          </Link>
          <LanguageLink />
          <ThemeButton className={styles.tool} />
          <WalletButton />
          <button
            type="button"
            className={`${styles.tool} ${styles.menuButton}`}
            popoverTarget="site-menu"
            aria-label={m.site.menu}
          >
            <Menu size={20} strokeWidth={1.6} aria-hidden="true" />
          </button>
        </div>
        <div id="site-menu" popover="auto" className={styles.menu} ref={menu}>
          <nav aria-label={m.site.menu}>
            <ul>
              <NavLinks onChoose={() => menu.current?.hidePopover()} />
              <li>
                <Link to="/search" className={styles.link} onClick={() => menu.current?.hidePopover()}>
                  {m.nav.search}
                </Link>
              </li>
            </ul>
          </nav>
        </div>
        <div className={styles.progress} data-busy={busy || undefined} aria-hidden="true" />
      </header>
      {hasPending && (
        <Suspense fallback={null}>
          <PendingTransactions />
        </Suspense>
      )}
      <main id="content" tabIndex={-1} className={styles.main}>
        <Outlet />
      </main>
      <footer className={styles.footer}>
        <p className={styles.footerLine}>{m.site.footer.line}</p>
        <p className={styles.footerFacts}>
          <span>{m.site.footer.source}</span>
          {meta && <span>{meta.stale ? m.site.footer.stale : m.site.footer.index(meta.indexedBlock)}</span>}
          <a href="/docs">{m.site.footer.api}</a>
        </p>
      </footer>
    </>
  );
}
