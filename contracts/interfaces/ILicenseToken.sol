// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {WorkLimits} from "../licensing/WorkLimits.sol";
import {IWorkRegistry} from "./IWorkRegistry.sol";

/// @title Licenses: one ERC-721 (and ERC-5192) token per license sold, under content-addressed terms.
/// @notice Terms are immutable and named by their hash; a license keeps for ever the terms and share it was sold with, and
/// ends before its time only by a ruling. Sale money goes to the royalty ledger in the same call.
/// A derivative may sell licenses of its own, inside what the licenses it was made with demand: see `limitsOf`.
interface ILicenseToken {
    /// @param flags What the holder may do and must do, bits: 1 commercial use, 2 derivatives, 4 training of models,
    /// 8 attribution required, 16 derivatives must be offered under the same terms, 32 license may be transferred.
    /// @param derivativeShare Share of each derivative's revenue that the licensed work gets, ppm.
    /// @param duration Seconds from issue to expiry; 0 = for ever. Together with reciprocity it leaves a derivative nothing to
    /// offer: the same terms would outlast the license it was made with.
    /// @param legalText SHA-256 of the prose, a raw IPFS block; may be zero.
    /// @param exclusivity 0 none; 1 exclusive: one such license of the work lives at a time; 2 sole: no other license of the
    /// work lives, and none is issued while it does.
    /// @param shareMode 0 absolute: the share is of the derivative's whole revenue at any depth; 1 relative.
    /// @param territories Where, bits of `Territories`; 0 = everywhere.
    /// @param channels By what means, bits of `Channels`; 0 = every one.
    struct Terms {
        uint16 flags;
        uint24 derivativeShare;
        uint32 duration;
        bytes32 legalText;
        uint8 exclusivity;
        uint8 shareMode;
        uint32 territories;
        uint16 channels;
    }

    /// @param currency ERC-20 address, or zero for the chain's coin.
    /// @param price Smallest units of the currency; 0 = free.
    /// @param supply Licenses that may be sold; 0 = unlimited.
    /// @param expiresAt Block time after which the offer is closed; 0 = never.
    /// @param shareOverride Share of derivatives' revenue instead of the terms', ppm; 0 = as the terms say.
    struct OfferParams {
        address currency;
        uint96 price;
        uint32 supply;
        uint40 expiresAt;
        uint24 shareOverride;
    }

    /// @param derivativeShare Share that licenses sold under this offer carry, ppm.
    struct Offer {
        uint256 workId;
        bytes32 termsId;
        address currency;
        uint96 price;
        uint32 supply;
        uint32 sold;
        uint40 expiresAt;
        bool closed;
        uint24 derivativeShare;
    }

    /// @param expiresAt Block time of expiry; 0 = never.
    /// @param used True once a derivative was registered with it.
    /// @param revoked True once a ruling took it away.
    /// @param offerId The offer it was bought from; 0 = a signed order.
    struct License {
        uint256 workId;
        bytes32 termsId;
        uint40 issuedAt;
        uint40 expiresAt;
        uint24 derivativeShare;
        uint16 flags;
        bool used;
        bool revoked;
        uint8 exclusivity;
        uint8 shareMode;
        uint256 offerId;
    }

    /// @notice A sale that `LicenseOrders` found signed.
    /// @param payer Whose money pays.
    /// @param maxStack The buyer's limit, see `buyWithin`.
    struct SignedSale {
        uint256 workId;
        address payer;
        address holder;
        address currency;
        uint96 price;
        uint24 shareOverride;
        uint24 maxStack;
        Terms terms;
    }

    /// @notice What of a parent's license an offer would break.
    enum Inherited {
        Right,
        Attribution,
        Reciprocity,
        Payment,
        Territory,
        Channel,
        Expiry
    }

    event TermsRegistered(
        bytes32 indexed termsId,
        uint16 flags,
        uint24 derivativeShare,
        uint32 duration,
        bytes32 legalText,
        uint8 exclusivity,
        uint8 shareMode,
        uint32 territories,
        uint16 channels
    );
    event OfferSet(
        uint256 indexed offerId,
        uint256 indexed workId,
        bytes32 indexed termsId,
        address currency,
        uint96 price,
        uint32 supply,
        uint40 expiresAt,
        uint24 derivativeShare
    );
    event OfferClosed(uint256 indexed offerId);
    /// @param offerId 0 = sold by a signed order.
    event LicenseIssued(
        uint256 indexed licenseId,
        uint256 indexed workId,
        address indexed holder,
        uint256 offerId,
        bytes32 termsId,
        address payer,
        address currency,
        uint96 price,
        uint40 expiresAt,
        uint24 derivativeShare
    );
    event LicenseUsed(uint256 indexed licenseId, uint256 indexed childWorkId);
    event LicenseRevoked(uint256 indexed licenseId);
    event WorkBlocked(uint256 indexed workId, bool blocked);

