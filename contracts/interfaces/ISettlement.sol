// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title How the marketplace and the auction house split a price, and what they hold for whom.
/// @notice Of each sale: the royalty, the protocol's fee, the referrer's fee, and the rest to the seller. A sale of a work pays
/// its royalty into the ledger, always; a license pays the licensed work; a token of another collection is asked by ERC-2981.
interface ISettlement {
    /// @notice Highest price less than which a share is rounded down, and who gets each part.
    /// @param workId Work whose ledger account gets the royalty; 0 for a token of another collection.
    /// @param receiver Who gets the royalty of a token of another collection; zero = nobody.
    /// @param royalty Smallest units of the currency.
    /// @param fee Protocol's part.
    /// @param referral Referrer's part.
    /// @param proceeds Seller's part: the price less all of the above.
    struct Cut {
        uint256 workId;
        address receiver;
        uint256 royalty;
        uint256 fee;
        uint256 referral;
        uint256 proceeds;
    }

    /// @notice The protocol's fee on later sales, ppm.
    event ProtocolFeeSet(uint24 ppm);
    /// @notice Money waits here for an account: a fee, an outbid bid, or what could not be sent.
    event Credited(address indexed account, address indexed currency, uint256 amount);
    event Withdrawn(address indexed account, address indexed currency, address to, uint256 amount);

    error SettlementFeeTooHigh(uint24 ppm);
    /// @notice The coin sent is not what is due.
    error SettlementWrongValue(uint256 expected, uint256 received);
    /// @notice The token kept a part of what was signed.
    error SettlementShortPayment(address currency, uint256 expected, uint256 received);
    error SettlementTransferFailed(address to);
    /// @notice The collection says that the token did not arrive.
    error SettlementNotMoved(address asset, uint256 tokenId);
    error SettlementLicenseLocked(uint256 licenseId);
    /// @notice The license has expired, was revoked, or a derivative was registered with it.
    error SettlementLicenseSpent(uint256 licenseId);

    /// @notice Sets the protocol's fee on later sales, ppm, at most 50,000. Only the authority's PARAMS role, with its delay.
    /// An order signed for less is refused rather than charged more; an auction keeps the fee it was made under.
    function setProtocolFee(uint24 ppm) external;

    /// @notice Sends the caller what is held for him of a currency (zero = the chain's coin). Does nothing if that is nothing.
    function withdraw(address currency) external returns (uint256 amount);

    /// @notice As `withdraw`, to an address of the caller's choice.
    function withdrawTo(address currency, address to) external returns (uint256 amount);

    /// @notice As `withdraw`, for an account that can't call: to that account. Anyone.
    function withdrawFor(address account, address currency) external returns (uint256 amount);

    /// @notice What an account can withdraw.
    function creditOf(address account, address currency) external view returns (uint256);

    /// @notice The protocol's fee on new sales, ppm.
    function protocolFee() external view returns (uint24);

    /// @notice What a sale of a token at a price owes as royalty, and to whom.
    /// @return workId Work whose ledger account gets it; 0 for a token of another collection.
    /// @return receiver Who gets it for a token of another collection.
    /// @return royalty Smallest units; at most a tenth of the price.
    function royaltyOf(
        address asset,
        uint256 tokenId,
        uint256 price
    ) external view returns (uint256 workId, address receiver, uint256 royalty);
}
