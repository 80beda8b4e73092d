import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { Account, Operator } from "../../common/api/schemas.ts";
import type { DataMiningChoice } from "../../common/data-mining.ts";
import type { JobSpec } from "../../common/documents.ts";
import { ColophonError } from "../../common/errors.ts";
import { coinToSend, JOB_CLASS, NO_REFERRER } from "../../common/job-escrow.ts";
import { isCoin } from "../chain/coin.ts";
import { useChainState, requireWallet } from "../chain/chain-store.ts";
import { signIn } from "../chain/sign-in.ts";
import { termFlagsOf } from "../chain/term-flags.ts";
import { TransactionStatus } from "../chain/transaction-status.tsx";
import { indexReached, isBusy, useTransaction } from "../chain/use-transaction.ts";
import { writeErrorSentence } from "../chain/write-error-sentence.ts";
import { useConfig } from "../data/boot.tsx";
import { accountQuery, operatorsQuery, workQuery } from "../data/queries.ts";
import { decimal, parseEther } from "../i18n/format.ts";
import { useFormat, useRoomMessages } from "../i18n/i18n-context.tsx";
import { useAddressName } from "../ui/address-link.tsx";
import { Button, buttonClass } from "../ui/button.tsx";
import { ErrorNotice } from "../ui/error-notice.tsx";
import { errorSentence } from "../ui/error-sentence.ts";
import { Field } from "../ui/field.tsx";
import { Notice } from "../ui/notice.tsx";
import { Loading, Skeleton } from "../ui/skeleton.tsx";
import styles from "./create-page.module.css";
import { JobCost } from "./job-cost.tsx";
import { MiningChoice } from "./mining-choice.tsx";
import { storeDocument } from "./publish-work.ts";
import { TaskFields } from "./task-fields.tsx";

/** Seconds a job may take: to be accepted, to be submitted, to be looked at. */
const WINDOWS = { acceptWithin: 3600, submitWithin: 3600, reviewWithin: 86_400 } as const;
const TILE_PIXELS = 28;

type License = Account["licenses"][number];

/** Asks a node for a work: task, source, operator, model, seed, price; then the job's own page takes over. */
export function GenerateForm(props: { license?: string | undefined }) {
  const m = useRoomMessages();
  const { address } = useChainState();
  const operators = useQuery(operatorsQuery());
  const account = useQuery({ ...accountQuery(address ?? ""), enabled: address !== null });

  if (!address) {
    return (
      <Notice
        title={m.create.noWalletTitle}
        text={m.create.noWalletText}
        action={
          <Button look="rubric" onClick={() => void requireWallet()}>
            {m.wallet.title}
          </Button>
        }
      />
    );
  }
  const error = operators.error ?? account.error;
  if (error) {
    return (
      <ErrorNotice
        error={error}
        retry={() => {
          void operators.refetch();
          void account.refetch();
        }}
      />
    );
  }
  if (!operators.data || !account.data) {
    return (
      <Loading>
        <Skeleton height="24rem" />
      </Loading>
    );
  }
  return (
    <JobForm
      operators={operators.data.data}
      licenses={account.data.data.licenses}
      preferred={props.license ?? null}
      balance={coinCredit(account.data.data.jobCredits)}
    />
  );
}

/** Licenses that a remix can start from: unused, allowing derivatives, of a picture or a text. */
function sourcesOf(licenses: License[]): License[] {
  return licenses.filter(
    ({ terms, used, revoked, expiresAt, work }) =>
      !used &&
      !revoked &&
      termFlagsOf(terms.flags).derivatives &&
      (expiresAt === 0 || expiresAt > Date.now() / 1000) &&
      (work.kind === "image" || work.kind === "text"),
  );
}

const randomSeed = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte.toString(36).padStart(2, "0")).join("");

/** What the job market owes the account in the chain's coin, wei. */
function coinCredit(credits: Account["jobCredits"]): bigint {
  return BigInt(credits.find(({ currency }) => isCoin(currency))?.amount ?? "0");
}