    error LicenseTokenNotWorkOwner(uint256 workId, address caller);
    error LicenseTokenUnknownTerms(bytes32 termsId);
    error LicenseTokenBadTerms();
    error LicenseTokenUnknownOffer(uint256 offerId);
    error LicenseTokenOfferClosed(uint256 offerId);
    error LicenseTokenSoldOut(uint256 offerId);
    /// @notice The buyer's limit on price was passed, or the coin sent is not the price.
    error LicenseTokenWrongPayment(uint256 expected, uint256 received);
    /// @notice A derivative made with the license would owe more upstream than the buyer accepts, ppm.
    error LicenseTokenStackTooHigh(uint256 stack, uint256 maxStack);
    error LicenseTokenTooMany(uint256 count);
    error LicenseTokenUnknownLicense(uint256 licenseId);
    error LicenseTokenNotHolder(uint256 licenseId, address caller);
    error LicenseTokenExpired(uint256 licenseId);
    error LicenseTokenUsed(uint256 licenseId);
    error LicenseTokenRevoked(uint256 licenseId);
    error LicenseTokenNoDerivatives(uint256 licenseId);
    error LicenseTokenLocked(uint256 licenseId);
    error LicenseTokenNotRegistry(address caller);
    error LicenseTokenNotOrders(address caller);
    error LicenseTokenNotDisputes(address caller);
    /// @notice The work was offered beyond what a license it was made with allows.
    error LicenseTokenBeyondInherited(uint256 workId, Inherited limit);
    /// @notice The derivative would have to be offered under two different terms at once.
    error LicenseTokenTwoReciprocities(uint256 licenseId);
    /// @notice An exclusive license lives, and the one asked for can't live beside it.
    error LicenseTokenExclusivelyLicensed(uint256 workId, uint256 licenseId);
    /// @notice A sole license can't be issued while other licenses of the work live.
    error LicenseTokenLicensedUntil(uint256 workId, uint40 liveUntil);
    error LicenseTokenBlocked(uint256 workId);

    /// @notice Id of terms: keccak256 of their ABI encoding.
    function termsIdOf(Terms calldata terms) external pure returns (bytes32);

    /// @notice Stores terms once; anyone, idempotent.
    function registerTerms(Terms calldata terms) external returns (bytes32 termsId);

    /// @notice Offers licenses to a work; registers the terms if they are new. Only the work's owner, within `limitsOf` the work.
    function setOffer(
        uint256 workId,
        Terms calldata terms,
        OfferParams calldata offer
    ) external returns (uint256 offerId);

    /// @notice Ends an offer; licenses sold keep everything. Only the work's owner.
    function closeOffer(uint256 offerId) external;

    /// @notice Buys a license for `holder`, paying at most `maxPrice`. In the chain's coin `msg.value` must be the
    /// price; an ERC-20 price is taken from the caller by the royalty ledger, which must be approved.
    function buy(uint256 offerId, address holder, uint96 maxPrice) external payable returns (uint256 licenseId);

    /// @notice As `buy`, unless a derivative made with the license would owe more than `maxStack` ppm because of it: the share,
    /// and in absolute mode what the licensed work owes itself.
    function buyWithin(
        uint256 offerId,
        address holder,
        uint96 maxPrice,
        uint24 maxStack
    ) external payable returns (uint256 licenseId);

    /// @notice Buys one license of each offer for `holder`, paying at most the limit of the same index; at most 32. `msg.value`
    /// must be the sum of the coin prices.
    function buyMany(
        uint256[] calldata offerIds,
        address holder,
        uint96[] calldata maxPrices
    ) external payable returns (uint256[] memory licenseIds);

    /// @notice Registers a work and offers licenses to it, in one transaction.
    function publish(
        IWorkRegistry.NewWork calldata work,
        Terms calldata terms,
        OfferParams calldata offer
    ) external returns (uint256 workId, uint256 offerId);

    /// @notice Buys from `buyOffers`, registers a derivative with `licenseIds` and the licenses just bought, and offers
    /// licenses to it, in one transaction. `msg.value` must be the sum of the coin prices of `buyOffers`.
    function publishDerivative(
        IWorkRegistry.NewWork calldata work,
        uint256[] calldata licenseIds,
        uint256[] calldata buyOffers,
        Terms calldata terms,
        OfferParams calldata offer
    ) external payable returns (uint256 workId, uint256 offerId);

    /// @notice Marks a license as used for a derivative, binds the derivative's own offers to it, and returns what the edge
    /// needs. Only the work registry, while it registers the child.
    /// @return workId The licensed work.
    /// @return share Frozen at the sale, ppm.
    /// @return mode 0 absolute, 1 relative.
    function useFor(
        uint256 licenseId,
        address holder,
        uint256 childWorkId
    ) external returns (uint256 workId, uint24 share, uint8 mode);

    /// @notice Issues a license that the work's owner signed for. Only `LicenseOrders`, which has checked the signature. The coin
    /// sent must be the coin price.
    function issueSigned(SignedSale calldata sale) external payable returns (uint256 licenseId);

    /// @notice Ends a license for good. Only the dispute module, by ruling.
    function revoke(uint256 licenseId) external;

    /// @notice Stops or allows new licenses of a work; those sold stay. Only the dispute module, by ruling.
    function setBlocked(uint256 workId, bool blocked) external;

    function termsOf(bytes32 termsId) external view returns (Terms memory);

    function offerOf(uint256 offerId) external view returns (Offer memory);

    function licenseOf(uint256 licenseId) external view returns (License memory);

    /// @notice What binds the licenses of a work, in one word; `LicenseRights.limitsOf` says it in fields.
    function limitsOf(uint256 workId) external view returns (WorkLimits);

    /// @notice Id of the terms that words like `limitsOf` name by number; zero = no such terms.
    function termsIdAt(uint256 number) external view returns (bytes32);

    /// @notice True while the license is neither expired nor revoked nor unknown.
    function isActive(uint256 licenseId) external view returns (bool);

    function totalOffers() external view returns (uint256);

    function totalLicenses() external view returns (uint256);
}
