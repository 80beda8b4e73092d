// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {Context} from "@openzeppelin/contracts/utils/Context.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {NewIds} from "../access/NewIds.sol";
import {IERC5192} from "../interfaces/IERC5192.sol";
import {ILicenseToken} from "../interfaces/ILicenseToken.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";
import {IWorkRegistry} from "../interfaces/IWorkRegistry.sol";
import {EdgeMode} from "../libraries/EdgeMode.sol";
import {TermFlags} from "../libraries/TermFlags.sol";
import {Addresses, Wiring} from "../libraries/Wiring.sol";
import {WorkRegistry} from "../registry/WorkRegistry.sol";

/// @title Licenses, and the offers they are sold under.
/// @notice Immutable and without roles. An offer's price and terms never change (a new price is a new offer), so what a buyer
/// signs is what he gets; a license can't be revoked, and this contract never holds money.
contract LicenseToken is ERC721, IERC5192, ILicenseToken, NewIds, ERC2771Context, ReentrancyGuardTransient {
    using Strings for uint256;

    struct StoredTerms {
        uint16 flags;
        uint24 derivativeShare;
        uint32 duration;
        bool known;
        bytes32 legalText;
    }

    struct StoredOffer {
        bytes32 termsId;
        address currency;
        uint96 price;
        uint64 workId;
        uint32 supply;
        uint32 sold;
        uint40 expiresAt;
        bool closed;
    }

    /// @dev One slot. The terms' id is the offer's, which never changes; what is read often is copied.
    struct StoredLicense {
        uint64 workId;
        uint64 offerId;
        uint40 issuedAt;
        uint40 expiresAt;
        uint24 derivativeShare;
        uint16 flags;
        bool used;
    }

    /// @notice Parts per million in a whole.
    uint256 public constant PPM = 1_000_000;
    uint8 private constant PURPOSE_LICENSE = 1;

    WorkRegistry public immutable workRegistry;
    IRoyaltyLedger public immutable royaltyLedger;

    uint256 public totalLicenses;
    mapping(bytes32 termsId => StoredTerms) private _terms;
    mapping(uint256 offerId => StoredOffer) private _offers;
    mapping(uint256 licenseId => StoredLicense) private _licenses;

    constructor(
        Addresses memory house
    ) ERC721("Colophon License", "LICENSE") AccessManaged(house.authority) ERC2771Context(house.withSig) {
        Wiring.requireSame(address(this), house.licenses);
        workRegistry = WorkRegistry(house.works);
        royaltyLedger = IRoyaltyLedger(house.ledger);
    }

    /// @inheritdoc ILicenseToken
    function registerTerms(Terms calldata terms) external returns (bytes32 termsId) {
        return _registerTerms(terms);
    }

    /// @inheritdoc ILicenseToken
    function setOffer(
        uint256 workId,
        Terms calldata terms,
        OfferParams calldata offer
    ) external returns (uint256 offerId) {
        _requireWorkOwner(workId);
        return _setOffer(workId, terms, offer);
    }

    /// @inheritdoc ILicenseToken
    function closeOffer(uint256 offerId) external {
        StoredOffer storage offer = _existingOffer(offerId);
        _requireWorkOwner(offer.workId);
        if (offer.closed) revert LicenseTokenOfferClosed(offerId);
        offer.closed = true;
        emit OfferClosed(offerId);
    }

    /// @inheritdoc ILicenseToken
    function buy(
        uint256 offerId,
        address holder,
        uint96 maxPrice
    ) external payable nonReentrant returns (uint256 licenseId) {
        StoredOffer storage offer = _existingOffer(offerId);
        if (offer.price > maxPrice) revert LicenseTokenWrongPayment(offer.price, maxPrice);
        uint256 value = _coinPrice(offer);
        if (msg.value != value) revert LicenseTokenWrongPayment(value, msg.value);
        return _buy(offerId, offer, holder);
    }

    /// @inheritdoc ILicenseToken
    function publish(
        IWorkRegistry.NewWork calldata work,
        Terms calldata terms,
        OfferParams calldata offer
    ) external returns (uint256 workId, uint256 offerId) {
        workId = workRegistry.registerFor(_msgSender(), work);
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
        uint256[] memory licenses = _withBought(licenseIds, buyOffers);
        workId = workRegistry.registerDerivativeFor(_msgSender(), work, licenses);
        offerId = _setOffer(workId, terms, offer);
    }

    /// @inheritdoc ILicenseToken
    function useFor(
        uint256 licenseId,
        address holder,
        uint256 childWorkId
    ) external returns (uint256 workId, uint24 share, uint8 mode) {
        if (msg.sender != address(workRegistry)) revert LicenseTokenNotRegistry(msg.sender);
        StoredLicense storage license = _existingLicense(licenseId);
        if (_ownerOf(licenseId) != holder) revert LicenseTokenNotHolder(licenseId, holder);
        if (license.used) revert LicenseTokenUsed(licenseId);
        if (license.flags & TermFlags.DERIVATIVES == 0) revert LicenseTokenNoDerivatives(licenseId);
        if (_expired(license.expiresAt)) revert LicenseTokenExpired(licenseId);
        license.used = true;
        emit LicenseUsed(licenseId, childWorkId);
        return (license.workId, license.derivativeShare, EdgeMode.ABSOLUTE);
    }

    /// @inheritdoc ILicenseToken
    function totalOffers() external view returns (uint256) {
        return _idCount();
    }

    /// @inheritdoc ILicenseToken
    function termsOf(bytes32 termsId) external view returns (Terms memory) {
        StoredTerms storage terms = _terms[termsId];
        if (!terms.known) revert LicenseTokenUnknownTerms(termsId);
        return Terms(terms.flags, terms.derivativeShare, terms.duration, terms.legalText);
    }

    /// @inheritdoc ILicenseToken
    function offerOf(uint256 offerId) external view returns (Offer memory) {
        StoredOffer storage offer = _existingOffer(offerId);
        return
            Offer({
                workId: offer.workId,
                termsId: offer.termsId,
                currency: offer.currency,
                price: offer.price,
                supply: offer.supply,
                sold: offer.sold,
                expiresAt: offer.expiresAt,
                closed: offer.closed
            });
    }

    /// @inheritdoc ILicenseToken
    function licenseOf(uint256 licenseId) external view returns (License memory) {
        StoredLicense storage license = _existingLicense(licenseId);
        return
            License({
                workId: license.workId,
                termsId: _offers[license.offerId].termsId,
                issuedAt: license.issuedAt,
                expiresAt: license.expiresAt,
                derivativeShare: license.derivativeShare,
                flags: license.flags,
                used: license.used
            });
    }

    /// @inheritdoc ILicenseToken
    function isActive(uint256 licenseId) external view returns (bool) {
        StoredLicense storage license = _licenses[licenseId];
        return license.issuedAt != 0 && !_expired(license.expiresAt);
    }

    /// @inheritdoc IERC5192
    function locked(uint256 tokenId) external view returns (bool) {
        return _locked(_existingLicense(tokenId));
    }

    /// @inheritdoc ILicenseToken
    function termsIdOf(Terms calldata terms) public pure returns (bytes32) {
        return keccak256(abi.encode(terms));
    }

    /// @notice A small document made on chain, so that a license says what it is for without any server.
    function tokenURI(uint256 tokenId) public view override returns (string memory) {
        StoredLicense storage license = _existingLicense(tokenId);
        bytes memory json = abi.encodePacked(
            '{"name":"License ',
            tokenId.toString(),
            " to work ",
            uint256(license.workId).toString(),
            '","description":"Terms ',
            uint256(_offers[license.offerId].termsId).toHexString(32),
            '","attributes":[{"trait_type":"work","value":',
            uint256(license.workId).toString(),
            '},{"trait_type":"flags","value":',
            uint256(license.flags).toString(),
            "}]}"
        );
        return string.concat("data:application/json;base64,", Base64.encode(json));
    }

    /// @inheritdoc ERC721
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IERC5192).interfaceId || super.supportsInterface(interfaceId);
    }

    /// @dev A license moves between holders only if its terms say so.
    function _update(address to, uint256 tokenId, address auth) internal override returns (address from) {
        from = super._update(to, tokenId, auth);
        if (from != address(0) && _locked(_licenses[tokenId])) revert LicenseTokenLocked(tokenId);
    }

    function _registerTerms(Terms calldata terms) private returns (bytes32 termsId) {
        if (terms.flags > TermFlags.ALL || terms.derivativeShare > PPM) revert LicenseTokenBadTerms();
        termsId = termsIdOf(terms);
        StoredTerms storage stored = _terms[termsId];
        if (stored.known) return termsId;
        stored.flags = terms.flags;
        stored.derivativeShare = terms.derivativeShare;
        stored.duration = terms.duration;
        stored.known = true;
        stored.legalText = terms.legalText;
        emit TermsRegistered(termsId, terms.flags, terms.derivativeShare, terms.duration, terms.legalText);
    }

    function _setOffer(
        uint256 workId,
        Terms calldata terms,
        OfferParams calldata offer
    ) private returns (uint256 offerId) {
        bytes32 termsId = _registerTerms(terms);
        offerId = _newId();
        if (_expired(offer.expiresAt)) revert LicenseTokenOfferClosed(offerId);
        _offers[offerId] = StoredOffer({
            termsId: termsId,
            currency: offer.currency,
            price: offer.price,
            workId: uint64(workId),
            supply: offer.supply,
            sold: 0,
            expiresAt: offer.expiresAt,
            closed: false
        });
        emit OfferSet(offerId, workId, termsId, offer.currency, offer.price, offer.supply, offer.expiresAt);
    }

    /// @dev The given licenses and then those bought from `buyOffers` for the caller.
    function _withBought(
        uint256[] calldata licenseIds,
        uint256[] calldata buyOffers
    ) private returns (uint256[] memory licenses) {
        licenses = new uint256[](licenseIds.length + buyOffers.length);
        uint256 value;
        for (uint256 i = 0; i < buyOffers.length; ++i) value += _coinPrice(_existingOffer(buyOffers[i]));
        if (msg.value != value) revert LicenseTokenWrongPayment(value, msg.value);
        for (uint256 i = 0; i < licenseIds.length; ++i) licenses[i] = licenseIds[i];
        for (uint256 i = 0; i < buyOffers.length; ++i) {
            licenses[licenseIds.length + i] = _buy(buyOffers[i], _offers[buyOffers[i]], _msgSender());
        }
    }

    /// @dev Issues the license, then pays the ledger. The caller has checked `msg.value`.
    function _buy(uint256 offerId, StoredOffer storage offer, address holder) private returns (uint256 licenseId) {
        if (offer.closed || _expired(offer.expiresAt)) revert LicenseTokenOfferClosed(offerId);
        if (offer.supply != 0 && offer.sold >= offer.supply) revert LicenseTokenSoldOut(offerId);
        offer.sold += 1;
        licenseId = _issue(offerId, offer, holder);
        uint96 price = offer.price;
        if (price > 0) {
            royaltyLedger.payFrom{value: _coinPrice(offer)}(
                _msgSender(),
                offer.workId,
                offer.currency,
                price,
                PURPOSE_LICENSE,
                licenseId
            );
        }
    }

    function _issue(uint256 offerId, StoredOffer storage offer, address holder) private returns (uint256 licenseId) {
        StoredTerms storage terms = _terms[offer.termsId];
        uint40 expiresAt = terms.duration == 0 ? 0 : uint40(block.timestamp + terms.duration);
        licenseId = ++totalLicenses;
        _licenses[licenseId] = StoredLicense({
            workId: offer.workId,
            offerId: uint64(offerId),
            issuedAt: uint40(block.timestamp),
            expiresAt: expiresAt,
            derivativeShare: terms.derivativeShare,
            flags: terms.flags,
            used: false
        });
        emit LicenseIssued(
            licenseId,
            offer.workId,
            holder,
            offerId,
            offer.termsId,
            _msgSender(),
            offer.currency,
            offer.price,
            expiresAt
        );
        // No `_safeMint`: a callback into the holder would run before the price is paid.
        _mint(holder, licenseId);
        if (terms.flags & TermFlags.TRANSFERABLE == 0) emit Locked(licenseId);
    }

    function _requireWorkOwner(uint256 workId) private view {
        if (workRegistry.ownerOf(workId) != _msgSender()) revert LicenseTokenNotWorkOwner(workId, _msgSender());
    }

    function _existingOffer(uint256 offerId) private view returns (StoredOffer storage offer) {
        offer = _offers[offerId];
        if (offer.workId == 0) revert LicenseTokenUnknownOffer(offerId);
    }

    function _existingLicense(uint256 licenseId) private view returns (StoredLicense storage license) {
        license = _licenses[licenseId];
        if (license.issuedAt == 0) revert LicenseTokenUnknownLicense(licenseId);
    }

    function _expired(uint40 expiresAt) private view returns (bool) {
        return expiresAt != 0 && block.timestamp > expiresAt;
    }

    function _coinPrice(StoredOffer storage offer) private view returns (uint256) {
        return offer.currency == address(0) ? offer.price : 0;
    }

    function _locked(StoredLicense storage license) private view returns (bool) {
        return license.flags & TermFlags.TRANSFERABLE == 0;
    }

    /// @dev The signer of a relayed call, else the caller.
    function _msgSender() internal view override(Context, ERC2771Context) returns (address) {
        return ERC2771Context._msgSender();
    }

    function _msgData() internal view override(Context, ERC2771Context) returns (bytes calldata) {
        return ERC2771Context._msgData();
    }

    function _contextSuffixLength() internal view override(Context, ERC2771Context) returns (uint256) {
        return ERC2771Context._contextSuffixLength();
    }
}
