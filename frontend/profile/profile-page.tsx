import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import type { Account } from "../../common/api/schemas.ts";
import { Missing } from "../app/not-found-page.tsx";
import { PageHead } from "../app/page-head.tsx";
import { accountQuery } from "../data/queries.ts";
import { useFormat, useRoomMessages } from "../i18n/i18n-context.tsx";
import { useAddressName } from "../ui/address-link.tsx";
import { Avatar } from "../ui/avatar.tsx";
import { Button } from "../ui/button.tsx";
import { ErrorNotice } from "../ui/error-notice.tsx";
import { Gallery, GallerySkeleton } from "../ui/gallery.tsx";
import styles from "./profile-page.module.css";

const route = getRouteApi("/u/$address");

/** Public page of an account: what it made, and the facts about it. */
export function ProfilePage() {
  const m = useRoomMessages();
  const { address } = route.useParams();
  const valid = /^0x[0-9a-fA-F]{40}$/.test(address);
  const { data, error, refetch } = useQuery({ ...accountQuery(address), enabled: valid });
  if (!valid) return <Missing title={m.profile.invalidTitle} text={m.profile.invalidText} />;
  return (
    <>
      <Masthead address={address} account={data?.data ?? null} />
      {!data && !error && <GallerySkeleton height={14} />}
      {!data && error && <ErrorNotice error={error} retry={() => void refetch()} />}
      {data && <Works account={data.data} />}
    </>
  );
}

function Masthead(props: { address: string; account: Account | null }) {
  const m = useRoomMessages();
  const format = useFormat();
  const name = useAddressName();
  const [copied, setCopied] = useState(false);
  const works = props.account?.works.filter((work) => work.creator.toLowerCase() === props.address.toLowerCase()) ?? [];
  const sum = (key: "licenses" | "remixes") => works.reduce((total, work) => total + work[key], 0);
  const since = Math.min(...works.map((work) => work.registeredAt));
  return (
    <header className={styles.masthead}>
      <PageHead title={name(props.address)} />
      <Avatar address={props.address} size={92} />
      <div>
        <p className={styles.kind}>{m.profile.title}</p>
        <h1 className={styles.name}>{name(props.address)}</h1>
        <p className={styles.address}>
          {props.address}{" "}
          <Button
            size="sm"
            look="quiet"
            aria-label={m.profile.copy}
            onClick={() => {
              navigator.clipboard.writeText(props.address).then(
                () => setCopied(true),
                () => setCopied(false),
              );
            }}
          >
            {copied ? m.state.copied : m.state.copy}
          </Button>
        </p>
        {works.length > 0 && (
          <p className={styles.facts}>
            {m.profile.facts(works.length, sum("licenses"), sum("remixes"))} · {m.profile.since(format.date(since))}
          </p>
        )}
      </div>
    </header>
  );
}

function Works(props: { account: Account }) {
  const m = useRoomMessages();
  return (
    <section className={styles.works} aria-labelledby="profile-works">
      <h2 id="profile-works">{m.profile.works}</h2>
      {props.account.works.length === 0 && <p>{m.profile.noWorks}</p>}
      <Gallery items={props.account.works.map((work) => ({ work }))} height={15} lead />
    </section>
  );
}
