// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {Context} from "@openzeppelin/contracts/utils/Context.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {NewIds} from "../access/NewIds.sol";
import {IERC5192} from "../interfaces/IERC5192.sol";
import {ILicenseToken} from "../interfaces/ILicenseToken.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";
import {IWorkRegistry} from "../interfaces/IWorkRegistry.sol";
import {Exclusivity, ShareMode, TermFlags} from "../libraries/TermFlags.sol";
import {Addresses, Wiring} from "../libraries/Wiring.sol";
import {WorkRegistry} from "../registry/WorkRegistry.sol";
import {LicenseDocuments} from "./LicenseDocuments.sol";
import {LicenseOrders} from "./LicenseOrders.sol";
import {OfferState, OfferStateLib} from "./OfferState.sol";
import {TermsBook} from "./TermsBook.sol";
import {WorkLimits, WorkLimitsLib} from "./WorkLimits.sol";

/// @title Licenses, and the offers they are sold under.
/// @notice Immutable. An offer's price and terms never change (a new price is a new offer), so what a buyer signs is what he
/// gets; a license ends early only by a ruling of the dispute module, and this contract never holds money.
/// A right that lasts for a time is a license with a duration: it can be sold on, so it needs no second holder beside the owner
/// (which ERC-4907 is for).
/// @custom:invariant I7 a license's record never changes but for used and revoked; sold <= supply; one exclusive license of a
/// work lives at a time, a sole one alone (test/solidity/LicenseTokenInvariant.t.sol).
contract LicenseToken is TermsBook, ERC721, IERC5192, NewIds, ERC2771Context, ReentrancyGuardTransient {
    /// @dev Two slots.
    struct StoredOffer {
        address currency;
        uint96 price;
        OfferState state;
    }

    /// @dev One slot. What the registry and transfers ask for is copied from the terms.
    struct StoredLicense {
        uint48 workId;
        uint48 offerId;
        uint32 termsNumber;
        uint40 issuedAt;
        uint40 expiresAt;
        uint24 derivativeShare;
        uint16 flags;
        uint8 marks;
    }

    struct Sale {
        uint256 workId;
        uint256 offerId;
        bytes32 termsId;
        address payer;
        address holder;
        address currency;
        uint96 price;
        uint24 share;
        uint24 maxStack;
    }

    uint256 public constant MAX_PURCHASES = 32;
    uint8 private constant PURPOSE_LICENSE = 1;
    uint24 private constant ANY_STACK = type(uint24).max;

    /// @dev Bits of `StoredLicense.marks`.
    uint8 private constant USED = 1;
    uint8 private constant REVOKED = 2;
    uint8 private constant RELATIVE = 4;
    uint8 private constant EXCLUSIVE = 8;
    uint8 private constant SOLE = 16;
    /// @dev The terms name territories or channels.
    uint8 private constant CONFINED = 32;

    WorkRegistry public immutable workRegistry;
    IRoyaltyLedger public immutable royaltyLedger;
    /// @notice Sells licenses by signed orders; made by this contract, so that both know each other for ever.
    LicenseOrders public immutable licenseOrders;
    /// @notice Whose rulings can revoke a license and block a work.
    address public immutable disputes;
    LicenseDocuments private immutable _documents;

    uint256 public totalLicenses;
    mapping(uint256 offerId => StoredOffer) private _offers;
    mapping(uint256 licenseId => StoredLicense) internal _licenses;
    mapping(uint256 workId => WorkLimits) private _limits;

    modifier onlyDisputes() {
        if (msg.sender != disputes) revert LicenseTokenNotDisputes(msg.sender);
        _;
    }

    constructor(
        Addresses memory house
    ) ERC721("Colophon License", "LICENSE") AccessManaged(house.authority) ERC2771Context(house.withSig) {
        Wiring.requireSame(address(this), house.licenses);
        workRegistry = WorkRegistry(house.works);
        royaltyLedger = IRoyaltyLedger(house.ledger);
        disputes = house.disputes;
        licenseOrders = new LicenseOrders(house);
        _documents = new LicenseDocuments();
    }

    /// @inheritdoc ILicenseToken
    function setOffer(
        uint256 workId,
        Terms calldata terms,
        OfferParams calldata offer
    ) external returns (uint256 offerId) {
        _requireWorkOwner(workId);
        return _setOffer(workId, terms, offer, _limits[workId]);
    }

    /// @inheritdoc ILicenseToken
    function closeOffer(uint256 offerId) external {
        StoredOffer storage offer = _existingOffer(offerId);
        OfferState state = offer.state;
        _requireWorkOwner(state.workId());
        if (state.closed()) revert LicenseTokenOfferClosed(offerId);
        offer.state = state.withClosed();
        emit OfferClosed(offerId);
    }

    /// @inheritdoc ILicenseToken
    function buy(
        uint256 offerId,
        address holder,
        uint96 maxPrice
    ) external payable nonReentrant returns (uint256 licenseId) {
        _requireValue(_coinPrice(offerId, maxPrice));
        return _buy(offerId, holder, ANY_STACK);
    }

    /// @inheritdoc ILicenseToken
    function buyWithin(
        uint256 offerId,
        address holder,
        uint96 maxPrice,
        uint24 maxStack
    ) external payable nonReentrant returns (uint256 licenseId) {
        _requireValue(_coinPrice(offerId, maxPrice));
        return _buy(offerId, holder, maxStack);
    }

    /// @inheritdoc ILicenseToken
    function buyMany(
        uint256[] calldata offerIds,
        address holder,
        uint96[] calldata maxPrices
    ) external payable nonReentrant returns (uint256[] memory licenseIds) {
        uint256 count = offerIds.length;
        if (count > MAX_PURCHASES || count != maxPrices.length) revert LicenseTokenTooMany(count);
        uint256 value;
        for (uint256 i = 0; i < count; ++i) value += _coinPrice(offerIds[i], maxPrices[i]);
        _requireValue(value);
        licenseIds = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) licenseIds[i] = _buy(offerIds[i], holder, ANY_STACK);
    }

    /// @inheritdoc ILicenseToken
    function publish(
        IWorkRegistry.NewWork calldata work,
        Terms calldata terms,
        OfferParams calldata offer
    ) external returns (uint256 workId, uint256 offerId) {
        workId = workRegistry.registerFor(_msgSender(), work);
        // A new root has no limits, and a read of none would cost 2,100 gas.
        offerId = _setOffer(workId, terms, offer, WorkLimits.wrap(0));
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
        offerId = _setOffer(workId, terms, offer, _limits[workId]);
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
        if (license.marks & USED != 0) revert LicenseTokenUsed(licenseId);
        if (license.marks & REVOKED != 0) revert LicenseTokenRevoked(licenseId);
        if (license.flags & TermFlags.DERIVATIVES == 0) revert LicenseTokenNoDerivatives(licenseId);
        if (_expired(license.expiresAt)) revert LicenseTokenExpired(licenseId);
        license.marks |= USED;
        _inherit(childWorkId, licenseId, license);
        emit LicenseUsed(licenseId, childWorkId);
        mode = license.marks & RELATIVE != 0 ? ShareMode.RELATIVE : ShareMode.ABSOLUTE;
        return (license.workId, license.derivativeShare, mode);
    }

    /// @inheritdoc ILicenseToken
    function issueSigned(SignedSale calldata sale) external payable nonReentrant returns (uint256 licenseId) {
        if (msg.sender != address(licenseOrders)) revert LicenseTokenNotOrders(msg.sender);
        (bytes32 termsId, uint24 share, ) = _offerable(
            sale.workId,
            sale.terms,
            sale.price,
            sale.shareOverride,
            _limits[sale.workId]
        );
        return
            _sell(
                Sale({
                    workId: sale.workId,
                    offerId: 0,
                    termsId: termsId,
                    payer: sale.payer,
                    holder: sale.holder,
                    currency: sale.currency,
                    price: sale.price,
                    share: share,
                    maxStack: sale.maxStack
                })
            );
    }

    /// @inheritdoc ILicenseToken
    function revoke(uint256 licenseId) external onlyDisputes {
        StoredLicense storage license = _existingLicense(licenseId);
        uint8 marks = license.marks;
        if (marks & REVOKED != 0) revert LicenseTokenRevoked(licenseId);
        license.marks = marks | REVOKED;
        // While a sole license lives no other does, and when it goes none is left.
        WorkLimits limits = _limits[license.workId];
        if (marks & SOLE != 0 && limits.exclusiveLicense() == licenseId) {
            _limits[license.workId] = limits.withLiveUntil(0);
        }
        emit LicenseRevoked(licenseId);
    }

    /// @inheritdoc ILicenseToken
    function setBlocked(uint256 workId, bool blocked) external onlyDisputes {
        _limits[workId] = _limits[workId].withBlocked(blocked);
        emit WorkBlocked(workId, blocked);
    }

    /// @inheritdoc ILicenseToken
    function totalOffers() external view returns (uint256) {
        return _idCount();
    }

    /// @inheritdoc ILicenseToken
    function offerOf(uint256 offerId) external view returns (Offer memory) {
        StoredOffer storage offer = _existingOffer(offerId);
        OfferState state = offer.state;
        return
            Offer({
                workId: state.workId(),
                termsId: termsIdAt[state.termsNumber()],
                currency: offer.currency,
                price: offer.price,
                supply: state.supply(),
                sold: state.sold(),
                expiresAt: state.expiresAt(),
                closed: state.closed(),
                derivativeShare: state.derivativeShare()
            });
    }

    /// @inheritdoc ILicenseToken
    function licenseOf(uint256 licenseId) external view returns (License memory) {
        StoredLicense storage license = _existingLicense(licenseId);
        uint8 marks = license.marks;
        return
            License({
                workId: license.workId,
                termsId: termsIdAt[license.termsNumber],
                issuedAt: license.issuedAt,
                expiresAt: license.expiresAt,
                derivativeShare: license.derivativeShare,
                flags: license.flags,
                used: marks & USED != 0,
                revoked: marks & REVOKED != 0,
                exclusivity: marks & SOLE != 0
                    ? Exclusivity.SOLE
                    : (marks & EXCLUSIVE != 0 ? Exclusivity.EXCLUSIVE : Exclusivity.NONE),
                shareMode: marks & RELATIVE != 0 ? ShareMode.RELATIVE : ShareMode.ABSOLUTE,
                offerId: license.offerId
            });
    }

    /// @inheritdoc ILicenseToken
    function limitsOf(uint256 workId) external view returns (WorkLimits) {
        return _limits[workId];
    }

    /// @inheritdoc ILicenseToken
    function isActive(uint256 licenseId) external view returns (bool) {
        return _active(_licenses[licenseId]);
    }

    /// @inheritdoc IERC5192
    function locked(uint256 tokenId) external view returns (bool) {
        return _locked(_existingLicense(tokenId));
    }

    /// @notice A small document made on chain, so that a license says what it is for without any server.
    function tokenURI(uint256 tokenId) public view override returns (string memory) {
        StoredLicense storage license = _existingLicense(tokenId);
        return _documents.uriOf(tokenId, license.workId, termsIdAt[license.termsNumber], license.flags);
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

    function _setOffer(
        uint256 workId,
        Terms calldata terms,
        OfferParams calldata offer,
        WorkLimits limits
    ) private returns (uint256 offerId) {
        offerId = _newId();
        if (_expired(offer.expiresAt)) revert LicenseTokenOfferClosed(offerId);
        (bytes32 termsId, uint24 share, uint32 number) = _offerable(
            workId,
            terms,
            offer.price,
            offer.shareOverride,
            limits
        );
        StoredOffer storage stored = _offers[offerId];
        stored.currency = offer.currency;
        stored.price = offer.price;
        stored.state = OfferStateLib.open(workId, number, offer.supply, offer.expiresAt, share);
        emit OfferSet(offerId, workId, termsId, offer.currency, offer.price, offer.supply, offer.expiresAt, share);
    }

    /// @dev Registers the terms, and reverts unless licenses to the work may be sold under them.
    function _offerable(
        uint256 workId,
        Terms calldata terms,
        uint96 price,
        uint24 shareOverride,
        WorkLimits limits
    ) private returns (bytes32 termsId, uint24 share, uint32 number) {
        (termsId, number) = _registerTerms(terms);
        share = shareOverride == 0 ? terms.derivativeShare : shareOverride;
        if (share > PPM) revert LicenseTokenBadTerms();
        limits.requireOfferable(workId, terms, number, price, share, shareOverride != 0);
    }

    /// @dev The given licenses and then those bought from `buyOffers` for the caller.
    function _withBought(
        uint256[] calldata licenseIds,
        uint256[] calldata buyOffers
    ) private returns (uint256[] memory licenses) {
        licenses = new uint256[](licenseIds.length + buyOffers.length);
        uint256 value;
        for (uint256 i = 0; i < buyOffers.length; ++i) value += _coinPrice(buyOffers[i], type(uint96).max);
        _requireValue(value);
        for (uint256 i = 0; i < licenseIds.length; ++i) licenses[i] = licenseIds[i];
        for (uint256 i = 0; i < buyOffers.length; ++i) {
            licenses[licenseIds.length + i] = _buy(buyOffers[i], _msgSender(), ANY_STACK);
        }
    }

    /// @dev Buys from an offer that is known to exist. The caller has checked price and `msg.value`.
    function _buy(uint256 offerId, address holder, uint24 maxStack) private returns (uint256 licenseId) {
        StoredOffer storage offer = _offers[offerId];
        OfferState state = offer.state;
        if (state.closed() || _expired(state.expiresAt())) revert LicenseTokenOfferClosed(offerId);
        uint32 sold = state.sold();
        if (sold == (state.supply() == 0 ? type(uint32).max : state.supply())) revert LicenseTokenSoldOut(offerId);
        offer.state = state.withOneSold();
        return
            _sell(
                Sale({
                    workId: state.workId(),
                    offerId: offerId,
                    termsId: termsIdAt[state.termsNumber()],
                    payer: _msgSender(),
                    holder: holder,
                    currency: offer.currency,
                    price: offer.price,
                    share: state.derivativeShare(),
                    maxStack: maxStack
                })
            );
    }

    /// @dev Issues the license, then pays the ledger. The caller has checked `msg.value`.
    function _sell(Sale memory sale) private returns (uint256 licenseId) {
        licenseId = _issue(sale);
        if (sale.maxStack != ANY_STACK) _requireStack(sale, _licenses[licenseId].marks);
        if (sale.price > 0) {
            royaltyLedger.payFrom{value: sale.currency == address(0) ? sale.price : 0}(
                sale.payer,
                sale.workId,
                sale.currency,
                sale.price,
                PURPOSE_LICENSE,
                licenseId
            );
        }
    }

    function _issue(Sale memory sale) private returns (uint256 licenseId) {
        StoredTerms storage terms = _terms[sale.termsId];
        uint40 expiresAt = terms.duration == 0 ? 0 : uint40(block.timestamp + terms.duration);
        licenseId = ++totalLicenses;
        _admit(sale.workId, licenseId, terms.exclusivity, expiresAt);
        _licenses[licenseId] = StoredLicense({
            workId: uint48(sale.workId),
            offerId: uint48(sale.offerId),
            termsNumber: terms.number,
            issuedAt: uint40(block.timestamp),
            expiresAt: expiresAt,
            derivativeShare: sale.share,
            flags: terms.flags,
            marks: _marksOf(terms)
        });
        emit LicenseIssued(
            licenseId,
            sale.workId,
            sale.holder,
            sale.offerId,
            sale.termsId,
            sale.payer,
            sale.currency,
            sale.price,
            expiresAt,
            sale.share
        );
        // No `_safeMint`: a callback into the holder would run before the price is paid.
        _mint(sale.holder, licenseId);
        if (terms.flags & TermFlags.TRANSFERABLE == 0) emit Locked(licenseId);
    }

    /// @dev Reverts unless one more license of the work may live, and notes that it does.
    function _admit(uint256 workId, uint256 licenseId, uint8 exclusivity, uint40 expiresAt) private {
        WorkLimits limits = _limits[workId];
        if (limits.rules() & WorkLimitsLib.BLOCKED != 0) revert LicenseTokenBlocked(workId);
        limits.requireLasting(workId, expiresAt);
        uint40 rival = limits.exclusiveLicense();
        if (rival != 0) {
            StoredLicense storage exclusive = _licenses[rival];
            bool binds = exclusivity != Exclusivity.NONE || exclusive.marks & SOLE != 0;
            if (binds && _active(exclusive)) revert LicenseTokenExclusivelyLicensed(workId, rival);
        }
        uint40 liveUntil = limits.liveUntil();
        if (exclusivity == Exclusivity.SOLE && block.timestamp <= liveUntil) {
            revert LicenseTokenLicensedUntil(workId, liveUntil);
        }
        uint40 until = expiresAt == 0 ? type(uint40).max : expiresAt;
        if (exclusivity != Exclusivity.NONE) limits = limits.withExclusiveLicense(licenseId);
        else if (until <= liveUntil) return;
        if (until > liveUntil) limits = limits.withLiveUntil(until);
        _limits[workId] = limits;
    }

    /// @dev Binds the offers of a work to a license it is made with.
    function _inherit(uint256 childWorkId, uint256 licenseId, StoredLicense storage license) private {
        uint32 termsNumber = license.termsNumber;
        WorkLimits limits = _limits[childWorkId].inherit(
            licenseId,
            license.flags,
            license.derivativeShare,
            license.expiresAt,
            termsNumber
        );
        if (license.marks & CONFINED != 0) {
            StoredTerms storage terms = _terms[termsIdAt[termsNumber]];
            limits = limits.confine(terms.territories, terms.channels);
        }
        _limits[childWorkId] = limits;
    }

    function _requireWorkOwner(uint256 workId) private view {
        if (workRegistry.ownerOf(workId) != _msgSender()) revert LicenseTokenNotWorkOwner(workId, _msgSender());
    }

    function _requireStack(Sale memory sale, uint8 marks) private view {
        uint256 stack = sale.share;
        if (marks & RELATIVE == 0) stack += workRegistry.stackOf(sale.workId);
        if (stack > sale.maxStack) revert LicenseTokenStackTooHigh(stack, sale.maxStack);
    }

    function _requireValue(uint256 value) private view {
        if (msg.value != value) revert LicenseTokenWrongPayment(value, msg.value);
    }

    /// @dev What an offer costs in the chain's coin. Reverts if it does not exist, or costs more than the buyer's limit.
    function _coinPrice(uint256 offerId, uint96 maxPrice) private view returns (uint256) {
        StoredOffer storage offer = _existingOffer(offerId);
        uint96 price = offer.price;
        if (price > maxPrice) revert LicenseTokenWrongPayment(price, maxPrice);
        return offer.currency == address(0) ? price : 0;
    }

    function _existingOffer(uint256 offerId) private view returns (StoredOffer storage offer) {
        offer = _offers[offerId];
        if (offer.state.workId() == 0) revert LicenseTokenUnknownOffer(offerId);
    }

    function _existingLicense(uint256 licenseId) private view returns (StoredLicense storage license) {
        license = _licenses[licenseId];
        if (license.issuedAt == 0) revert LicenseTokenUnknownLicense(licenseId);
    }

    function _expired(uint40 expiresAt) private view returns (bool) {
        return expiresAt != 0 && block.timestamp > expiresAt;
    }

    function _active(StoredLicense storage license) private view returns (bool) {
        return license.issuedAt != 0 && license.marks & REVOKED == 0 && !_expired(license.expiresAt);
    }

    function _locked(StoredLicense storage license) private view returns (bool) {
        return license.flags & TermFlags.TRANSFERABLE == 0;
    }

    function _marksOf(StoredTerms storage terms) private view returns (uint8 marks) {
        if (terms.shareMode == ShareMode.RELATIVE) marks |= RELATIVE;
        if (terms.exclusivity == Exclusivity.EXCLUSIVE) marks |= EXCLUSIVE;
        if (terms.exclusivity == Exclusivity.SOLE) marks |= SOLE;
        if (terms.territories != 0 || terms.channels != 0) marks |= CONFINED;
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
