// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IERC5192} from "../interfaces/IERC5192.sol";
import {ILicenseToken} from "../interfaces/ILicenseToken.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";
import {IWorkRegistry} from "../interfaces/IWorkRegistry.sol";
import {TermFlags} from "../libraries/TermFlags.sol";

/// @title LicenseToken
/// @notice See `ILicenseToken`. Immutable, without an owner: a license sold can be neither changed nor taken back.
contract LicenseToken is ERC721, IERC5192, ILicenseToken, ReentrancyGuardTransient {
    uint8 private constant PURPOSE_LICENSE = 1;
    uint256 private constant PPM = 1_000_000;

    IWorkRegistry public immutable registry;
    IRoyaltyLedger public immutable ledger;

    uint256 public totalOffers;
    uint256 public totalLicenses;
    mapping(bytes32 termsId => Terms) private _terms;
    mapping(bytes32 termsId => bool) private _known;
    mapping(uint256 offerId => Offer) private _offers;
    mapping(uint256 licenseId => License) private _licenses;

    constructor(IWorkRegistry registry_, IRoyaltyLedger ledger_) ERC721("Colophon License", "LICENSE") {
        registry = registry_;
        ledger = ledger_;
    }

    /// @inheritdoc ILicenseToken
    function termsIdOf(Terms calldata terms) public pure returns (bytes32) {
        return keccak256(abi.encode(terms));
    }

    /// @inheritdoc ILicenseToken
    function registerTerms(Terms calldata terms) public returns (bytes32 termsId) {
        termsId = termsIdOf(terms);
        if (_known[termsId]) return termsId;
        require(terms.flags <= TermFlags.ALL && terms.derivativeShare <= PPM, LicenseTokenBadTerms());
        _known[termsId] = true;
        _terms[termsId] = terms;
        emit TermsRegistered(termsId, terms.flags, terms.derivativeShare, terms.duration, terms.legalText);
    }

    /// @inheritdoc ILicenseToken
    function setOffer(
        uint256 workId,
        Terms calldata terms,
        OfferParams calldata offer
    ) external returns (uint256 offerId) {
        require(IERC721(address(registry)).ownerOf(workId) == msg.sender, LicenseTokenNotWorkOwner(workId, msg.sender));
        return _setOffer(workId, terms, offer);
    }

    /// @inheritdoc ILicenseToken
    function closeOffer(uint256 offerId) external {
        Offer storage offer = _requireOffer(offerId);
        require(
            IERC721(address(registry)).ownerOf(offer.workId) == msg.sender,
            LicenseTokenNotWorkOwner(offer.workId, msg.sender)
        );
        require(!offer.closed, LicenseTokenOfferClosed(offerId));
        offer.closed = true;
        emit OfferClosed(offerId);
    }

    /// @inheritdoc ILicenseToken
    function buy(
        uint256 offerId,
        address holder,
        uint96 maxPrice
    ) external payable nonReentrant returns (uint256 licenseId) {
        Offer storage offer = _requireOffer(offerId);
        require(offer.price <= maxPrice, LicenseTokenWrongPayment(offer.price, maxPrice));
        uint256 due = offer.currency == address(0) ? offer.price : 0;
        require(msg.value == due, LicenseTokenWrongPayment(due, msg.value));
        return _buy(offerId, offer, holder);
    }

    /// @inheritdoc ILicenseToken
    function publish(
        IWorkRegistry.NewWork calldata work,
        Terms calldata terms,
        OfferParams calldata offer
    ) external returns (uint256 workId, uint256 offerId) {
        workId = registry.registerFor(msg.sender, work);
        offerId = _setOffer(workId, terms, offer);
    }

    /// @inheritdoc ILicenseToken
    function publishDerivative(
        IWorkRegistry.NewWork calldata work,
        uint256[] calldata licenseIds,
        uint256[] calldata buyOffers,
        Terms calldata terms,
        OfferParams calldata offer
    ) external payable nonReentrant returns (uint256 workId, uint256 offerId) {
        uint256[] memory all = _buyAll(licenseIds, buyOffers);
        workId = registry.registerDerivativeFor(msg.sender, work, all);
        offerId = _setOffer(workId, terms, offer);
    }

    /// @inheritdoc ILicenseToken
    function useFor(
        uint256 licenseId,
        address holder,
        uint256 childWorkId
    ) external returns (uint256 workId, uint24 share) {
        require(msg.sender == address(registry), LicenseTokenNotRegistry(msg.sender));
        License storage license = _requireLicense(licenseId);
        require(ownerOf(licenseId) == holder, LicenseTokenNotHolder(licenseId, holder));
        require(license.flags & TermFlags.DERIVATIVES != 0, LicenseTokenNoDerivatives(licenseId));
        require(!license.used, LicenseTokenUsed(licenseId));
        require(license.expiresAt == 0 || block.timestamp <= license.expiresAt, LicenseTokenExpired(licenseId));
        license.used = true;
        emit LicenseUsed(licenseId, childWorkId);
        return (license.workId, license.derivativeShare);
    }

    /// @inheritdoc ILicenseToken
    function termsOf(bytes32 termsId) external view returns (Terms memory) {
        require(_known[termsId], LicenseTokenUnknownTerms(termsId));
        return _terms[termsId];
    }

    /// @inheritdoc ILicenseToken
    function offerOf(uint256 offerId) external view returns (Offer memory) {
        return _requireOffer(offerId);
    }

    /// @inheritdoc ILicenseToken
    function licenseOf(uint256 licenseId) external view returns (License memory) {
        return _requireLicense(licenseId);
    }

    /// @inheritdoc ILicenseToken
    function isActive(uint256 licenseId) external view returns (bool) {
        if (licenseId == 0 || licenseId > totalLicenses) return false;
        uint40 expiresAt = _licenses[licenseId].expiresAt;
        return expiresAt == 0 || block.timestamp <= expiresAt;
    }

    /// @inheritdoc IERC5192
    function locked(uint256 licenseId) public view returns (bool) {
        _requireOwned(licenseId);
        return _licenses[licenseId].flags & TermFlags.TRANSFERABLE == 0;
    }

    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IERC5192).interfaceId || super.supportsInterface(interfaceId);
    }

    /// @dev A license whose terms do not allow transfer stays with its first holder.
    function _update(address to, uint256 licenseId, address auth) internal override returns (address from) {
        from = super._update(to, licenseId, auth);
        require(from == address(0) || !locked(licenseId), LicenseTokenLocked(licenseId));
    }

    function _setOffer(
        uint256 workId,
        Terms calldata terms,
        OfferParams calldata params
    ) private returns (uint256 offerId) {
        bytes32 termsId = registerTerms(terms);
        offerId = ++totalOffers;
        Offer storage offer = _offers[offerId];
        offer.workId = workId;
        offer.termsId = termsId;
        offer.currency = params.currency;
        offer.price = params.price;
        offer.supply = params.supply;
        offer.expiresAt = params.expiresAt;
        emit OfferSet(offerId, workId, termsId, params.currency, params.price, params.supply, params.expiresAt);
    }

    /// @dev Buys from each offer for the caller and returns the licenses given and bought, in this order.
    function _buyAll(
        uint256[] calldata licenseIds,
        uint256[] calldata buyOffers
    ) private returns (uint256[] memory all) {
        all = new uint256[](licenseIds.length + buyOffers.length);
        for (uint256 i = 0; i < licenseIds.length; ++i) {
            all[i] = licenseIds[i];
        }
        uint256 due = 0;
        for (uint256 i = 0; i < buyOffers.length; ++i) {
            Offer storage offer = _requireOffer(buyOffers[i]);
            if (offer.currency == address(0)) due += offer.price;
            require(due <= msg.value, LicenseTokenWrongPayment(due, msg.value));
            all[licenseIds.length + i] = _buy(buyOffers[i], offer, msg.sender);
        }
        require(msg.value == due, LicenseTokenWrongPayment(due, msg.value));
    }

    function _buy(uint256 offerId, Offer storage offer, address holder) private returns (uint256 licenseId) {
        require(
            !offer.closed && (offer.expiresAt == 0 || block.timestamp <= offer.expiresAt),
            LicenseTokenOfferClosed(offerId)
        );
        require(offer.supply == 0 || offer.sold < offer.supply, LicenseTokenSoldOut(offerId));
        offer.sold += 1;
        licenseId = _issue(offerId, offer, holder);
        if (offer.price > 0) {
            uint256 value = offer.currency == address(0) ? offer.price : 0;
            ledger.payFrom{value: value}(
                msg.sender,
                offer.workId,
                offer.currency,
                offer.price,
                PURPOSE_LICENSE,
                licenseId
            );
        }
    }

    function _issue(uint256 offerId, Offer storage offer, address holder) private returns (uint256 licenseId) {
        licenseId = ++totalLicenses;
        Terms storage terms = _terms[offer.termsId];
        License storage license = _licenses[licenseId];
        license.workId = offer.workId;
        license.termsId = offer.termsId;
        license.issuedAt = uint40(block.timestamp);
        license.flags = terms.flags;
        license.derivativeShare = terms.derivativeShare;
        if (terms.duration != 0) license.expiresAt = uint40(block.timestamp) + terms.duration;
        _emitIssued(licenseId, offerId, offer, holder);
        _mint(holder, licenseId);
        if (terms.flags & TermFlags.TRANSFERABLE == 0) emit Locked(licenseId);
    }

    function _emitIssued(uint256 licenseId, uint256 offerId, Offer storage offer, address holder) private {
        emit LicenseIssued(
            licenseId,
            offer.workId,
            holder,
            offerId,
            offer.termsId,
            msg.sender,
            offer.currency,
            offer.price,
            _licenses[licenseId].expiresAt
        );
    }

    function _requireOffer(uint256 offerId) private view returns (Offer storage offer) {
        require(offerId != 0 && offerId <= totalOffers, LicenseTokenUnknownOffer(offerId));
        return _offers[offerId];
    }

    function _requireLicense(uint256 licenseId) private view returns (License storage license) {
        require(licenseId != 0 && licenseId <= totalLicenses, LicenseTokenUnknownLicense(licenseId));
        return _licenses[licenseId];
    }
}
