import { useMessages } from "../i18n/i18n-context.tsx";
import { Button } from "./button.tsx";
import { errorSentence } from "./error-sentence.ts";
import { Notice } from "./notice.tsx";

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
