import { getRouteApi, Link } from "@tanstack/react-router";
import { FileUp, Sparkles } from "lucide-react";
import { PageHead } from "../app/page-head.tsx";
import { useRoomMessages } from "../i18n/i18n-context.tsx";
import { PageTitle } from "../ui/page-title.tsx";
import styles from "./create-page.module.css";
import { GenerateForm } from "./generate-form.tsx";
import { UploadForm } from "./upload-form.tsx";

const route = getRouteApi("/create");

/** Two ways to a work: bring one, or have a node make one. */
export function CreatePage() {
  const m = useRoomMessages();
  const { mode, license } = route.useSearch();
  const active = mode ?? (license ? "generate" : "upload");
  const ways = [
    { mode: "upload", Icon: FileUp, title: m.create.upload, text: m.create.uploadText },
    { mode: "generate", Icon: Sparkles, title: m.create.generate, text: m.create.generateText },
  ] as const;
  return (
    <>
      <PageHead title={m.create.title} description={m.create.lead} />
      <PageTitle title={m.create.title} lead={m.create.lead} />
      <nav className={styles.ways} aria-label={m.create.title}>
        {ways.map(({ mode: way, Icon, title, text }) => (
          <Link
            key={way}
            to="/create"
            search={{ mode: way }}
            className={styles.way}
            aria-current={way === active ? "true" : undefined}
            resetScroll={false}
          >
            <Icon size={20} strokeWidth={1.5} aria-hidden="true" />
            <span>
              <strong>{title}</strong>
              <small>{text}</small>
            </span>
          </Link>
        ))}
      </nav>
      {active === "upload" ? <UploadForm /> : <GenerateForm license={license} />}
    </>
  );
}
