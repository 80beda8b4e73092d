// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILicenseToken} from "./ILicenseToken.sol";

/// @title Offers of licenses that cost their maker nothing: signed, not sent.
/// @notice An order counts only while its seller owns the work, whoever signed or owned it before. It says everything: a buyer
/// adds nothing but the holder. Whoever wants to sell no more cancels one nonce, or all orders at once by the counter.
interface ILicenseOrders {
    /// @param workId Work licensed.
    /// @param seller Who signs, and must own the work when the order is filled; an account, or a contract that answers ERC-1271.
    /// @param terms Terms of the licenses; stored on chain at the first sale.
    /// @param currency ERC-20 address, or zero for the chain's coin.
    /// @param price Of one license, smallest units; 0 = free.
    /// @param shareOverride Share of derivatives' revenue instead of the terms', ppm; 0 = as the terms say.
    /// @param supply Licenses this order sells; 0 = unlimited until it is cancelled or expires.
    /// @param holder The only account that may be the license's first holder; zero = any.
    /// @param expiresAt Last block time at which the order can be filled.
    /// @param nonce Any number; orders of one seller with the same nonce end together, by cancelling or when one sells out.
    /// @param counter The seller's counter: raising it ends all orders signed under the old one.
    struct LicenseOrder {
        uint256 workId;
        address seller;
        ILicenseToken.Terms terms;
        address currency;
        uint96 price;
        uint24 shareOverride;
        uint32 supply;
        address holder;
        uint40 expiresAt;
        uint256 nonce;
        uint256 counter;
    }

    event OrderFilled(bytes32 indexed orderHash, uint256 indexed licenseId, address indexed seller, uint256 nonce);
    event NonceUsed(address indexed seller, uint256 nonce);
    event CounterRaised(address indexed seller, uint256 counter);

    error LicenseOrdersExpired(uint40 expiresAt);
    error LicenseOrdersNotWorkOwner(uint256 workId, address seller);
    error LicenseOrdersNonceUsed(address seller, uint256 nonce);
    error LicenseOrdersOldCounter(address seller, uint256 counter);
    error LicenseOrdersWrongHolder(address holder);
    error LicenseOrdersBadSignature(address seller);
    error LicenseOrdersWrongPayment(uint256 expected, uint256 received);

    /// @notice Buys one license under a signed order for `holder`. In the chain's coin `msg.value` must be the price; an ERC-20
    /// price is taken from the caller by the royalty ledger, which must be approved.
    /// @param maxStack See `ILicenseToken.buyWithin`.
    function fill(
        LicenseOrder calldata order,
        bytes calldata signature,
        address holder,
        uint24 maxStack
    ) external payable returns (uint256 licenseId);

    /// @notice Ends the caller's orders with this nonce.
    function cancelNonce(uint256 nonce) external;

    /// @notice Ends all of the caller's orders. Returns the counter to sign from now on.
    function raiseCounter() external returns (uint256 counter);

    function nonceUsed(address seller, uint256 nonce) external view returns (bool);

    function counterOf(address seller) external view returns (uint256);

    /// @notice Licenses sold under an order of limited supply above one, by its digest.
    function soldOf(bytes32 orderHash) external view returns (uint32);

    /// @notice EIP-712 digest that the seller signs.
    function digestOf(LicenseOrder calldata order) external view returns (bytes32);
}
