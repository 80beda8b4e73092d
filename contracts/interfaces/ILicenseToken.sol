// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IWorkRegistry} from "./IWorkRegistry.sol";

/// @title Licenses: one ERC-721 (and ERC-5192) token per license sold, under content-addressed terms.
/// @notice Terms are immutable and named by their hash; a license keeps for ever the terms and share it was sold
/// with. Sale money goes to the royalty ledger in the same call.
interface ILicenseToken {
    /// @param flags What the holder may do and must do, bits: 1 commercial use, 2 derivatives, 4 training of models,
    /// 8 attribution required, 16 derivatives must be offered under the same terms, 32 license may be transferred.
    /// @param derivativeShare Share of each derivative's revenue that the licensed work gets, ppm.
    /// @param duration Seconds from issue to expiry; 0 = for ever.
    /// @param legalText SHA-256 of the prose, a raw IPFS block; may be zero.
    struct Terms {
        uint16 flags;
        uint24 derivativeShare;
        uint32 duration;
        bytes32 legalText;
    }

    /// @param currency ERC-20 address, or zero for the chain's coin.
    /// @param price Smallest units of the currency; 0 = free.
    /// @param supply Licenses that may be sold; 0 = unlimited.
    /// @param expiresAt Block time after which the offer is closed; 0 = never.
    struct OfferParams {
        address currency;
        uint96 price;
        uint32 supply;
        uint40 expiresAt;
    }

    struct Offer {
        uint256 workId;
        bytes32 termsId;
        address currency;
        uint96 price;
        uint32 supply;
        uint32 sold;
        uint40 expiresAt;
        bool closed;
    }

    /// @param expiresAt Block time of expiry; 0 = never.
    /// @param used True once a derivative was registered with it.
    struct License {
        uint256 workId;
        bytes32 termsId;
        uint40 issuedAt;
        uint40 expiresAt;
        uint24 derivativeShare;
        uint16 flags;
        bool used;
    }

    event TermsRegistered(
        bytes32 indexed termsId,
        uint16 flags,
        uint24 derivativeShare,
        uint32 duration,
        bytes32 legalText
    );
    event OfferSet(
        uint256 indexed offerId,
        uint256 indexed workId,
        bytes32 indexed termsId,
        address currency,
        uint96 price,
        uint32 supply,
        uint40 expiresAt
    );
    event OfferClosed(uint256 indexed offerId);
    event LicenseIssued(
        uint256 indexed licenseId,
        uint256 indexed workId,
        address indexed holder,
        uint256 offerId,
        bytes32 termsId,
        address payer,
        address currency,
        uint96 price,
        uint40 expiresAt
    );
    event LicenseUsed(uint256 indexed licenseId, uint256 indexed childWorkId);

    error LicenseTokenNotWorkOwner(uint256 workId, address caller);
    error LicenseTokenUnknownTerms(bytes32 termsId);
    error LicenseTokenBadTerms();
    error LicenseTokenUnknownOffer(uint256 offerId);
    error LicenseTokenOfferClosed(uint256 offerId);
    error LicenseTokenSoldOut(uint256 offerId);
    /// @notice The buyer's limit on price was passed, or the coin sent is not the price.
    error LicenseTokenWrongPayment(uint256 expected, uint256 received);
    error LicenseTokenUnknownLicense(uint256 licenseId);
    error LicenseTokenNotHolder(uint256 licenseId, address caller);
    error LicenseTokenExpired(uint256 licenseId);
    error LicenseTokenUsed(uint256 licenseId);
    error LicenseTokenNoDerivatives(uint256 licenseId);
    error LicenseTokenLocked(uint256 licenseId);
    error LicenseTokenNotRegistry(address caller);

    /// @notice Id of terms: keccak256 of their ABI encoding.
    function termsIdOf(Terms calldata terms) external pure returns (bytes32);

    /// @notice Stores terms once; anyone, idempotent.
    function registerTerms(Terms calldata terms) external returns (bytes32 termsId);

    /// @notice Offers licenses to a work; registers the terms if they are new. Only the work's owner.
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

    /// @notice Marks a license as used for a derivative and returns what the edge needs. Only the work registry.
    /// @return workId The licensed work, which becomes a parent.
    /// @return share Its share of the derivative's revenue, ppm.
    /// @return mode `EdgeMode`: 0 absolute, 1 relative.
    function useFor(
        uint256 licenseId,
        address holder,
        uint256 childWorkId
    ) external returns (uint256 workId, uint24 share, uint8 mode);

    function termsOf(bytes32 termsId) external view returns (Terms memory);

    function offerOf(uint256 offerId) external view returns (Offer memory);

    function licenseOf(uint256 licenseId) external view returns (License memory);

    /// @notice True while the license is neither expired nor unknown.
    function isActive(uint256 licenseId) external view returns (bool);

    function totalOffers() external view returns (uint256);

    function totalLicenses() external view returns (uint256);
}
