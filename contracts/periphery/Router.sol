// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ILicenseOrders} from "../interfaces/ILicenseOrders.sol";
import {ILicenseToken} from "../interfaces/ILicenseToken.sol";
import {IRouter} from "../interfaces/IRouter.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";
import {IWithSig} from "../interfaces/IWithSig.sol";
import {Addresses} from "../libraries/Wiring.sol";
import {LicenseToken} from "../licensing/LicenseToken.sol";

/// @title One-transaction journeys.
/// @notice Immutable, without roles, outside the set: no contract of it trusts this one, and another can replace it. It takes
/// tokens only from its caller, and only as much as it spends in the same call.
contract Router is IRouter, ERC2771Context, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    uint256 public constant MAX_HOPS = 48;
    uint256 public constant MAX_CLAIMS = 24;
    uint256 public constant MAX_STEPS = 16;

    ILicenseToken public immutable licenseToken;
    ILicenseOrders public immutable licenseOrders;
    IRoyaltyLedger public immutable royaltyLedger;
    IWithSig public immutable withSig;

    constructor(Addresses memory house) ERC2771Context(house.withSig) {
        licenseToken = ILicenseToken(house.licenses);
        licenseOrders = LicenseToken(house.licenses).licenseOrders();
        royaltyLedger = IRoyaltyLedger(house.ledger);
        withSig = IWithSig(house.withSig);
    }

    /// @inheritdoc IRouter
    function collect(
        Path[] calldata paths,
        Claim[] calldata claims
    ) external nonReentrant returns (uint256[] memory amounts) {
        _requireAtMost(claims.length, MAX_CLAIMS);
        // A path without hops costs a call too.
        _requireAtMost(paths.length, MAX_HOPS);
        uint256 hops;
        for (uint256 i = 0; i < paths.length; ++i) hops += paths[i].edgeIndexes.length;
        _requireAtMost(hops, MAX_HOPS);
        for (uint256 i = 0; i < paths.length; ++i) {
            royaltyLedger.pullPath(paths[i].leafId, paths[i].edgeIndexes, paths[i].currency);
        }
        amounts = new uint256[](claims.length);
        for (uint256 i = 0; i < claims.length; ++i) {
            amounts[i] = royaltyLedger.claim(claims[i].workId, claims[i].currency);
        }
    }

    /// @inheritdoc IRouter
    function buyMany(
        Purchase[] calldata purchases,
        SignedPurchase[] calldata signedPurchases,
        Permit[] calldata permits
    ) external payable nonReentrant returns (uint256[] memory licenseIds) {
        uint256 count = purchases.length + signedPurchases.length;
        _requireAtMost(count, MAX_STEPS);
        _permit(permits);
        licenseIds = new uint256[](count);
        uint256 spent;
        for (uint256 i = 0; i < purchases.length; ++i) {
            uint256 value;
            (licenseIds[i], value) = _buy(purchases[i], spent);
            spent += value;
        }
        for (uint256 i = 0; i < signedPurchases.length; ++i) {
            uint256 value;
            (licenseIds[purchases.length + i], value) = _fill(signedPurchases[i], spent);
            spent += value;
        }
        if (spent != msg.value) revert RouterWrongValue(spent, msg.value);
        for (uint256 i = 0; i < count; ++i) emit BoughtFor(_msgSender(), licenseIds[i]);
    }

    /// @inheritdoc IRouter
    function payMany(Payment[] calldata payments, Permit[] calldata permits) external payable nonReentrant {
        _requireAtMost(payments.length, MAX_STEPS);
        _permit(permits);
        uint256 spent;
        for (uint256 i = 0; i < payments.length; ++i) {
            Payment calldata payment = payments[i];
            uint256 value = _coin(payment.currency, payment.amount, spent);
            uint256 amount = payment.currency == address(0) ? value : _take(payment.currency, payment.amount);
            royaltyLedger.pay{value: value}(payment.workId, payment.currency, amount);
            emit PaidFor(_msgSender(), payment.workId, payment.currency, amount);
            spent += value;
        }
        if (spent != msg.value) revert RouterWrongValue(spent, msg.value);
    }

    /// @inheritdoc IRouter
    function sendMany(
        IWithSig.SignedCall[] calldata calls,
        bytes[] calldata signatures
    ) external payable nonReentrant returns (bytes[] memory results) {
        _requireAtMost(calls.length, MAX_STEPS);
        if (calls.length != signatures.length) revert RouterTooMany(signatures.length, calls.length);
        results = new bytes[](calls.length);
        uint256 spent;
        for (uint256 i = 0; i < calls.length; ++i) {
            if (spent + calls[i].value > msg.value) revert RouterWrongValue(spent + calls[i].value, msg.value);
            spent += calls[i].value;
            results[i] = withSig.send{value: calls[i].value}(calls[i], signatures[i]);
        }
        if (spent != msg.value) revert RouterWrongValue(spent, msg.value);
    }

    function _buy(Purchase calldata purchase, uint256 spent) private returns (uint256 licenseId, uint256 value) {
        ILicenseToken.Offer memory offer = licenseToken.offerOf(purchase.offerId);
        if (offer.price > purchase.maxPrice) {
            revert ILicenseToken.LicenseTokenWrongPayment(offer.price, purchase.maxPrice);
        }
        value = _coin(offer.currency, offer.price, spent);
        if (offer.price != value) _take(offer.currency, offer.price);
        licenseId = licenseToken.buyWithin{value: value}(
            purchase.offerId,
            purchase.holder,
            purchase.maxPrice,
            purchase.maxStack
        );
    }

    function _fill(SignedPurchase calldata purchase, uint256 spent) private returns (uint256 licenseId, uint256 value) {
        address currency = purchase.order.currency;
        uint256 price = purchase.order.price;
        value = _coin(currency, price, spent);
        if (price != value) _take(currency, price);
        licenseId = licenseOrders.fill{value: value}(
            purchase.order,
            purchase.signature,
            purchase.holder,
            purchase.maxStack
        );
    }

    /// @dev Takes a token from the caller and lets the ledger have what arrived.
    function _take(address currency, uint256 amount) private returns (uint256 received) {
        IERC20 token = IERC20(currency);
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(_msgSender(), address(this), amount);
        received = token.balanceOf(address(this)) - before;
        token.forceApprove(address(royaltyLedger), received);
    }

    /// @dev A permit that was used already, by anyone, has set the allowance; one that is wrong shows when the token is taken.
    function _permit(Permit[] calldata permits) private {
        _requireAtMost(permits.length, MAX_STEPS);
        for (uint256 i = 0; i < permits.length; ++i) {
            Permit calldata p = permits[i];
            try
                IERC20Permit(p.token).permit(_msgSender(), address(this), p.value, p.deadline, p.v, p.r, p.s)
            {} catch {}
        }
    }

    /// @dev The part of the coin sent that this step costs: all of the amount, or nothing for a token.
    function _coin(address currency, uint256 amount, uint256 spent) private view returns (uint256 value) {
        if (currency != address(0)) return 0;
        if (spent + amount > msg.value) revert RouterWrongValue(spent + amount, msg.value);
        return amount;
    }

    function _requireAtMost(uint256 count, uint256 most) private pure {
        if (count > most) revert RouterTooMany(count, most);
    }
}
