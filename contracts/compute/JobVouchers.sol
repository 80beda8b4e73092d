// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {IJobVouchers} from "../interfaces/IJobVouchers.sol";
import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";
import {Addresses, Wiring} from "../libraries/Wiring.sol";
import {WorkRegistry} from "../registry/WorkRegistry.sol";

/// @title Cumulative vouchers for small jobs.
/// @notice Immutable and without roles. An operator is sure of what a channel holds for a day after the requester wants it back; a
/// requester loses at most what he signed.
/// @dev The amount redeemed is never reset, also when a channel is closed and opened again: it is the nonce.
/// @custom:invariant I10 per currency the balance is all credits, what models are owed, and deposits not redeemed
/// (test/solidity/JobVouchersInvariant.t.sol). I12 a voucher is worth its amount once.
contract JobVouchers is IJobVouchers, EIP712, ERC2771Context, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    bytes32 public constant VOUCHER_TYPEHASH = keccak256(
        "Voucher(address requester,address operator,address currency,uint64 modelWork,uint96 amount,bytes32 receiptRoot,uint40 validUntil)"
    );
    uint40 public constant CLOSING_PERIOD = 1 days;
    uint256 public constant PPM = 1_000_000;
    uint8 private constant PURPOSE_JOB = 2;

    WorkRegistry public immutable workRegistry;
    IRoyaltyLedger public immutable royaltyLedger;
    IOperatorRegistry public immutable operatorRegistry;
    IJobMarket public immutable jobMarket;

    mapping(address account => mapping(address currency => uint256 amount)) public creditOf;
    mapping(uint256 modelWork => mapping(address currency => uint256 amount)) public owedToModel;
    /// @dev One slot each: a redemption reads and writes no other of its own.
    mapping(bytes32 channelId => Channel) private _channels;
    mapping(bytes32 channelId => bool) private _opened;

    constructor(Addresses memory house) EIP712("Colophon Job Vouchers", "1") ERC2771Context(house.withSig) {
        Wiring.requireSame(address(this), house.jobVouchers);
        workRegistry = WorkRegistry(house.works);
        royaltyLedger = IRoyaltyLedger(house.ledger);
        operatorRegistry = IOperatorRegistry(house.operators);
        jobMarket = IJobMarket(house.jobMarket);
    }

    /// @inheritdoc IJobVouchers
    function deposit(
        address operator,
        address currency,
        uint64 modelWork,
        uint96 amount
    ) external payable nonReentrant {
        uint256 expectedValue = currency == address(0) ? amount : 0;
        if (msg.value != expectedValue) revert JobVouchersWrongValue(expectedValue, msg.value);
        Pair memory pair = Pair(_msgSender(), operator, currency, modelWork);
        bytes32 id = keccak256(abi.encode(pair));
        Channel storage channel = _channels[id];
        if (!_opened[id]) _open(id, channel, pair);
        uint256 received = currency == address(0) ? amount : _takeToken(IERC20(currency), amount);
        if (received == 0) revert JobVouchersNothingDeposited();
        uint256 deposited = channel.deposited + received;
        if (deposited > type(uint96).max) revert JobVouchersTooMuch(deposited);
        channel.deposited = uint96(deposited);
        channel.closesAt = 0;
        emit ChannelFunded(id, received);
    }

    /// @inheritdoc IJobVouchers
    function redeem(
        Voucher calldata voucher,
        bytes calldata signature
    ) external nonReentrant returns (uint256 operatorAmount, uint256 modelAmount) {
        Pair calldata pair = voucher.pair;
        if (pair.operator != _msgSender()) revert JobVouchersNotOperator(_msgSender());
        if (block.timestamp > voucher.validUntil) revert JobVouchersExpired(voucher.validUntil);
        bytes32 id = channelId(pair);
        Channel memory channel = _channels[id];
        uint256 amount = voucher.amount;
        if (amount <= channel.redeemed) revert JobVouchersNothingNew(amount, channel.redeemed);
        if (amount > channel.deposited) revert JobVouchersNotCovered(amount, channel.deposited);
        if (!SignatureChecker.isValidSignatureNow(pair.requester, digestOf(voucher), signature)) {
            revert JobVouchersBadSignature(pair.requester);
        }
        // A difference of cumulative floors: many small redemptions pay the model what one large one pays.
        modelAmount = (amount * channel.modelShare) / PPM - (uint256(channel.redeemed) * channel.modelShare) / PPM;
        operatorAmount = amount - channel.redeemed - modelAmount;
        _channels[id].redeemed = uint96(amount);
        emit VoucherRedeemed(id, pair.operator, operatorAmount, modelAmount, voucher.receiptRoot);
        if (operatorAmount > 0) creditOf[pair.operator][pair.currency] += operatorAmount;
        if (modelAmount > 0) _payModel(pair, modelAmount);
    }

    /// @inheritdoc IJobVouchers
    function startClosing(address operator, address currency, uint64 modelWork) external returns (uint40 closesAt) {
        bytes32 id = keccak256(abi.encode(Pair(_msgSender(), operator, currency, modelWork)));
        if (!_opened[id]) revert JobVouchersUnknownChannel(id);
        closesAt = _channels[id].closesAt;
        if (closesAt != 0) return closesAt;
        closesAt = uint40(block.timestamp) + CLOSING_PERIOD;
        _channels[id].closesAt = closesAt;
        emit ChannelClosing(id, closesAt);
    }

    /// @inheritdoc IJobVouchers
    function close(Pair calldata pair) external returns (uint256 amount) {
        bytes32 id = channelId(pair);
        Channel storage channel = _channels[id];
        if (_msgSender() != pair.operator) {
            if (_msgSender() != pair.requester) revert JobVouchersNotParty(id, _msgSender());
            uint40 closesAt = channel.closesAt;
            if (closesAt == 0 || block.timestamp < closesAt) revert JobVouchersStillOpen(closesAt);
        }
        amount = channel.deposited - channel.redeemed;
        // What is redeemed stays counted: vouchers of before are worth nothing when the channel is used again.
        channel.deposited = channel.redeemed;
        channel.closesAt = 0;
        emit ChannelClosed(id, amount);
        creditOf[pair.requester][pair.currency] += amount;
    }

    /// @inheritdoc IJobVouchers
    function payModel(uint256 modelWork, address currency) external nonReentrant returns (uint256 amount) {
        amount = owedToModel[modelWork][currency];
        if (amount == 0) return 0;
        owedToModel[modelWork][currency] = 0;
        emit ModelPaid(modelWork, currency, amount);
        _letLedgerTake(currency);
        royaltyLedger.payFrom(address(this), modelWork, currency, amount, PURPOSE_JOB, 0);
    }

    /// @inheritdoc IJobVouchers
    function withdraw(address currency) external nonReentrant returns (uint256 amount) {
        return _withdraw(currency, _msgSender());
    }

    /// @inheritdoc IJobVouchers
    function withdrawTo(address currency, address to) external nonReentrant returns (uint256 amount) {
        return _withdraw(currency, to);
    }

    /// @inheritdoc IJobVouchers
    function channelOf(Pair calldata pair) external view returns (Channel memory) {
        return _channels[channelId(pair)];
    }

    /// @inheritdoc IJobVouchers
    function channelId(Pair calldata pair) public pure returns (bytes32) {
        return keccak256(abi.encode(pair));
    }

    /// @inheritdoc IJobVouchers
    function digestOf(Voucher calldata voucher) public view returns (bytes32) {
        Pair calldata pair = voucher.pair;
        return
            _hashTypedDataV4(
                keccak256(
                    abi.encode(
                        VOUCHER_TYPEHASH,
                        pair.requester,
                        pair.operator,
                        pair.currency,
                        pair.modelWork,
                        voucher.amount,
                        voucher.receiptRoot,
                        voucher.validUntil
                    )
                )
            );
    }

    function _open(bytes32 id, Channel storage channel, Pair memory pair) private {
        if (pair.modelWork == 0 || pair.modelWork > workRegistry.totalWorks()) {
            revert JobVouchersUnknownModel(pair.modelWork);
        }
        if (!operatorRegistry.operatorOf(pair.operator).registered) revert JobVouchersUnknownOperator(pair.operator);
        uint24 modelShare = jobMarket.modelShareOf(pair.modelWork);
        _opened[id] = true;
        channel.modelShare = modelShare;
        emit ChannelOpened(id, pair.requester, pair.operator, pair.currency, pair.modelWork, modelShare);
        // Now, while a failure is only the requester's: redeeming must not depend on the token's good will.
        if (pair.currency != address(0)) _letLedgerTake(pair.currency);
    }

    /// @dev As in the job market: a coin in the requester's name; a token's refusal must not hold up the operator.
    function _payModel(Pair calldata pair, uint256 amount) private {
        (address currency, uint256 modelWork) = (pair.currency, pair.modelWork);
        if (currency == address(0)) {
            royaltyLedger.payFrom{value: amount}(pair.requester, modelWork, currency, amount, PURPOSE_JOB, 0);
            return;
        }
        try royaltyLedger.payFrom(address(this), modelWork, currency, amount, PURPOSE_JOB, 0) {
            return;
        } catch {
            owedToModel[modelWork][currency] += amount;
            emit ModelOwed(modelWork, currency, amount);
        }
    }

    function _letLedgerTake(address currency) private {
        IERC20 token = IERC20(currency);
        // Tokens with 96 bits keep the largest allowance as type(uint96).max.
        if (token.allowance(address(this), address(royaltyLedger)) < type(uint96).max / 2) {
            token.forceApprove(address(royaltyLedger), type(uint256).max);
        }
    }

    function _takeToken(IERC20 token, uint256 amount) private returns (uint256) {
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(_msgSender(), address(this), amount);
        return token.balanceOf(address(this)) - before;
    }

    function _withdraw(address currency, address to) private returns (uint256 amount) {
        amount = creditOf[_msgSender()][currency];
        if (amount == 0) return 0;
        creditOf[_msgSender()][currency] = 0;
        emit Withdrawn(_msgSender(), currency, to, amount);
        if (currency == address(0)) {
            (bool sent, ) = to.call{value: amount}("");
            if (!sent) revert JobVouchersTransferFailed(to);
        } else {
            IERC20(currency).safeTransfer(to, amount);
        }
    }
}
