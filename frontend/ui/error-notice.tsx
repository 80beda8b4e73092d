import { ColophonError } from "../../common/errors.ts";
import { useMessages } from "../i18n/i18n-context.tsx";
import { lookup } from "../i18n/lookup.ts";
import type { RoomMessages } from "../messages/en-rooms.ts";
import type { FirstMessages } from "../messages/en.ts";
import { Button } from "./button.tsx";
import { Notice } from "./notice.tsx";

/** Sentence for an error of the API or of this page, in the reader's language. */
export function errorSentence(error: unknown, m: FirstMessages & Partial<RoomMessages>): string {
  if (error instanceof ColophonError) {
    if (error.code === "NETWORK") return m.errors.network;
    const known = m.refusals && (lookup(m.refusals.api, error.code) ?? lookup(m.refusals.contract, error.code));
    if (known) return known;
    return m.errors.unknown(error.message);
  }
  return m.errors.unknown(error instanceof Error ? error.message : String(error));
}

/** What failed, and a way to try again. */
export function ErrorNotice(props: { error: unknown; retry?: (() => void) | undefined }) {
  const m = useMessages();
  return (
    <Notice
      role="alert"
      title={m.state.errorTitle}
      text={errorSentence(props.error, m)}
      action={props.retry && <Button onClick={props.retry}>{m.state.retry}</Button>}
    />
  );
}
