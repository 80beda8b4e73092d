import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Job, Offer } from "../../common/api/schemas.ts";
import { cidOfDigest } from "../../common/digest.ts";
import type { Provenance } from "../../common/documents.ts";
import { ColophonError } from "../../common/errors.ts";
import { termFlagsOf } from "../chain/term-flags.ts";
import { TransactionStatus } from "../chain/transaction-status.tsx";
import { isBusy, useTransaction } from "../chain/use-transaction.ts";
import { writeErrorSentence } from "../chain/write-error-sentence.ts";
import { DraftFields } from "../create/draft-fields.tsx";
import { prepareWork } from "../create/publish-work.ts";
import { draftProblem, type WorkDraft } from "../create/work-draft.ts";
import { isUnpaid, presetsWithin } from "../create/inherited-limits.ts";
import { initialTerms, type TermsDraft, termsArguments, termsProblem } from "../create/terms-draft.ts";
import { TermsEditor } from "../create/terms-editor.tsx";
import { useConfig, useRenderTime } from "../data/boot.tsx";
import { accountQuery, workQuery } from "../data/queries.ts";
import { useFormat, useLocale, useRoomMessages } from "../i18n/i18n-context.tsx";
import { Button, buttonClass } from "../ui/button.tsx";
import { errorSentence } from "../ui/error-sentence.ts";
import { isOpen } from "../work/open-offers.ts";
import { useJobOutput } from "./job-output.tsx";
import styles from "./job-page.module.css";

const byPrice = (a: Offer, b: Offer) => (BigInt(a.price) < BigInt(b.price) ? -1 : 1);
const allowsDerivatives = (terms: { flags: number }) => termFlagsOf(terms.flags).derivatives;