function JobForm(props: { operators: Operator[]; licenses: License[]; preferred: string | null; balance: bigint }) {
  const m = useRoomMessages();
  const format = useFormat();
  const name = useAddressName();
  const config = useConfig();
  const client = useQueryClient();
  const navigate = useNavigate();
  const sources = sourcesOf(props.licenses);
  const [task, setTask] = useState<JobSpec["task"]>(sources.length > 0 ? "remix-image" : "generate-image");
  const [sourceId, setSourceId] = useState(
    sources.find(({ id }) => id === props.preferred)?.id ?? sources[0]?.id ?? null,
  );
  const able = props.operators.filter((operator) => operator.models.some((model) => model.tasks.includes(task)));
  const [operatorAddress, setOperator] = useState<string | null>(null);
  const operator = able.find((one) => one.address === operatorAddress) ?? able[0];
  const models = operator?.models.filter((model) => model.tasks.includes(task)) ?? [];
  const [modelId, setModel] = useState<string | null>(null);
  const model = models.find((one) => one.workId === modelId) ?? models[0];
  const [seed, setSeed] = useState("first light");
  const [tiles, setTiles] = useState(24);
  const [mining, setMining] = useState<DataMiningChoice>("unspecified");
  const [priceText, setPrice] = useState<string | null>(null);
  const price = priceText ?? (model ? decimal(BigInt(model.priceWei)) : "");
  const priceWei = parseEther(price) ?? 0n;
  const [problem, setProblem] = useState<string | null>(null);
  const [preparing, setPreparing] = useState(false);
  const post = useTransaction("post");
  const busy = preparing || isBusy(post.state);

  async function onPost() {
    const wei = parseEther(price);
    const source = sources.find(({ id }) => id === sourceId);
    const found =
      !operator || !model
        ? m.create.invalid.operator
        : !seed.trim()
          ? m.create.invalid.seed
          : task === "remix-image" && !source
            ? m.create.invalid.source
            : wei === null || wei === 0n
              ? m.create.invalid.price
              : wei < BigInt(model.priceWei)
                ? m.create.jobPriceHint(format.ether(model.priceWei))
                : null;
    setProblem(found);
    if (found || !operator || !model || wei === null) return;
    setPreparing(true);
    try {
      if (!(await signIn(config, m))) return;
      const fileOf = async (workId: string) => {
        const { data } = await client.fetchQuery(workQuery(workId));
        if (!data.metadata) throw new ColophonError("METADATA_MISSING", m.work.metadataMissing);
        return { workId, cid: data.metadata.file.cid, sha256: data.contentHash };
      };
      const spec: JobSpec = {
        schema: "colophon/job/1",
        task,
        model: await fileOf(model.workId),
        seed: seed.trim(),
        params: { tiles, tilePixels: TILE_PIXELS },
        ...(task === "remix-image" && source
          ? { input: { ...(await fileOf(source.workId)), licenseId: source.id } }
          : {}),
        // Who says nothing asks for the very job as before: the digest is the same.
        ...(mining === "unspecified" ? {} : { marks: { dataMining: mining } }),
      };
      const { digest } = await storeDocument(spec);
      const receipt = await post.send({
        contract: "JobMarket",
        functionName: "post",
        args: [
          {
            modelWork: BigInt(model.workId),
            operator: operator.address,
            currency: "0x0000000000000000000000000000000000000000",
            price: wei,
            specDigest: digest,
            ...WINDOWS,
            verification: JOB_CLASS.bitExact,
            ...NO_REFERRER,
          },
        ],
        value: coinToSend(wei, JOB_CLASS.bitExact, props.balance),
      });
      if (!receipt) return;
      const { postedJob } = await import("../chain/receipt-events.ts");
      const id = postedJob(receipt, config.deployment.contracts.JobMarket);
      // The job's page is made by the server: give the index the moment it needs.
      await indexReached(Number(receipt.blockNumber));
      if (id) await navigate({ to: "/jobs/$id", params: { id } });
    } catch (error) {
      setProblem(
        error instanceof ColophonError
          ? error.code === "REFUSED"
            ? m.wallet.signInRefused
            : writeErrorSentence(error, m)
          : errorSentence(error, m),
      );
    } finally {
      setPreparing(false);
    }
  }

  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        void onPost();
      }}
    >
      <TaskFields
        task={task}
        onTask={(chosen) => {
          setTask(chosen);
          setTiles(chosen === "remix-image" ? 24 : 8);
        }}
        sources={sources}
        sourceId={sourceId}
        onSource={setSourceId}
      />
      <div className={styles.stack}>
        {able.length === 0 && <p className={styles.problem}>{m.create.operatorEmpty}</p>}
        {operator && model && (
          <>
            <div className={styles.two}>
              <Field label={m.create.operator}>
                {(id) => (
                  <select id={id} value={operator.address} onChange={(event) => setOperator(event.target.value)}>
                    {able.map((one) => (
                      <option key={one.address} value={one.address}>
                        {name(one.address)}
                        {one.device ? `, ${one.device.name}` : ""}
                      </option>
                    ))}
                  </select>
                )}
              </Field>
              <Field label={m.create.model}>
                {(id) => (
                  <select id={id} value={model.workId} onChange={(event) => setModel(event.target.value)}>
                    {models.map((one) => (
                      <option key={one.workId} value={one.workId}>
                        {one.title || m.why.workNumber(one.workId)}
                      </option>
                    ))}
                  </select>
                )}
              </Field>
            </div>
            <Field label={m.create.seed} hint={m.create.seedHint}>
              {(id, hint) => (
                <span className={styles.seed}>
                  <input
                    id={id}
                    aria-describedby={hint}
                    maxLength={128}
                    value={seed}
                    data-testid="seed"
                    onChange={(event) => setSeed(event.target.value)}
                  />
                  <Button onClick={() => setSeed(randomSeed())}>{m.create.newSeed}</Button>
                </span>
              )}
            </Field>
            <div className={styles.two}>
              <Field label={m.state.labelled(m.create.tiles, String(tiles))}>
                {(id) => (
                  <input
                    id={id}
                    type="range"
                    min={2}
                    max={64}
                    value={tiles}
                    onChange={(event) => setTiles(Number(event.target.value))}
                  />
                )}
              </Field>
              <Field label={m.create.jobPrice} hint={m.create.jobPriceHint(format.ether(model.priceWei))}>
                {(id, hint) => (
                  <input
                    id={id}
                    inputMode="decimal"
                    aria-describedby={hint}
                    value={price}
                    onChange={(event) => setPrice(event.target.value)}
                  />
                )}
              </Field>
            </div>
            <MiningChoice choice={mining} onChange={setMining} />
            <JobCost price={priceWei} balance={props.balance} />
            {problem && (
              <p role="alert" className={styles.problem}>
                {problem}
              </p>
            )}
            <div className={styles.actions}>
              <Button look="rubric" type="submit" busy={busy} disabled={busy} data-testid="generate">
                {m.create.post}
              </Button>
            </div>
            <TransactionStatus state={post.state} />
          </>
        )}
        {props.operators.length === 0 && (
          <Link to="/network" className={buttonClass()}>
            {m.nav.network}
          </Link>
        )}
      </div>
    </form>
  );
}
