import { useQueryClient } from "@tanstack/react-query";
import { Pause, Play } from "lucide-react";
import { useEffect, useState } from "react";
import type { WorkCard } from "../../common/api/schemas.ts";
import { useConfig } from "../data/boot.tsx";
import { workQuery } from "../data/queries.ts";
import { useMessages } from "../i18n/i18n-context.tsx";
import { fileUrl } from "../data/file-url.ts";
import { useHydrated } from "./use-hydrated.ts";
import styles from "./play-button.module.css";

/** The one sound of the page: starting a second one stops the first. */
let playing: { audio: HTMLAudioElement; stop: () => void } | null = null;

/** Plays a piece of music from its card; the file's address is asked for on the first press. */
export function PlayButton(props: { work: WorkCard; className?: string | undefined }) {
  const m = useMessages();
  const { gatewayUrl } = useConfig();
  const client = useQueryClient();
  const [active, setActive] = useState(false);
  const hydrated = useHydrated();
  const title = props.work.title || m.card.untitled;

  useEffect(() => () => (active ? playing?.stop() : undefined), [active]);

  async function toggle() {
    if (active) {
      playing?.stop();
      return;
    }
    const { data } = await client.fetchQuery(workQuery(props.work.id));
    const file = data.metadata?.preview ?? data.metadata?.file;
    if (!file) return;
    playing?.stop();
    const audio = new Audio(fileUrl(gatewayUrl, file.cid));
    const stop = () => {
      audio.pause();
      playing = null;
      setActive(false);
    };
    audio.addEventListener("ended", stop);
    playing = { audio, stop };
    setActive(true);
    try {
      await audio.play();
    } catch {
      // The browser cannot play this file or was told to stop: either way there is no sound to show.
      stop();
    }
  }

  const Icon = active ? Pause : Play;
  return (
    <button
      type="button"
      className={`${styles.play} ${props.className ?? ""}`}
      disabled={!hydrated}
      aria-label={active ? m.card.pause(title) : m.card.play(title)}
      onClick={() => void toggle()}
    >
      <Icon size={18} strokeWidth={1.8} aria-hidden="true" fill="currentColor" />
    </button>
  );
}
