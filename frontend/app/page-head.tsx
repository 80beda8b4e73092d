import { createContext, use, useEffect } from "react";
import type { Head } from "./head.ts";
import { useMessages } from "../i18n/i18n-context.tsx";

/** Filled while the server renders; in the browser null, and `document.title` is set instead. */
export const HeadContext = createContext<Head | null>(null);

/** Names the page in the browser's tab, in search results and in links shared elsewhere. */
export function PageHead(props: { title?: string; description?: string; image?: string | null; status?: number }) {
  const m = useMessages();
  const head = use(HeadContext);
  const title = props.title ? `${props.title} · ${m.site.name}` : `${m.site.name} · ${m.site.tagline}`;
  if (head) {
    // The server reads these after the tree is rendered: nothing in the tree depends on them.
    Object.assign(head, {
      title,
      description: props.description || m.site.tagline,
      image: props.image ?? null,
      status: props.status ?? head.status,
    });
  }
  useEffect(() => {
    document.title = title;
  }, [title]);
  return null;
}