/** Registers a job's output as a derivative of the remixed work and of the model, each paid by its license. */
export function RegisterOutput(props: { job: Job; onRegistered: () => void }) {
  const { job } = props;
  const m = useRoomMessages();
  const format = useFormat();
  const locale = useLocale();
  const now = useRenderTime();
  const config = useConfig();
  const input = job.spec?.input;
  const account = useQuery(accountQuery(job.requester));
  const model = useQuery(workQuery(job.modelWorkId));
  const source = useQuery({ ...workQuery(input?.workId ?? ""), enabled: input !== undefined });
  const output = useJobOutput(job, null);
  const publish = useTransaction("publishDerivative");
  const [edited, setEdited] = useState<WorkDraft | null>(null);
  const [tagText, setTagText] = useState("");
  const [editedTerms, setTerms] = useState<TermsDraft | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [preparing, setPreparing] = useState(false);
  const [workId, setWorkId] = useState<string | null>(null);

  const draft: WorkDraft = edited ?? {
    title: source.data ? m.job.defaultTitle(source.data.data.title) : m.job.defaultTitlePlain(job.spec?.seed ?? job.id),
    description: "",
    lang: locale,
    tags: [],
    aiGenerated: true,
  };
  const held = account.data?.data.licenses ?? [];
  const modelLicense = held.find(
    (license) =>
      license.workId === job.modelWorkId && !license.used && !license.revoked && allowsDerivatives(license.terms),
  );
  const modelOffer = modelLicense
    ? undefined
    : model.data?.data.offers.filter((offer) => isOpen(offer, now) && allowsDerivatives(offer.terms)).sort(byPrice)[0];
  const sourceLicense = input ? held.find((license) => license.id === input.licenseId) : undefined;
  const parents = (input ? 1 : 0) + (modelLicense || modelOffer ? 1 : 0);
  const busy = preparing || isBusy(publish.state);
  // What the parents' licenses do not grant, the derivative cannot offer.
  const parentLicenses = [sourceLicense, modelLicense ?? modelOffer].flatMap((one) =>
    one ? [{ flags: one.terms.flags, derivativeShare: one.derivativeShare }] : [],
  );
  const presets = presetsWithin(parentLicenses);
  const usual = initialTerms(presets.includes("remix") ? "remix" : (presets[0] ?? "personal"));
  const terms = editedTerms ?? (isUnpaid(parentLicenses) ? { ...usual, price: "0", share: "0" } : usual);

  async function onRegister() {
    const { receipt } = job;
    const bytes = output.data?.bytes;
    const found =
      draftProblem(draft, m) ??
      termsProblem(terms, m) ??
      (input && (!sourceLicense || sourceLicense.used) ? m.refusals.contract.LicenseTokenUsed : null) ??
      (!bytes || !receipt ? m.state.loading : null);
    setProblem(found);
    if (found || !bytes || !receipt || !job.operator || !job.receiptDigest) return;
    setPreparing(true);
    try {
      const { cid, sha256, mediaType, bytes: size } = receipt.output;
      const provenance: Provenance = {
        schema: "colophon/provenance/1",
        chainId: config.deployment.chainId,
        jobMarket: config.deployment.contracts.JobMarket,
        jobId: job.id,
        operator: job.operator,
        specCid: cidOfDigest(job.specDigest as `0x${string}`),
        receiptCid: cidOfDigest(job.receiptDigest as `0x${string}`),
      };
      const work = await prepareWork(
        { bytes, draft, stored: { cid, sha256, mediaType, bytes: size }, provenance },
        config,
        m,
        () => {},
      );
      setPreparing(false);
      if (!work) return;
      const { terms: termsOf, offer } = termsArguments(terms);
      const licenses = [sourceLicense?.id, modelLicense?.id].filter((id) => id !== undefined).map(BigInt);
      const offers = modelOffer ? [BigInt(modelOffer.id)] : [];
      const sent = await publish.send(
        licenses.length + offers.length > 0
          ? {
              contract: "LicenseToken",
              functionName: "publishDerivative",
              args: [work, licenses, offers, termsOf, offer],
              value: modelOffer ? BigInt(modelOffer.price) : 0n,
            }
          : { contract: "LicenseToken", functionName: "publish", args: [work, termsOf, offer] },
      );
      if (!sent) return;
      const { registeredWork } = await import("../chain/receipt-events.ts");
      props.onRegistered();
      setWorkId(registeredWork(sent, config.deployment.contracts.WorkRegistry));
    } catch (error) {
      setProblem(error instanceof ColophonError ? writeErrorSentence(error, m) : errorSentence(error, m));
    } finally {
      setPreparing(false);
    }
  }

  if (workId) {
    return (
      <div className={styles.register} data-testid="derivative" data-work-id={workId}>
        <h2>{m.create.published(draft.title)}</h2>
        {publish.state.phase === "indexed" && (
          <Link to="/works/$id" params={{ id: workId }} className={buttonClass("rubric")}>
            {m.create.see}
          </Link>
        )}
        <TransactionStatus state={publish.state} />
      </div>
    );
  }
  if (!account.data || !model.data) return null;
  return (
    <form
      className={styles.register}
      onSubmit={(event) => {
        event.preventDefault();
        void onRegister();
      }}
    >
      <h2>{parents > 0 ? m.job.register : m.job.registerOwn}</h2>
      <p className={styles.note}>
        {input ? m.job.registerText(parents) : parents > 0 ? m.job.registerOwnText : m.job.modelNoOffer}
        {modelOffer && BigInt(modelOffer.price) > 0n && ` ${m.job.modelCost(format.ether(modelOffer.price))}`}
      </p>
      <DraftFields
        draft={draft}
        tagText={tagText}
        aiFixed
        onChange={(next, text) => {
          setEdited(next);
          setTagText(text);
        }}
      />
      <TermsEditor draft={terms} onChange={setTerms} presets={presets} />
      {problem && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
      <div>
        <Button look="rubric" type="submit" busy={busy} disabled={busy} data-testid="register-derivative">
          {parents > 0 ? m.job.register : m.job.registerOwn}
        </Button>
      </div>
      <TransactionStatus state={publish.state} />
    </form>
  );
}
