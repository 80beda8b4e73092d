import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Account } from "../../common/api/schemas.ts";
import { PageHead } from "../app/page-head.tsx";
import { COIN } from "../chain/coin.ts";
import { requireWallet, useChainState } from "../chain/chain-store.ts";
import { termFlagsOf } from "../chain/term-flags.ts";
import { useRenderTime } from "../data/boot.tsx";
import { accountQuery } from "../data/queries.ts";
import { useFormat, useRoomMessages } from "../i18n/i18n-context.tsx";
import { JobStatus } from "../network/job-status.tsx";
import { DataTable } from "../trends/chart-frame.tsx";
import { AddressLink } from "../ui/address-link.tsx";
import { Button, buttonClass } from "../ui/button.tsx";
import { ErrorNotice } from "../ui/error-notice.tsx";
import { Gallery, GallerySkeleton } from "../ui/gallery.tsx";
import { Notice } from "../ui/notice.tsx";
import { PageTitle } from "../ui/page-title.tsx";
import { WorkPicture } from "../ui/work-picture.tsx";
import { CreditRow } from "./credit-row.tsx";
import { Earnings } from "./earnings.tsx";
import { ScrollRegion } from "../ui/scroll-region.tsx";
import styles from "./me-page.module.css";

/** What the connected account made, holds, earns and asked for. */
export function MePage() {
  const m = useRoomMessages();
  const { address } = useChainState();
  const { data, error, refetch } = useQuery({ ...accountQuery(address ?? ""), enabled: address !== null });
  return (
    <>
      <PageHead title={m.me.title} />
      <PageTitle title={m.me.title}>{address && <AddressLink address={address} size={28} />}</PageTitle>
      {!address && (
        <Notice
          title={m.me.connectTitle}
          text={m.me.connectText}
          action={
            <Button look="rubric" onClick={() => void requireWallet()}>
              {m.wallet.title}
            </Button>
          }
        />
      )}
      {address && !data && !error && <GallerySkeleton count={6} height={12} />}
      {address && !data && error && <ErrorNotice error={error} retry={() => void refetch()} />}
      {data && <Desk account={data.data} />}
    </>
  );
}

function Desk(props: { account: Account }) {
  const { account } = props;
  const m = useRoomMessages();
  const bonds = [{ currency: COIN, amount: account.bondCredit }];
  return (
    <>
      <Section id="earnings" title={m.me.earnings}>
        {account.earnings.length + account.splits.length === 0 &&
          account.jobCredits.length + account.ledgerBalances.length === 0 &&
          account.bondCredit === "0" && <p>{m.me.noEarnings}</p>}
        <Earnings account={account.address.toLowerCase()} earnings={account.earnings} splits={account.splits} />
        <CreditRow keeper="JobMarket" amounts={account.jobCredits} testId="job-credits" />
        <CreditRow keeper="RoyaltyLedger" amounts={account.ledgerBalances} testId="ledger-credits" />
        <CreditRow keeper="DisputeModule" amounts={bonds} testId="bonds" />
      </Section>
      <Section id="works" title={m.me.works}>
        {account.works.length === 0 && (
          <Empty text={m.me.noWorks}>
            <Link to="/create" className={buttonClass("rubric")}>
              {m.me.noWorksAction}
            </Link>
          </Empty>
        )}
        <Gallery items={account.works.map((work) => ({ work }))} height={12} />
      </Section>
      <Section id="licenses" title={m.me.licenses}>
        {account.licenses.length === 0 && (
          <Empty text={m.me.noLicenses}>
            <Link to="/" className={buttonClass()}>
              {m.me.noLicensesAction}
            </Link>
          </Empty>
        )}
        <ul className={styles.licenses}>
          {account.licenses.map((license) => (
            <LicenseCard key={license.id} license={license} />
          ))}
        </ul>
      </Section>
      <Section id="jobs" title={m.me.jobs}>
        {account.jobs.length === 0 && (
          <Empty text={m.me.noJobs}>
            <Link to="/create" search={{ mode: "generate" }} className={buttonClass()}>
              {m.me.noJobsAction}
            </Link>
          </Empty>
        )}
        {account.jobs.length > 0 && <Jobs jobs={account.jobs} />}
      </Section>
    </>
  );
}

function Section(props: { id: string; title: string; children: ReactNode }) {
  return (
    <section className={styles.section} aria-labelledby={`me-${props.id}`}>
      <h2 id={`me-${props.id}`}>{props.title}</h2>
      {props.children}
    </section>
  );
}

function Empty(props: { text: string; children: ReactNode }) {
  return (
    <div className={styles.empty}>
      <p>{props.text}</p>
      {props.children}
    </div>
  );
}

function LicenseCard(props: { license: Account["licenses"][number] }) {
  const { license } = props;
  const m = useRoomMessages();
  const format = useFormat();
  const price = BigInt(license.price) === 0n ? m.card.free : format.ether(license.price);
  const now = useRenderTime();
  const expired = license.expiresAt !== 0 && license.expiresAt < now;
  const remixable =
    !license.used &&
    !license.revoked &&
    !expired &&
    termFlagsOf(license.terms.flags).derivatives &&
    (license.work.kind === "image" || license.work.kind === "text");
  return (
    <li className={styles.license} data-testid="license-row">
      <Link to="/works/$id" params={{ id: license.workId }} className={styles.thumb} tabIndex={-1} aria-hidden="true">
        <WorkPicture work={license.work} sizes="140px" decorative />
      </Link>
      <div>
        <p className={styles.licenseTitle} lang={license.work.lang}>
          <Link to="/works/$id" params={{ id: license.workId }}>
            {license.work.title || m.card.untitled}
          </Link>
        </p>
        <p className={styles.note}>
          {m.me.licenseNumber(license.id)} · {m.me.licensePaid(price, format.date(license.issuedAt))}
        </p>
        <p className={styles.note}>
          {license.revoked ? m.me.revoked : expired ? m.me.expired : license.used ? m.me.used : m.me.unused}
        </p>
        {remixable && (
          <Link to="/create" search={{ mode: "generate", license: license.id }} className={buttonClass("plain", "sm")}>
            {m.me.useIt}
          </Link>
        )}
      </div>
    </li>
  );
}

function Jobs(props: { jobs: Account["jobs"] }) {
  const m = useRoomMessages();
  const format = useFormat();
  return (
    <ScrollRegion label={m.trends.asTable(m.me.jobs)}>
      <DataTable
        rows={props.jobs}
        rowKey={(job) => job.id}
        columns={[
          {
            head: m.network.job,
            renderCell: (job) => (
              <Link to="/jobs/$id" params={{ id: job.id }}>
                {m.job.title(job.id)}
              </Link>
            ),
          },
          { head: m.network.status, renderCell: (job) => <JobStatus status={job.status} /> },
          { head: m.job.task, renderCell: (job) => (job.spec ? m.create.tasks[job.spec.task].name : "—") },
          { head: m.network.price, renderCell: (job) => format.ether(job.price), number: true },
          { head: m.network.posted, renderCell: (job) => format.dateTime(job.postedAt), number: true },
        ]}
      />
    </ScrollRegion>
  );
}
