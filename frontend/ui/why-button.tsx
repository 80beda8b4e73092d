import { Link } from "@tanstack/react-router";
import { CircleHelp } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import type { Reason } from "../../common/api/schemas.ts";
import { useMessages } from "../i18n/i18n-context.tsx";
import { useReasonSentence } from "./reason-sentence.ts";
import { useHydrated } from "./use-hydrated.ts";
import styles from "./why-button.module.css";

/** Evidence shown per reason before the reader asks for all of it. */
const SHOWN = 4;

/** Tells why a work is suggested, with the log entries that anybody can check. */
export function WhyButton(props: { title: string; reasons: Reason[] }) {
  const m = useMessages();
  const hydrated = useHydrated();
  const [open, setOpen] = useState(false);
  const anchor = `--why${useId().replace(/[^a-z0-9]/gi, "_")}`;
  return (
    <>
      <button
        type="button"
        className={styles.button}
        style={{ anchorName: anchor }}
        aria-label={m.why.button(props.title || m.card.untitled)}
        aria-expanded={open}
        data-testid="why"
        disabled={!hydrated}
        onClick={() => setOpen(!open)}
      >
        <CircleHelp size={16} strokeWidth={1.6} aria-hidden="true" />
      </button>
      {open && <WhyPopover anchor={anchor} reasons={props.reasons} onClose={() => setOpen(false)} />}
    </>
  );
}

function WhyPopover(props: { anchor: string; reasons: Reason[]; onClose: () => void }) {
  const m = useMessages();
  const sentence = useReasonSentence();
  const popover = useRef<HTMLDialogElement>(null);
  const { onClose } = props;

  useEffect(() => {
    const element = popover.current;
    if (!element) return;
    const closed = (event: Event) => {
      if ((event as ToggleEvent).newState === "closed") onClose();
    };
    element.addEventListener("toggle", closed);
    element.showPopover();
    element.focus();
    return () => element.removeEventListener("toggle", closed);
  }, [onClose]);

  return (
    <dialog
      ref={popover}
      popover="auto"
      tabIndex={-1}
      aria-label={m.why.title}
      className={styles.popover}
      style={{ positionAnchor: props.anchor }}
    >
      <p className={styles.heading}>{m.why.title}</p>
      <ul className={styles.reasons}>
        {props.reasons.map((reason) => (
          <li key={`${reason.code}${JSON.stringify(reason.params)}`}>
            <p>{sentence(reason)}</p>
            {reason.evidence.length > 0 && (
              <ul className={styles.evidence} aria-label={m.why.evidenceHeading}>
                {reason.evidence.slice(0, SHOWN).map((entry) => (
                  <li key={`${entry.tx}${entry.logIndex}`}>
                    <Link to="/tx/$hash" params={{ hash: entry.tx }}>
                      {m.why.evidence(entry.event, entry.block)}
                    </Link>
                  </li>
                ))}
                {reason.evidence.length > SHOWN && <li>+{reason.evidence.length - SHOWN}</li>}
              </ul>
            )}
          </li>
        ))}
      </ul>
    </dialog>
  );
}
