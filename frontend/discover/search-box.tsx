import { useNavigate } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { useMessages } from "../i18n/i18n-context.tsx";
import styles from "./search-box.module.css";

/** Field that leads to the search page; a plain form, so it also works before the page's code is there. */
export function SearchBox(props: { query?: string | undefined }) {
  const m = useMessages();
  const navigate = useNavigate();
  return (
    <search>
      <form
        action="search"
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          const q = new FormData(event.currentTarget).get("q");
          void navigate({
            to: "/search",
            search: (before: Record<string, unknown>) => ({ ...before, q: typeof q === "string" && q ? q : undefined }),
          });
        }}
      >
        <input
          key={props.query}
          type="search"
          name="q"
          defaultValue={props.query}
          aria-label={m.search.label}
          placeholder={m.search.placeholder}
          className={styles.input}
        />
        <button type="submit" className={styles.submit} aria-label={m.search.submit}>
          <Search size={18} strokeWidth={1.6} aria-hidden="true" />
        </button>
      </form>
    </search>
  );
}
