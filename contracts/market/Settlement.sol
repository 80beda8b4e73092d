// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {Context} from "@openzeppelin/contracts/utils/Context.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IERC5192} from "../interfaces/IERC5192.sol";
import {ILicenseToken} from "../interfaces/ILicenseToken.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";
import {IWorkRegistry} from "../interfaces/IWorkRegistry.sol";
import {RoyaltyProbe} from "../libraries/RoyaltyProbe.sol";
import {Addresses} from "../libraries/Wiring.sol";

/// @title Splits a price and pays each part; what can't be sent waits to be withdrawn.
/// @notice The one restricted function sets a bounded fee for later sales. A price in a token goes from buyer to seller without
/// a stop here; only the protocol's fee stays, and the ledger's royalty of buyers who have not approved the ledger passes.
/// @custom:invariant I2 per currency, what came in is what went out and what is held (test/solidity/MarketInvariant.t.sol).
abstract contract Settlement is ISettlement, AccessManaged, ERC2771Context, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @dev A sale to settle. `payer` is this contract when it holds the price already.
    struct Sale {
        address asset;
        uint256 tokenId;
        address seller;
        address payer;
        address currency;
        uint256 price;
        uint256 feePpm;
        address referrer;
        uint256 referrerPpm;
        uint256 ref;
    }

    /// @notice Parts per million in a whole.
    uint256 internal constant PPM = 1_000_000;
    uint24 private constant MAX_PROTOCOL_FEE = 50_000;
    /// @notice Most of a work's price that its ancestors get, ppm: the cap of the registry's ERC-2981.
    uint256 private constant MAX_RESALE_ROYALTY = 100_000;
    /// @notice Part of a license's price that the licensed work gets, ppm.
    uint256 private constant LICENSE_RESALE_ROYALTY = 50_000;
    /// @notice Gas a receiver of coin may use; one that needs more, or refuses, finds the coin in its credit.
    uint256 private constant SEND_GAS = 30_000;
    uint8 internal constant PURPOSE_SALE = 3;
    /// @dev For the ancestors of a work that is sold: its owner has the price.
    uint8 private constant PURPOSE_RESALE = 6;

    IWorkRegistry public immutable workRegistry;
    ILicenseToken public immutable licenseToken;
    IRoyaltyLedger public immutable royaltyLedger;
    /// @notice Who is credited with the protocol's fees.
    address public immutable rewards;

    uint24 public protocolFee;
    mapping(address account => mapping(address currency => uint256 amount)) public creditOf;

    constructor(Addresses memory house) {
        workRegistry = IWorkRegistry(house.works);
        licenseToken = ILicenseToken(house.licenses);
        royaltyLedger = IRoyaltyLedger(house.ledger);
        rewards = house.rewards;
    }

    /// @inheritdoc ISettlement
    function setProtocolFee(uint24 ppm) external restricted {
        if (ppm > MAX_PROTOCOL_FEE) revert SettlementFeeTooHigh(ppm);
        protocolFee = ppm;
        emit ProtocolFeeSet(ppm);
    }

    /// @inheritdoc ISettlement
    function withdraw(address currency) external nonReentrant returns (uint256 amount) {
        return _withdraw(_msgSender(), currency, _msgSender());
    }

    /// @inheritdoc ISettlement
    function withdrawTo(address currency, address to) external nonReentrant returns (uint256 amount) {
        return _withdraw(_msgSender(), currency, to);
    }

    /// @inheritdoc ISettlement
    function withdrawFor(address account, address currency) external nonReentrant returns (uint256 amount) {
        return _withdraw(account, currency, account);
    }

    /// @inheritdoc ISettlement
    function royaltyOf(
        address asset,
        uint256 tokenId,
        uint256 price
    ) public view returns (uint256 workId, address receiver, uint256 royalty) {
        if (asset == address(workRegistry)) {
            uint256 share = Math.min(workRegistry.stackOf(tokenId), MAX_RESALE_ROYALTY);
            return (tokenId, address(0), (price * share) / PPM);
        }
        if (asset == address(licenseToken)) {
            return (licenseToken.licenseOf(tokenId).workId, address(0), (price * LICENSE_RESALE_ROYALTY) / PPM);
        }
        (receiver, royalty) = RoyaltyProbe.royaltyOf(asset, tokenId, price);
    }

    /// @dev All parts are rounded down, and their shares add up to at most 25 %, so something is left for the seller.
    function _cutOf(Sale memory sale) internal view returns (Cut memory cut) {
        (cut.workId, cut.receiver, cut.royalty) = royaltyOf(sale.asset, sale.tokenId, sale.price);
        _takeFees(cut, sale.price, sale.feePpm, sale.referrer, sale.referrerPpm);
    }

    /// @dev Fees and what is left, into a cut that has its royalty.
    function _takeFees(
        Cut memory cut,
        uint256 price,
        uint256 feePpm,
        address referrer,
        uint256 referrerPpm
    ) internal pure {
        cut.fee = (price * feePpm) / PPM;
        if (referrer != address(0)) cut.referral = (price * referrerPpm) / PPM;
        cut.proceeds = price - cut.royalty - cut.fee - cut.referral;
    }

    /// @dev Pays every part of a price in a token that `sale.payer` still has, or in any currency that this contract holds.
    function _payOut(Sale memory sale, Cut memory cut) internal {
        bool held = sale.payer == address(this);
        if (held) _sendOrCredit(sale.currency, sale.seller, cut.proceeds);
        else _passExactly(IERC20(sale.currency), sale.payer, sale.seller, cut.proceeds);

        if (cut.workId != 0 && cut.royalty > 0) _payRoyalty(sale, cut);
        if (!held) _take(IERC20(sale.currency), sale.payer, cut.fee);
        if (cut.fee > 0) _credit(rewards, sale.currency, cut.fee);

        if (cut.receiver != address(0)) _passOrCredit(sale, cut.receiver, cut.royalty);
        if (cut.referral > 0) _passOrCredit(sale, sale.referrer, cut.referral);
    }

    /// @dev Into the ledger, from what this contract holds.
    function _payLedger(uint256 workId, address currency, uint256 amount, uint8 purpose, uint256 ref) internal {
        bool coin = currency == address(0);
        // Once per token: the ledger takes from this contract only what this contract pays.
        if (!coin && IERC20(currency).allowance(address(this), address(royaltyLedger)) < amount) {
            IERC20(currency).forceApprove(address(royaltyLedger), type(uint256).max);
        }
        royaltyLedger.payFrom{value: coin ? amount : 0}(address(this), workId, currency, amount, purpose, ref);
    }

    /// @dev Takes a token into this contract; refuses one that keeps a part.
    function _take(IERC20 token, address from, uint256 amount) internal {
        if (amount > 0) _passExactly(token, from, address(this), amount);
    }

    function _credit(address account, address currency, uint256 amount) internal {
        creditOf[account][currency] += amount;
        emit Credited(account, currency, amount);
    }

    /// @dev Sends what this contract holds, or keeps it for the receiver: nobody can stop a sale by not taking his part.
    function _sendOrCredit(address currency, address to, uint256 amount) internal {
        if (amount == 0) return;
        bool sent =
            currency == address(0) ? _sendCoin(to, amount, SEND_GAS) : IERC20(currency).trySafeTransfer(to, amount);
        if (!sent) _credit(to, currency, amount);
    }

    /// @dev As the collection tells after the transfer. Not asked of our own contracts.
    function _requireArrived(address asset, uint256 tokenId, address owner) internal view {
        if (asset == address(workRegistry) || asset == address(licenseToken)) return;
        if (IERC721(asset).ownerOf(tokenId) != owner) revert SettlementNotMoved(asset, tokenId);
    }

    /// @dev A license is sold only while it can do all that it was bought for.
    function _requireSellable(address asset, uint256 tokenId) internal view {
        if (asset != address(licenseToken)) return;
        if (IERC5192(asset).locked(tokenId)) revert SettlementLicenseLocked(tokenId);
        if (!licenseToken.isActive(tokenId) || licenseToken.licenseOf(tokenId).used) {
            revert SettlementLicenseSpent(tokenId);
        }
    }

    /// @dev Straight from the buyer if he has approved the ledger, as buyers of licenses have; else through this contract, so
    /// that one approval is enough.
    function _payRoyalty(Sale memory sale, Cut memory cut) private {
        address payer = sale.payer;
        uint8 purpose = sale.asset == address(workRegistry) ? PURPOSE_RESALE : PURPOSE_SALE;
        if (payer != address(this)) {
            IERC20 token = IERC20(sale.currency);
            if (token.allowance(payer, address(royaltyLedger)) >= cut.royalty) {
                royaltyLedger.payFrom(payer, cut.workId, sale.currency, cut.royalty, purpose, sale.ref);
                return;
            }
            _take(token, payer, cut.royalty);
        }
        _payLedger(cut.workId, sale.currency, cut.royalty, purpose, sale.ref);
    }

    /// @dev A part that may wait here if it can't be sent.
    function _passOrCredit(Sale memory sale, address to, uint256 amount) private {
        if (sale.payer == address(this)) {
            _sendOrCredit(sale.currency, to, amount);
        } else if (!IERC20(sale.currency).trySafeTransferFrom(sale.payer, to, amount)) {
            _take(IERC20(sale.currency), sale.payer, amount);
            _credit(to, sale.currency, amount);
        }
    }

    /// @dev From one account to another, all of it or nothing.
    function _passExactly(IERC20 token, address from, address to, uint256 amount) private {
        uint256 before = token.balanceOf(to);
        token.safeTransferFrom(from, to, amount);
        uint256 balance = token.balanceOf(to);
        if (balance < before + amount) {
            revert SettlementShortPayment(address(token), amount, balance > before ? balance - before : 0);
        }
    }

    function _withdraw(address account, address currency, address to) private returns (uint256 amount) {
        amount = creditOf[account][currency];
        if (amount == 0) return 0;
        creditOf[account][currency] = 0;
        emit Withdrawn(account, currency, to, amount);
        if (currency != address(0)) IERC20(currency).safeTransfer(to, amount);
        else if (!_sendCoin(to, amount, gasleft())) revert SettlementTransferFailed(to);
    }

    function _sendCoin(address to, uint256 amount, uint256 gasLimit) private returns (bool sent) {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            // Nothing of the answer is copied: a long one would cost the sender.
            sent := call(gasLimit, to, amount, 0, 0, 0, 0)
        }
    }

    /// @dev The signer of a relayed call, else the caller.
    function _msgSender() internal view virtual override(Context, ERC2771Context) returns (address) {
        return ERC2771Context._msgSender();
    }

    function _msgData() internal view virtual override(Context, ERC2771Context) returns (bytes calldata) {
        return ERC2771Context._msgData();
    }

    function _contextSuffixLength() internal view virtual override(Context, ERC2771Context) returns (uint256) {
        return ERC2771Context._contextSuffixLength();
    }
}
