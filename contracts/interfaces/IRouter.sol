// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILicenseOrders} from "./ILicenseOrders.sol";
import {IWithSig} from "./IWithSig.sol";

/// @title One-transaction journeys.
/// @notice Holds nothing between calls and has no power: it spends what its caller approved to it and sent with the call, and
/// does what anyone may do. Registering and offering in one transaction are `LicenseToken.publish` and `publishDerivative`.
interface IRouter {
    /// @param edgeIndexes See `IRoyaltyLedger.pullPath`.
    struct Path {
        uint256 leafId;
        uint256[] edgeIndexes;
        address currency;
    }

    struct Claim {
        uint256 workId;
        address currency;
    }

    /// @param maxPrice See `ILicenseToken.buy`.
    /// @param maxStack See `ILicenseToken.buyWithin`.
    struct Purchase {
        uint256 offerId;
        address holder;
        uint96 maxPrice;
        uint24 maxStack;
    }

    struct SignedPurchase {
        ILicenseOrders.LicenseOrder order;
        bytes signature;
        address holder;
        uint24 maxStack;
    }

    struct Payment {
        uint256 workId;
        address currency;
        uint256 amount;
    }

    /// @notice The caller's ERC-2612 permit for this contract to take `value` of a token.
    struct Permit {
        address token;
        uint256 value;
        uint256 deadline;
        uint8 v;
        bytes32 r;
        bytes32 s;
    }

    /// @notice The license token names this contract as payer; this says who the buyer was.
    event BoughtFor(address indexed buyer, uint256 indexed licenseId);
    /// @notice The ledger names this contract as payer; this says who paid.
    event PaidFor(address indexed payer, uint256 indexed workId, address indexed currency, uint256 amount);

    error RouterTooMany(uint256 count, uint256 most);
    error RouterWrongValue(uint256 expected, uint256 received);

    /// @notice Pulls along paths, then claims: money comes down and out in one call. Anyone; claims go to whom they are due.
    /// At most 48 hops in all and 24 claims.
    function collect(Path[] calldata paths, Claim[] calldata claims) external returns (uint256[] memory amounts);

    /// @notice Buys licenses from offers and from signed orders. Tokens are taken from the caller, who has approved this contract
    /// or brings permits; `msg.value` must be the sum of the coin prices. At most 16 in all, each at most the buyer's limit.
    function buyMany(
        Purchase[] calldata purchases,
        SignedPurchase[] calldata signedPurchases,
        Permit[] calldata permits
    ) external payable returns (uint256[] memory licenseIds);

    /// @notice Pays works. Tokens are taken from the caller, who has approved this contract or brings permits; what arrived of a
    /// token that keeps a fee is paid on. `msg.value` must be the sum of the coin amounts. At most 16.
    function payMany(Payment[] calldata payments, Permit[] calldata permits) external payable;

    /// @notice Sends calls that others signed, in order and all or none. `msg.value` must be the sum of their values. At most 16.
    function sendMany(
        IWithSig.SignedCall[] calldata calls,
        bytes[] calldata signatures
    ) external payable returns (bytes[] memory results);
}
