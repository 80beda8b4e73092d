/**
 * The five contracts, for real networks: `hardhat ignition deploy ignition/modules/Colophon.ts --network NAME --parameters FILE`.
 * The contracts name each other in immutables, so the module needs their addresses beforehand; `node ignition/parameters.ts` writes
 * them for a deployer and its next nonce. A wrong prediction costs one reverted deployment (`WiringMismatch`), never a miswired set.
 */
import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

const colophon = buildModule("Colophon", (m) => {
  const predicted = {
    LicenseToken: m.getParameter<string>("LicenseToken"),
    RoyaltyLedger: m.getParameter<string>("RoyaltyLedger"),
    JobMarket: m.getParameter<string>("JobMarket"),
  };
  const arbitrator = m.getParameter<string>("arbitrator");
  const minimumStake = m.getParameter<bigint>("minimumStake");

  // `after` keeps the order, and with it the nonces from which the addresses were predicted.
  const works = m.contract("WorkRegistry", [predicted.LicenseToken, predicted.RoyaltyLedger]);
  const licenses = m.contract("LicenseToken", [works, predicted.RoyaltyLedger]);
  const ledger = m.contract("RoyaltyLedger", [works, licenses, predicted.JobMarket]);
  const operators = m.contract("OperatorRegistry", [predicted.JobMarket, minimumStake], { after: [ledger] });
  const market = m.contract("JobMarket", [works, ledger, operators, arbitrator]);
  return { works, licenses, ledger, operators, market };
});

// oxlint-disable-next-line import/no-default-export -- Ignition loads a module's default export.
export default colophon;
