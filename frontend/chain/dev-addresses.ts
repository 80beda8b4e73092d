import type { DevRole } from "../../common/dev-wallets.ts";

/**
 * Addresses of the built-in wallets, in lower case: written down, because deriving them takes more code than a first page
 * should carry. A test derives them from the mnemonic and compares.
 */
export const DEV_ADDRESSES: Readonly<Record<string, DevRole>> = {
  "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266": "deployer",
  "0x70997970c51812dc3a010c7d01b50e0d17dc79c8": "operator",
  "0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc": "creator-1",
  "0x90f79bf6eb2c4f870365e785982e1f101e93b906": "creator-2",
  "0x15d34aaf54267db7d7c367839aaf71a00a2c6a65": "creator-3",
  "0x9965507d1a55bcc2695c58ba16fb37d819b0a4dc": "creator-4",
  "0x976ea74026e726554db657fa54763abd0c3a0aa9": "creator-5",
  "0x14dc79964da2c08b23698b3d3cc7ca32193d9955": "creator-6",
  "0x23618e81e3f5cdf7f54c3d65f7fbc0abf5b21e8f": "buyer-1",
  "0xa0ee7a142d267c1f36714e4a8f75612f20a79720": "buyer-2",
  "0xbcd4042de499d14e55001ccbb24a551f3b954096": "buyer-3",
  "0x71be63f3384f5fb98995898a86b02fb2426c5788": "buyer-4",
  "0xfabb0ac9d68b0b445fb7357272ff202c5651694a": "buyer-5",
  "0x1cbd3b2770909d4e10f157cabc84c7264073c9ec": "buyer-6",
  "0xdf3e18d64bc6a983f673ab319ccae4f1a57c7097": "guest-creator",
  "0xcd3b766ccdd6ae721141f452c550ca635964ce71": "guest-buyer",
  "0x2546bcd3c84621e976d8185a91a922ae77ecec30": "journey-creator",
  "0xbda5747bfd65f08deb54cb465eb87d40e51b197e": "journey-buyer",
};
