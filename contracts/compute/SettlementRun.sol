// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";

/// @title Settling jobs one after the other, paying once for what belongs together.
/// @notice Amounts pile up in memory while jobs in a row have the same receiver, and are paid when it changes and at the end: one
/// credit per operator and currency, one release of stake per operator, one payment into the ledger per model and currency.
abstract contract SettlementRun is IJobMarket {
    using SafeERC20 for IERC20;

    /// @dev What jobs have in common. `referrer` is only read when the protocol has a share.
    struct Terms {
        address currency;
        uint64 modelWork;
        uint24 modelShare;
        uint128 coinRate;
        uint32 submitWithin;
        uint32 reviewWithin;
        uint24 protocolShare;
        uint8 verification;
        address referrer;
    }

    /// @dev Jobs of one requester. The amounts are of those not paid yet; `operatorJob` and `modelJob` are the first of them.
    struct Run {
        address requester;
        uint256 termsId;
        address currency;
        uint256 modelWork;
        uint256 modelShare;
        uint256 protocolShare;
        uint128 coinRate;
        uint8 verification;
        address referrer;
        address protocol;
        address operator;
        uint256 operatorJob;
        uint256 operatorAmount;
        uint256 stake;
        uint256 worth;
        uint256 done;
        uint256 modelJob;
        uint256 modelAmount;
        uint256 protocolAmount;
        uint256 requesterAmount;
        uint256 lastJob;
    }

    /// @notice Parts per million in a whole.
    uint256 internal constant PPM = 1_000_000;
    /// @dev Units of a currency that `coinRate` is for.
    uint256 internal constant RATE_UNIT = 1e18;
    uint8 private constant PURPOSE_JOB = 2;

    IRoyaltyLedger internal immutable _royaltyLedger;
    IOperatorRegistry internal immutable _operatorRegistry;

    mapping(address account => mapping(address currency => uint256 amount)) public creditOf;
    mapping(uint256 modelWork => mapping(address currency => uint256 amount)) public owedToModel;

    constructor(IRoyaltyLedger ledger, IOperatorRegistry operators) {
        _royaltyLedger = ledger;
        _operatorRegistry = operators;
    }

    /// @dev Pays what the new terms' jobs can't be paid together with, and reads the terms.
    function _changeTerms(Run memory run, Terms storage terms, address protocol) internal {
        (address currency, uint256 modelWork) = (terms.currency, terms.modelWork);
        if (run.termsId != 0) {
            _payProtocol(run);
            if (currency != run.currency) {
                _creditOperator(run);
                _creditRequester(run);
            }
            if (currency != run.currency || modelWork != run.modelWork) _payModel(run);
        }
        (run.currency, run.modelWork, run.modelShare) = (currency, modelWork, terms.modelShare);
        (run.coinRate, run.verification, run.protocolShare) = (terms.coinRate, terms.verification, terms.protocolShare);
        run.protocol = protocol;
        run.referrer = run.protocolShare == 0 ? address(0) : terms.referrer;
    }

    /// @dev Adds a job under the entered terms.
    function _addToRun(
        Run memory run,
        uint256 jobId,
        address operator,
        uint256 price,
        uint256 stake
    ) internal returns (uint256 operatorAmount, uint256 modelAmount) {
        if (operator != run.operator) {
            _creditOperator(run);
            _releaseOperator(run);
            run.operator = operator;
        }
        // At most 64 prices of 96 bits and shares of a million: nothing can overflow.
        unchecked {
            modelAmount = (price * run.modelShare) / PPM;
            uint256 protocolAmount = (price * run.protocolShare) / PPM;
            operatorAmount = price - modelAmount - protocolAmount;
            if (run.operatorAmount == 0) run.operatorJob = jobId;
            if (run.modelAmount == 0) run.modelJob = jobId;
            run.operatorAmount += operatorAmount;
            run.modelAmount += modelAmount;
            run.protocolAmount += protocolAmount;
            run.stake += stake;
            // What a token is worth is only the requester's word: it earns no trust.
            if (run.currency == address(0)) run.worth += price;
            run.done += 1;
            run.lastJob = jobId;
        }
    }

    /// @dev Pays all that is not paid yet.
    function _endRun(Run memory run) internal {
        _payProtocol(run);
        _creditOperator(run);
        _creditRequester(run);
        _releaseOperator(run);
        _payModel(run);
    }

    function _credit(address account, address currency, uint256 amount, uint256 jobId) internal {
        creditOf[account][currency] += amount;
        emit Credited(account, currency, amount, jobId);
    }

    function _creditSome(address account, address currency, uint256 amount, uint256 jobId) internal {
        if (amount > 0) _credit(account, currency, amount, jobId);
    }

    function _payOwed(uint256 modelWork, address currency) internal returns (uint256 amount) {
        amount = owedToModel[modelWork][currency];
        if (amount == 0) return 0;
        owedToModel[modelWork][currency] = 0;
        emit ModelPaid(modelWork, currency, amount);
        _letLedgerTake(currency);
        _payLedger(address(this), modelWork, currency, amount, 0);
        if (owedToModel[modelWork][currency] != 0) revert JobMarketTransferFailed(address(_royaltyLedger));
    }

    function _letLedgerTake(address currency) internal {
        IERC20 token = IERC20(currency);
        // Tokens with 96 bits keep the largest allowance as type(uint96).max.
        if (token.allowance(address(this), address(_royaltyLedger)) < type(uint96).max / 2) {
            token.forceApprove(address(_royaltyLedger), type(uint256).max);
        }
    }

    function _creditOperator(Run memory run) private {
        _creditSome(run.operator, run.currency, run.operatorAmount, run.operatorJob);
        run.operatorAmount = 0;
    }

    function _creditRequester(Run memory run) private {
        _creditSome(run.requester, run.currency, run.requesterAmount, run.lastJob);
        run.requesterAmount = 0;
    }

    function _releaseOperator(Run memory run) private {
        if (run.done == 0) return;
        uint256 worth = run.worth > type(uint128).max ? type(uint128).max : run.worth;
        (uint128 stake, uint32 done) = (uint128(run.stake), uint32(run.done));
        (run.stake, run.worth, run.done) = (0, 0, 0);
        _operatorRegistry.release(run.operator, stake, done, uint128(worth));
    }

    /// @dev Half is the referrer's.
    function _payProtocol(Run memory run) private {
        uint256 amount = run.protocolAmount;
        if (amount == 0) return;
        run.protocolAmount = 0;
        uint256 toReferrer = run.referrer == address(0) ? 0 : amount / 2;
        _creditSome(run.referrer, run.currency, toReferrer, run.lastJob);
        _credit(run.protocol, run.currency, amount - toReferrer, run.lastJob);
    }

    function _payModel(Run memory run) private {
        uint256 amount = run.modelAmount;
        if (amount == 0) return;
        run.modelAmount = 0;
        address payer = run.currency == address(0) ? run.requester : address(this);
        _payLedger(payer, run.modelWork, run.currency, amount, run.modelJob);
    }

    /// @dev Pays the model's work through the ledger: a coin in the requester's name, a token from this market's balance. A coin
    /// payment can only fail for a caller who makes it fail, whose call then fails whole. A token can refuse for ever, and
    /// must not hold the operator's stake meanwhile; what it (or a caller who gives too little gas) holds up stays owed to the
    /// model's work, so that nobody gains by making the payment fail.
    function _payLedger(address payer, uint256 modelWork, address currency, uint256 amount, uint256 jobId) private {
        uint256 value = currency == address(0) ? amount : 0;
        try _royaltyLedger.payFrom{value: value}(payer, modelWork, currency, amount, PURPOSE_JOB, jobId) {
            return;
        } catch {
            if (value > 0) revert JobMarketTransferFailed(address(_royaltyLedger));
            owedToModel[modelWork][currency] += amount;
            emit ModelOwed(modelWork, currency, amount, jobId);
        }
    }
}
