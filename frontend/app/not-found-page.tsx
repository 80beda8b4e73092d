import { Link } from "@tanstack/react-router";
import { useMessages } from "../i18n/i18n-context.tsx";
import { Notice } from "../ui/notice.tsx";
import { PageHead } from "./page-head.tsx";
import { buttonClass } from "../ui/button.tsx";

/** The page for addresses that lead nowhere. */
export function NotFoundPage() {
  return <Missing />;
}

/** Says that there is no such thing, with status 404. */
export function Missing(props: { title?: string; text?: string }) {
  const m = useMessages();
  const title = props.title ?? m.state.notFoundTitle;
  return (
    <>
      <PageHead title={title} status={404} />
      <Notice
        level={1}
        title={title}
        text={props.text ?? m.state.notFoundText}
        action={
          <Link to="/" className={buttonClass("plain")}>
            {m.state.toDiscover}
          </Link>
        }
      />
    </>
  );
}
