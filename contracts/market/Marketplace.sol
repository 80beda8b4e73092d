// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {IMarketplace} from "../interfaces/IMarketplace.sol";
import {IWorkRegistry} from "../interfaces/IWorkRegistry.sol";
import {Addresses, Wiring} from "../libraries/Wiring.sol";
import {Settlement} from "./Settlement.sol";
import {SignedOrders} from "./SignedOrders.sol";

/// @title The market for works, licenses and any other ERC-721.
/// @notice Immutable. It never holds a token for sale, and money only for those who could not be sent theirs and for the
/// protocol's fee. Nobody can pause a sale or change an order that was signed.
/// @dev The only accounts it takes anything from are the signer of an order and the caller who fills it.
/// @custom:invariant a nonce that was used or cancelled never fills again (test/solidity/MarketInvariant.t.sol).
contract Marketplace is SignedOrders {
    uint256 private constant MAX_FILLS = 24;
    uint256 private constant MAX_TRAIT_PROOF = 32;
    /// @notice Most a referrer can be promised, ppm of the price.
    uint24 private constant MAX_REFERRER_FEE = 100_000;

    constructor(Addresses memory house) AccessManaged(house.authority) ERC2771Context(house.withSig) Settlement(house) {
        Wiring.requireSame(address(this), house.marketplace);
    }

    /// @inheritdoc IMarketplace
    function buy(Order calldata order, Signature calldata signature, address recipient) external payable nonReentrant {
        _requireValue(order.currency, order.price);
        _buy(_msgSender(), order, signature, recipient);
    }

    /// @inheritdoc IMarketplace
    function acceptOffer(
        Kind kind,
        Order calldata order,
        Signature calldata signature,
        uint256 tokenId,
        bytes32[] calldata traitProof,
        uint256 minProceeds
    ) external nonReentrant {
        _acceptOffer(_msgSender(), kind, order, signature, tokenId, traitProof, minProceeds);
    }

    /// @inheritdoc IMarketplace
    function fillMany(
        Fill[] calldata fills,
        bool skipFailures
    ) external payable nonReentrant returns (bool[] memory filled) {
        uint256 count = fills.length;
        if (count > MAX_FILLS) revert MarketplaceTooMany(count);
        filled = new bool[](count);
        uint256 budget = msg.value;
        for (uint256 i = 0; i < count; ++i) {
            if (!skipFailures) {
                budget -= _fill(_msgSender(), fills[i], budget);
                filled[i] = true;
                continue;
            }
            // Each gets its share of the gas that is left, so that one which burns all it gets leaves the others theirs.
            try this.fillFor{gas: gasleft() / (count - i)}(_msgSender(), fills[i], budget) returns (uint256 spent) {
                budget -= spent;
                filled[i] = true;
            } catch {
                emit FillSkipped(i);
            }
        }
        _sendOrCredit(address(0), _msgSender(), budget);
    }

    /// @notice One order of `fillMany`, undone alone when it fails. Only this contract.
    function fillFor(address taker, Fill calldata fill, uint256 budget) external returns (uint256 spent) {
        if (msg.sender != address(this)) revert MarketplaceNotSelf(msg.sender);
        return _fill(taker, fill, budget);
    }

    /// @inheritdoc IMarketplace
    function redeem(
        Voucher calldata voucher,
        Signature calldata signature,
        address recipient
    ) external payable nonReentrant returns (uint256 workId) {
        _requireValue(voucher.currency, voucher.price);
        if (block.timestamp > voucher.deadline) revert MarketplaceNotActive(0, voucher.deadline);
        _requireTaker(voucher.creator, voucher.buyer, _msgSender());
        _requireFees(voucher.maxFee, voucher.referrerFee);
        _requireCounter(voucher.creator, voucher.counter);
        _useNonce(voucher.creator, voucher.nonce);
        _requireSigned(voucher.creator, _hashOfVoucher(voucher), signature, VOUCHER_KIND);

        workId = workRegistry.registerFor(voucher.creator, voucher.work);
        Cut memory cut = _payCreator(workId, voucher);
        // The registry lets the market hand on what it has just registered.
        IERC721(address(workRegistry)).transferFrom(voucher.creator, recipient, workId);
        emit VoucherRedeemed(
            workId,
            voucher.creator,
            recipient,
            voucher.currency,
            voucher.price,
            cut.fee,
            voucher.referrer,
            cut.referral,
            voucher.nonce
        );
    }

    function _fill(address taker, Fill calldata fill, uint256 budget) private returns (uint256 spent) {
        if (fill.kind == Kind.Listing) {
            if (fill.tokenId != fill.order.item) revert MarketplaceWrongToken(fill.tokenId);
            if (fill.order.currency == address(0)) {
                spent = fill.order.price;
                if (spent > budget) revert SettlementWrongValue(spent, budget);
            }
            _buy(taker, fill.order, fill.signature, taker);
        } else {
            _acceptOffer(taker, fill.kind, fill.order, fill.signature, fill.tokenId, fill.traitProof, fill.minProceeds);
        }
    }

    function _buy(address buyer, Order calldata order, Signature calldata signature, address recipient) private {
        bytes32 orderHash = _use(Kind.Listing, order, signature, buyer);
        Sale memory sale = _saleOf(order, orderHash, order.item);
        sale.seller = order.maker;
        sale.payer = order.currency == address(0) ? address(this) : buyer;
        Cut memory cut = _cutOf(sale);
        _settle(sale, cut, recipient);
        _emitFilled(Kind.Listing, orderHash, sale, cut, buyer);
    }

    function _acceptOffer(
        address seller,
        Kind kind,
        Order calldata order,
        Signature calldata signature,
        uint256 tokenId,
        bytes32[] calldata traitProof,
        uint256 minProceeds
    ) private {
        if (order.currency == address(0)) revert MarketplaceCoinOffer();
        _requireWanted(kind, order.item, tokenId, traitProof);
        bytes32 orderHash = _use(kind, order, signature, seller);
        Sale memory sale = _saleOf(order, orderHash, tokenId);
        sale.seller = seller;
        sale.payer = order.maker;
        Cut memory cut = _cutOf(sale);
        if (cut.proceeds < minProceeds) revert MarketplaceBelowMinProceeds(minProceeds, cut.proceeds);
        _settle(sale, cut, order.maker);
        _emitFilled(kind, orderHash, sale, cut, order.maker);
    }

    /// @dev Checks the order and uses its nonce up.
    function _use(
        Kind kind,
        Order calldata order,
        Signature calldata signature,
        address taker
    ) private returns (bytes32 orderHash) {
        if (block.timestamp < order.startsAt || block.timestamp > order.endsAt) {
            revert MarketplaceNotActive(order.startsAt, order.endsAt);
        }
        _requireTaker(order.maker, order.taker, taker);
        _requireFees(order.maxFee, order.referrerFee);
        _requireCounter(order.maker, order.counter);
        _useNonce(order.maker, order.nonce);
        orderHash = _hashOf(kind, order);
        _requireSigned(order.maker, orderHash, signature, uint8(kind));
    }

    /// @dev The token first: what a buyer pays for is his before anybody is paid.
    function _settle(Sale memory sale, Cut memory cut, address recipient) private {
        _requireSellable(sale.asset, sale.tokenId);
        IERC721(sale.asset).transferFrom(sale.seller, recipient, sale.tokenId);
        _requireArrived(sale.asset, sale.tokenId, recipient);
        _payOut(sale, cut);
    }

    /// @dev Through the ledger, which sends it on while the creator owns the work: revenue of the work, like any other.
    function _payCreator(uint256 workId, Voucher calldata voucher) private returns (Cut memory cut) {
        uint256 price = voucher.price;
        address currency = voucher.currency;
        _takeFees(cut, price, protocolFee, voucher.referrer, voucher.referrerFee);
        if (currency != address(0)) _take(IERC20(currency), _msgSender(), price);
        if (cut.fee > 0) _credit(rewards, currency, cut.fee);
        _sendOrCredit(currency, voucher.referrer, cut.referral);
        if (cut.proceeds == 0) return cut;
        _payLedger(workId, currency, cut.proceeds, PURPOSE_SALE, voucher.nonce);
        // The payment may call into a creator that is a contract, which owns the work at that moment: what it does to the work
        // before the buyer gets it undoes the sale.
        bytes32 before = _traceOf(workId);
        uint256 paid = royaltyLedger.claim(workId, currency);
        if (paid < cut.proceeds) revert SettlementShortPayment(currency, cut.proceeds, paid);
        if (_traceOf(workId) != before) revert MarketplaceWorkTouched(workId);
    }

    function _emitFilled(Kind kind, bytes32 orderHash, Sale memory sale, Cut memory cut, address buyer) private {
        emit OrderFilled(
            orderHash,
            sale.seller,
            buyer,
            kind,
            sale.asset,
            sale.tokenId,
            sale.currency,
            sale.price,
            cut.royalty,
            cut.fee,
            sale.referrer,
            cut.referral
        );
    }

    /// @dev What is the same for both directions; the rest is for the caller to fill in.
    function _saleOf(Order calldata order, bytes32 orderHash, uint256 tokenId) private view returns (Sale memory sale) {
        sale.asset = order.asset;
        sale.tokenId = tokenId;
        sale.currency = order.currency;
        sale.price = order.price;
        sale.feePpm = protocolFee;
        sale.referrer = order.referrer;
        sale.referrerPpm = order.referrerFee;
        sale.ref = uint256(orderHash);
    }

    /// @dev What an owner can do to a work: its metadata, offers and licenses.
    function _traceOf(uint256 workId) private view returns (bytes32) {
        // solhint-disable-next-line avoid-low-level-calls
        (, bytes memory work) = address(workRegistry).staticcall(abi.encodeCall(IWorkRegistry.workOf, (workId)));
        return
            keccak256(bytes.concat(work, bytes32(licenseToken.totalOffers()), bytes32(licenseToken.totalLicenses())));
    }

    function _requireFees(uint24 maxFee, uint24 referrerFee) private view {
        if (protocolFee > maxFee) revert MarketplaceFeeAboveSigned(maxFee, protocolFee);
        if (referrerFee > MAX_REFERRER_FEE) revert MarketplaceReferrerFeeTooHigh(referrerFee);
    }

    function _requireValue(address currency, uint256 price) private view {
        uint256 due = currency == address(0) ? price : 0;
        if (msg.value != due) revert SettlementWrongValue(due, msg.value);
    }

    function _requireTaker(address maker, address only, address taker) private pure {
        if (only != address(0) && only != taker) revert MarketplaceNotTaker(only, taker);
        if (maker == taker) revert MarketplaceOwnOrder(maker);
    }

    function _requireWanted(Kind kind, uint256 item, uint256 tokenId, bytes32[] calldata traitProof) private pure {
        bool wanted;
        if (kind == Kind.TokenOffer) wanted = item == tokenId;
        else if (kind == Kind.CollectionOffer) wanted = item == 0;
        else if (kind == Kind.TraitOffer) wanted = _inTree(tokenId, bytes32(item), traitProof);
        else revert MarketplaceNotAnOffer();
        if (!wanted) revert MarketplaceWrongToken(tokenId);
    }

    /// @dev Leaves are hashed twice, so that an inner node can't pass for one.
    function _inTree(uint256 tokenId, bytes32 root, bytes32[] calldata proof) private pure returns (bool) {
        if (proof.length > MAX_TRAIT_PROOF) return false;
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(tokenId))));
        return MerkleProof.verifyCalldata(proof, root, leaf);
    }
}
