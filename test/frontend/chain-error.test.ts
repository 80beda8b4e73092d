import { expect } from "chai";
import { encodeErrorResult, encodeFunctionData, UserRejectedRequestError } from "viem";
import { licenseTokenAbi, workRegistryAbi } from "../../common/abi/index.ts";
import { TERM_PRESETS, openOffer } from "../../common/terms.ts";
import { chainError } from "../../frontend/chain/chain-error.ts";
import { describeCall } from "../../frontend/chain/describe-call.ts";
import { writeErrorSentence } from "../../frontend/chain/write-error-sentence.ts";
import { loadMessages } from "../../frontend/i18n/locale.ts";
import { ALL_ABI } from "../../frontend/chain/contracts.ts";
import { predictAddresses } from "../../scripts/predict-addresses.ts";

const contract = (digit: string): string => `0x${digit.repeat(40)}`;
const config = {
  deployment: {
    chainId: 31337,
    genesisHash: "0x",
    deployBlock: 1,
    contracts: predictAddresses("0x00000000000000000000000000000000000000aa", 0n),
  },
  rpcUrl: "http://127.0.0.1:1",
  gatewayUrl: "http://127.0.0.1:2",
  local: true,
  version: "0",
};

describe("what went wrong on chain", () => {
  const data = encodeErrorResult({
    abi: workRegistryAbi,
    errorName: "WorkRegistryAlreadyRegistered",
    args: [`0x${"ab".repeat(32)}`, 7n],
  });

  it("finds a contract's error however a wallet wrapped it, also through another contract", async () => {
    const m = await loadMessages("zh");
    for (const wrapped of [
      Object.assign(new Error("execution reverted"), { code: 3, data }),
      Object.assign(new Error("x"), { cause: { cause: { data: { data } } } }),
      Object.assign(new Error("x"), { cause: { raw: data } }),
    ]) {
      const error = chainError(wrapped);
      expect(error.code).to.equal("WorkRegistryAlreadyRegistered");
      expect(writeErrorSentence(error, m)).to.equal("这些字节已经登记过。");
    }
  });

  it("tells a refusal from a failure", () => {
    expect(chainError({ code: 4001, message: "no" }).code).to.equal("REFUSED");
    expect(chainError(new UserRejectedRequestError(new Error("no"))).code).to.equal("REFUSED");
    expect(chainError(new Error("insufficient funds for gas * price + value")).code).to.equal("INSUFFICIENT_FUNDS");
    expect(chainError(new Error("boom")).code).to.equal("CHAIN_ERROR");
  });

  it("tells only of errors that the contracts can give", async () => {
    const m = await loadMessages("en");
    const told = Object.keys(m.refusals.contract);
    const declared = new Set(ALL_ABI.filter((item) => item.type === "error").map((item) => item.name));
    expect(told.filter((name) => !declared.has(name))).to.deep.equal([]);
  });
});

describe("what a built-in wallet says before it sends", () => {
  it("names action, contract, payment and the license as its buyers will read it", async () => {
    const m = await loadMessages("en");
    const call = encodeFunctionData({
      abi: licenseTokenAbi,
      functionName: "setOffer",
      args: [4n, TERM_PRESETS.personal, openOffer(10n ** 16n)],
    });
    const rows = Object.fromEntries(
      describeCall({ to: config.deployment.contracts.LicenseToken, data: call }, config, m),
    );
    expect(rows[m.wallet.devConfirm.action]).to.equal("Set an offer");
    expect(rows[m.wallet.devConfirm.to]).to.equal("LicenseToken.setOffer");
    expect(rows[m.wallet.devConfirm.value]).to.equal("0 ETH");
    expect(rows[m.work.terms]).to.include("You may not use it commercially").and.to.include("You pay 0.01 ETH once.");
  });

  it("says plainly when it does not know the contract", async () => {
    const m = await loadMessages("en");
    const rows = describeCall({ to: contract("9"), value: "0xde0b6b3a7640000" }, config, m);
    expect(rows).to.deep.equal([
      [m.wallet.devConfirm.to, contract("9")],
      [m.wallet.devConfirm.value, "1 ETH"],
    ]);
  });
});
