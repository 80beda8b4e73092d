import { PageHead } from "./page-head.tsx";
import { ErrorNotice } from "../ui/error-notice.tsx";

/** Shown in place of a page that threw while rendering. */
export function PageError(props: { error: unknown; reset?: () => void }) {
  return (
    <>
      <PageHead status={500} />
      <ErrorNotice error={props.error} retry={props.reset} />
    </>
  );
}
