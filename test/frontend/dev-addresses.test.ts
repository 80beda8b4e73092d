import { expect } from "chai";
import { mnemonicToAccount } from "viem/accounts";
import { DEV_MNEMONIC, DEV_WALLETS } from "../../common/dev-wallets.ts";
import { DEV_ADDRESSES } from "../../frontend/chain/dev-addresses.ts";
import { roleName } from "../../frontend/chain/role-name.ts";
import { en } from "../../frontend/messages/en.ts";
import { zh } from "../../frontend/messages/zh.ts";

describe("built-in wallets", () => {
  it("have the addresses that their mnemonic gives", () => {
    const derived = DEV_WALLETS.map(({ index, role }) => [
      mnemonicToAccount(DEV_MNEMONIC, { addressIndex: index }).address.toLowerCase(),
      role,
    ]);
    expect(Object.entries(DEV_ADDRESSES)).to.deep.equal(derived);
  });

  it("have names in both languages, and nobody else does", () => {
    for (const address of Object.keys(DEV_ADDRESSES)) {
      expect(roleName(address.toUpperCase().replace("0X", "0x"), en)).to.match(/[A-Z][a-z]+/);
      expect(roleName(address, zh)).to.match(/[一-鿿]/);
    }
    expect(roleName(`0x${"ab".repeat(20)}`, en)).to.equal(null);
  });
});
