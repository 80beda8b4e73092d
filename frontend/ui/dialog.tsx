import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { useMessages } from "../i18n/i18n-context.tsx";
import styles from "./dialog.module.css";

const walletAsks = () => document.querySelector("dialog[open]") !== null;

/** A modal dialog: focus is held, Escape closes, the page behind is inert. */
export function Dialog(props: {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: string | undefined;
  wide?: boolean;
  children: ReactNode;
}) {
  const m = useMessages();
  return (
    <Radix.Root open={props.open} onOpenChange={(open) => !open && props.onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={styles.overlay} />
        <Radix.Content
          className={styles.dialog}
          data-wide={props.wide || undefined}
          // A wallet's own confirm dialog lies above this one: what happens in it must not close this one.
          onInteractOutside={(event) => walletAsks() && event.preventDefault()}
          onEscapeKeyDown={(event) => walletAsks() && event.preventDefault()}
          {...(props.description ? {} : { "aria-describedby": undefined })}
        >
          <header className={styles.header}>
            <Radix.Title className={styles.title}>{props.title}</Radix.Title>
            <Radix.Close className={styles.close} aria-label={m.state.close}>
              <X size={18} aria-hidden="true" />
            </Radix.Close>
          </header>
          {props.description && <Radix.Description className={styles.lead}>{props.description}</Radix.Description>}
          {props.children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
