// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Context} from "@openzeppelin/contracts/utils/Context.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {NewIds} from "../access/NewIds.sol";
import {IJobChecks} from "../interfaces/IJobChecks.sol";
import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";
import {JobClass} from "../libraries/JobClass.sol";
import {Addresses, Wiring} from "../libraries/Wiring.sol";
import {WorkKind} from "../libraries/WorkKind.sol";
import {WorkRegistry} from "../registry/WorkRegistry.sol";
import {SettlementRun} from "./SettlementRun.sol";

/// @title Escrowed jobs for generation nodes.
/// @notice Immutable. Its one parameter is the protocol's share of future jobs, at most 5 %. Only the job checks, by what
/// verifiers or the arbitrator said, decide about a job that its requester has not settled; money leaves by `withdraw` of whom it is
/// owed to.
/// @dev What jobs have in common (currency, model, shares, windows, class) is stored once and numbered: a job is four slots.
/// Who pays for tidying up: the posting fee is owed from posting and forgiven when an operator accepts; an operator who submits
/// nothing pays from its stake. A job that just waits for its payment pays nobody for poking: its operator will.
/// @custom:invariant I2 and I10 per currency the balance is all credits and escrows; I9 every job can reach its end by pokes
/// (test/solidity/JobMarketInvariant.t.sol).
contract JobMarket is IJobMarket, SettlementRun, NewIds, ERC2771Context, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @dev `digest` is the specification's until the submission, then `resultDigestOf` specification, output and receipt.
    struct StoredJob {
        address requester;
        uint40 deadline;
        Status status;
        uint8 tier;
        uint40 termsId;
        address operator;
        uint96 price;
        bytes32 digest;
    }

    uint32 private constant MIN_ACCEPT_WINDOW = 60;
    uint32 private constant MIN_WINDOW = 10;
    uint32 private constant MAX_WINDOW = 30 days;
    /// @notice Part of a job's worth that the operator's stake must cover in class 0 and 3, ppm.
    uint256 private constant STAKE_PER_PRICE = 200_000;
    uint24 private constant MAX_MODEL_SHARE = 500_000;
    uint24 private constant MAX_PROTOCOL_SHARE = 50_000;
    /// @notice Verifiers' pay in class 1 and 2, of the price, ppm: three times a half.
    uint256 private constant CHECK_FEE = 1_500_000;
    /// @notice Of the price, ppm; kept when a job is cancelled, and paid to who pokes it when nobody accepted it.
    uint256 private constant POSTING_FEE = 1_000;
    /// @notice Of what an operator loses who submits nothing, ppm: to the requester, and to who pokes. The rest is the protocol's, so
    /// that nobody earns by posting what can't be done.
    uint256 private constant LATE_TO_REQUESTER = 500_000;
    uint256 private constant LATE_TO_POKER = 50_000;
    uint256 private constant MAX_BATCH = 64;

    WorkRegistry private immutable _workRegistry;
    IJobChecks private immutable _jobChecks;
    /// @dev Gets the protocol's share.
    address private immutable _rewards;
    uint256 private immutable _minimumStake;

    uint24 public protocolShare;
    uint40 private _termsCount;
    mapping(uint256 modelWork => uint24 share) public modelShareOf;
    mapping(uint256 jobId => StoredJob) private _jobs;
    mapping(uint256 termsId => Terms) private _terms;
    mapping(bytes32 termsHash => uint40 termsId) private _termsIds;

    /// @param minimumStake Stake that a job locks that is paid in a token of unknown worth, wei: the operator registry's minimum.
    constructor(
        Addresses memory house,
        uint128 minimumStake
    )
        SettlementRun(IRoyaltyLedger(house.ledger), IOperatorRegistry(house.operators))
        AccessManaged(house.authority)
        ERC2771Context(house.withSig)
    {
        Wiring.requireSame(address(this), house.jobMarket);
        _workRegistry = WorkRegistry(house.works);
        _jobChecks = IJobChecks(house.jobChecks);
        _rewards = house.rewards;
        _minimumStake = minimumStake;
    }

    /// @notice Takes slashed stake, which `slash` credits to those it is taken for.
    receive() external payable {
        if (msg.sender != address(_operatorRegistry)) _requireValue(0, msg.value);
    }

    /// @inheritdoc IJobMarket
    function setModelShare(uint256 modelWork, uint24 share) external {
        if (_workRegistry.workOf(modelWork).kind != WorkKind.MODEL) revert JobMarketUnknownModel(modelWork);
        if (_workRegistry.ownerOf(modelWork) != _msgSender()) revert JobMarketNotModelOwner(modelWork, _msgSender());
        _requireShare(share, MAX_MODEL_SHARE);
        modelShareOf[modelWork] = share;
        emit ModelShareSet(modelWork, share);
    }

    /// @inheritdoc IJobMarket
    function setProtocolShare(uint24 share) external restricted {
        _requireShare(share, MAX_PROTOCOL_SHARE);
        protocolShare = share;
        emit ProtocolShareSet(share);
    }

    /// @inheritdoc IJobMarket
    function deposit(address currency, uint256 amount) external payable nonReentrant {
        _requireValue(currency == address(0) ? amount : 0, msg.value);
        uint256 received = currency == address(0) ? amount : _takeToken(currency, amount);
        creditOf[_msgSender()][currency] += received;
        emit Deposited(_msgSender(), currency, received);
    }

    /// @inheritdoc IJobMarket
    function post(NewJob calldata job) external payable nonReentrant returns (uint256 jobId) {
        _requireWindow(job.acceptWithin, MIN_ACCEPT_WINDOW);
        if (job.price == 0) revert JobMarketBadPrice();
        uint24 modelShare = modelShareOf[job.modelWork];
        uint40 termsId = _termsFor(job, modelShare);
        uint256 escrow = escrowFor(job.price, job.verification);
        uint256 fromBalance = _takeBalance(job.currency, escrow);
        jobId = _newId();
        uint40 deadline = uint40(block.timestamp + job.acceptWithin);
        StoredJob storage stored = _jobs[jobId];
        stored.requester = _msgSender();
        stored.deadline = deadline;
        stored.status = Status.Posted;
        stored.termsId = termsId;
        stored.operator = job.operator;
        stored.price = job.price;
        stored.digest = job.specDigest;
        _emitPosted(jobId, job, modelShare, deadline, escrow, fromBalance);
        if (job.currency != address(0) && fromBalance < escrow) _takeRest(job.currency, escrow - fromBalance);
    }

    /// @inheritdoc IJobMarket
    function cancel(uint256 jobId) external {
        StoredJob storage job = _inStatus(jobId, Status.Posted);
        _requireRequester(jobId, job);
        _refundPosted(jobId, job, _rewards);
    }

    /// @inheritdoc IJobMarket
    function accept(uint256 jobId) external {
        StoredJob storage job = _inStatus(jobId, Status.Posted);
        address operator = _msgSender();
        (address named, uint96 price) = (job.operator, job.price);
        if (named != address(0)) _requireOperator(jobId, named);
        _requireBefore(jobId, job.deadline);
        Terms storage terms = _terms[job.termsId];
        (uint8 tier, uint128 stake) = _tierAndStake(operator, price, terms);
        uint40 deadline = uint40(block.timestamp + terms.submitWithin);
        job.deadline = deadline;
        job.status = Status.Accepted;
        job.tier = tier;
        job.operator = operator;
        emit JobAccepted(jobId, operator, deadline);
        _operatorRegistry.lock(operator, stake);
    }

    /// @inheritdoc IJobMarket
    function submit(uint256 jobId, bytes32 outputHash, bytes32 receiptDigest) external {
        StoredJob storage job = _inStatus(jobId, Status.Accepted);
        _requireOperator(jobId, job.operator);
        _requireBefore(jobId, job.deadline);
        uint40 deadline = uint40(block.timestamp + _terms[job.termsId].reviewWithin);
        job.status = Status.Submitted;
        job.deadline = deadline;
        job.digest = resultDigestOf(job.digest, outputHash, receiptDigest);
        emit JobSubmitted(jobId, _msgSender(), outputHash, receiptDigest, deadline);
    }

    /// @inheritdoc IJobMarket
    function settle(uint256 jobId) external nonReentrant {
        StoredJob storage job = _inStatus(jobId, Status.Submitted);
        _requireRequester(jobId, job);
        _settleAlone(jobId, job, _checkFeeOf(job));
    }

    /// @inheritdoc IJobMarket
    function settleMany(uint256[] calldata jobIds) external nonReentrant {
        if (jobIds.length > MAX_BATCH) revert JobMarketTooManyJobs(jobIds.length);
        Run memory run;
        run.requester = _msgSender();
        for (uint256 i = 0; i < jobIds.length; ++i) _settleOwn(run, jobIds[i]);
        _endRun(run);
    }

    /// @inheritdoc IJobMarket
    function dispute(uint256 jobId, bytes32 reasonDigest) external payable nonReentrant {
        StoredJob storage job = _inStatus(jobId, Status.Submitted);
        _requireRequester(jobId, job);
        _requireBefore(jobId, job.deadline);
        uint8 verification = _terms[job.termsId].verification;
        if (JobClass.isChecked(verification)) {
            _requireValue(0, msg.value);
            _openCheck(jobId, job, verification, true, reasonDigest);
            return;
        }
        job.status = Status.Disputed;
        uint40 deadline = _jobChecks.openDispute{value: msg.value}(jobId, job.requester, job.operator, verification);
        job.deadline = deadline;
        emit JobDisputed(jobId, reasonDigest, deadline);
    }

    /// @inheritdoc IJobMarket
    function poke(uint256 jobId) external nonReentrant {
        StoredJob storage job = _existing(jobId);
        Status status = block.timestamp <= job.deadline ? Status.None : job.status;
        if (status == Status.Posted) _refundPosted(jobId, job, _msgSender());
        else if (status == Status.Accepted) _refundLate(jobId, job);
        else if (status == Status.Submitted) _endReview(jobId, job);
        else revert JobMarketNothingDue(jobId);
    }

    /// @inheritdoc IJobMarket
    function endCheck(uint256 jobId, Outcome outcome, address[] calldata verifiers) external nonReentrant {
        if (msg.sender != address(_jobChecks)) revert JobMarketNotChecks(msg.sender);
        StoredJob storage job = _jobs[jobId];
        if (job.status != Status.Checking) _inStatus(jobId, Status.Disputed);
        address currency = _terms[job.termsId].currency;
        uint256 fee = _checkFeeOf(job);
        if (verifiers.length > 0) {
            uint256 each = fee / verifiers.length;
            for (uint256 i = 0; i < verifiers.length; ++i) _credit(verifiers[i], currency, each, jobId);
            fee -= each * verifiers.length;
        }
        if (outcome == Outcome.Right) _settleAlone(jobId, job, fee);
        else if (outcome == Outcome.Wrong) _refundWrong(jobId, job, fee);
        else _split(jobId, job, currency, fee);
    }

    /// @inheritdoc IJobMarket
    function payModel(uint256 modelWork, address currency) external nonReentrant returns (uint256 amount) {
        return _payOwed(modelWork, currency);
    }

    /// @inheritdoc IJobMarket
    function withdraw(address currency) external nonReentrant returns (uint256 amount) {
        return _withdraw(currency, _msgSender());
    }

    /// @inheritdoc IJobMarket
    function withdrawTo(address currency, address to) external nonReentrant returns (uint256 amount) {
        return _withdraw(currency, to);
    }

    /// @inheritdoc IJobMarket
    function totalJobs() external view returns (uint256) {
        return _idCount();
    }

    /// @inheritdoc IJobMarket
    function jobOf(uint256 jobId) external view returns (Job memory result) {
        StoredJob storage job = _existing(jobId);
        Terms storage terms = _terms[job.termsId];
        Status status = job.status;
        result.requester = job.requester;
        result.operator = job.operator;
        result.currency = terms.currency;
        result.price = job.price;
        result.modelWork = terms.modelWork;
        result.modelShare = terms.modelShare;
        result.verification = terms.verification;
        result.status = status;
        result.deadline = job.deadline;
        result.submitWithin = terms.submitWithin;
        result.reviewWithin = terms.reviewWithin;
        if (job.status == Status.Posted || job.status == Status.Accepted) result.specDigest = job.digest;
        else result.resultDigest = job.digest;
        result.protocolShare = terms.protocolShare;
        result.tier = job.tier;
        if (status < Status.Settled || status == Status.Checking) {
            result.checkFee = _checkFeeOf(job);
            if (status != Status.Posted) result.lockedStake = _lockedStake(job);
        }
        result.referrer = terms.referrer;
    }

    /// @inheritdoc IJobMarket
    function stakeFor(uint96 price, uint128 coinRate, uint8 verification, uint8 tier) external view returns (uint256) {
        return _stakeFor(price, coinRate, verification, tier);
    }

    /// @inheritdoc IJobMarket
    function isResult(
        uint256 jobId,
        bytes32 specDigest,
        bytes32 outputHash,
        bytes32 receiptDigest
    ) external view returns (bool) {
        return _jobs[jobId].digest == resultDigestOf(specDigest, outputHash, receiptDigest);
    }

    /// @inheritdoc IJobMarket
    function resultDigestOf(bytes32 spec, bytes32 output, bytes32 receipt) public pure returns (bytes32) {
        return keccak256(abi.encode(spec, output, receipt));
    }

    /// @inheritdoc IJobMarket
    function escrowFor(uint96 price, uint8 verification) public pure returns (uint256) {
        return price + _checkFee(price, verification);
    }

    /// @dev The number of what the job has in common with others; new when there was no such job before.
    function _termsFor(NewJob calldata job, uint24 modelShare) private returns (uint40 termsId) {
        Terms memory terms = Terms({
            currency: job.currency,
            modelWork: job.modelWork,
            modelShare: modelShare,
            coinRate: _rateOf(job),
            submitWithin: job.submitWithin,
            reviewWithin: job.reviewWithin,
            protocolShare: protocolShare,
            verification: job.verification,
            referrer: job.referrer
        });
        bytes32 termsHash;
        // The struct lies in memory as it would be encoded: 9 words.
        assembly ("memory-safe") {
            termsHash := keccak256(terms, 0x120)
        }
        termsId = _termsIds[termsHash];
        if (termsId != 0) return termsId;
        _requireWindow(job.submitWithin, MIN_WINDOW);
        _requireWindow(job.reviewWithin, MIN_WINDOW);
        if (job.verification > JobClass.LAST) revert JobMarketBadVerification(job.verification);
        if (JobClass.isChecked(job.verification) && terms.coinRate == 0) revert JobMarketRateNeeded();
        if (job.modelWork == 0 || job.modelWork > _workRegistry.totalWorks()) {
            revert JobMarketUnknownModel(job.modelWork);
        }
        termsId = ++_termsCount;
        _termsIds[termsHash] = termsId;
        _terms[termsId] = terms;
        // Now, while a failure is only the requester's: settling must not depend on the token's good will.
        if (job.currency != address(0)) _letLedgerTake(job.currency);
    }

    function _emitPosted(
        uint256 jobId,
        NewJob calldata job,
        uint24 modelShare,
        uint40 deadline,
        uint256 escrow,
        uint256 fromBalance
    ) private {
        emit JobPosted(
            jobId,
            _msgSender(),
            job.modelWork,
            job.operator,
            job.currency,
            job.price,
            modelShare,
            job.specDigest,
            job.verification,
            deadline,
            escrow,
            fromBalance
        );
    }

    /// @dev Takes what it can of the escrow from the caller's balance, to which sent coin is added before.
    function _takeBalance(address currency, uint256 escrow) private returns (uint256 fromBalance) {
        uint256 sent = msg.value;
        if (currency == address(0)) {
            if (sent == escrow) return 0;
        } else {
            _requireValue(0, sent);
        }
        uint256 balance = creditOf[_msgSender()][currency];
        if (sent > escrow) {
            creditOf[_msgSender()][currency] = balance + sent - escrow;
            emit Deposited(_msgSender(), currency, sent - escrow);
            return 0;
        }
        fromBalance = Math.min(balance, escrow - sent);
        if (currency == address(0)) _requireValue(escrow - fromBalance, sent);
        if (fromBalance > 0) creditOf[_msgSender()][currency] = balance - fromBalance;
    }

    /// @dev A token that keeps a fee is refused: the escrow must be there in full when the job ends.
    function _takeRest(address currency, uint256 amount) private {
        _requireValue(amount, _takeToken(currency, amount));
    }

    function _takeToken(address currency, uint256 amount) private returns (uint256) {
        IERC20 token = IERC20(currency);
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(_msgSender(), address(this), amount);
        return token.balanceOf(address(this)) - before;
    }

    function _settleOwn(Run memory run, uint256 jobId) private {
        StoredJob storage job = _jobs[jobId];
        (address requester, Status status, uint256 termsId) = (job.requester, job.status, job.termsId);
        if (status != Status.Submitted) _inStatus(jobId, Status.Submitted);
        if (requester != run.requester) _requireRequester(jobId, job);
        _enterTerms(run, termsId);
        if (JobClass.isChecked(run.verification)) run.requesterAmount += _checkFee(job.price, run.verification);
        _settleJob(run, jobId, job);
    }

    function _settleAlone(uint256 jobId, StoredJob storage job, uint256 toRequester) private {
        Run memory run;
        run.requester = job.requester;
        _enterTerms(run, job.termsId);
        run.requesterAmount = toRequester;
        _settleJob(run, jobId, job);
        _endRun(run);
    }

    /// @dev The job's terms must have been entered.
    function _settleJob(Run memory run, uint256 jobId, StoredJob storage job) private {
        uint8 tier = job.tier;
        job.status = Status.Settled;
        (address operator, uint96 price) = (job.operator, job.price);
        uint256 stake = _stakeFor(price, run.coinRate, run.verification, tier);
        (uint256 operatorAmount, uint256 modelAmount) = _addToRun(run, jobId, operator, price, stake);
        emit JobSettled(jobId, operator, operatorAmount, modelAmount);
    }

    function _enterTerms(Run memory run, uint256 termsId) private {
        if (run.termsId == termsId) return;
        _changeTerms(run, _terms[termsId], _rewards);
        run.termsId = termsId;
    }

    /// @dev The requester was silent.
    function _endReview(uint256 jobId, StoredJob storage job) private {
        Terms storage terms = _terms[job.termsId];
        uint8 verification = terms.verification;
        if (verification == JobClass.REVIEW) {
            _settleAlone(jobId, job, 0);
        } else if (verification == JobClass.ARBITRATOR) {
            job.status = Status.Disputed;
            uint40 deadline = _jobChecks.awaitReferral(jobId, job.requester, job.operator, verification);
            job.deadline = deadline;
            emit JobDisputed(jobId, 0, deadline);
        } else {
            _openCheck(jobId, job, verification, false, 0);
        }
    }

    function _openCheck(
        uint256 jobId,
        StoredJob storage job,
        uint8 verification,
        bool disputed,
        bytes32 reasonDigest
    ) private {
        job.status = Status.Checking;
        emit JobChecking(jobId, disputed, reasonDigest);
        _jobChecks.open(jobId, job.requester, job.operator, verification, job.tier, disputed);
    }

    /// @dev Nobody accepted the job: the posting fee goes to who tidies up.
    function _refundPosted(uint256 jobId, StoredJob storage job, address tidier) private {
        uint96 price = job.price;
        uint256 fee = (price * POSTING_FEE) / PPM;
        _creditSome(tidier, _terms[job.termsId].currency, fee, jobId);
        _refund(jobId, job, price - fee, _checkFeeOf(job), 0);
    }

    /// @dev The operator submitted nothing.
    function _refundLate(uint256 jobId, StoredJob storage job) private {
        uint128 slashed = _lockedStake(job);
        uint256 toPoker = (slashed * LATE_TO_POKER) / PPM;
        uint256 toRequester = (slashed * LATE_TO_REQUESTER) / PPM;
        _creditSome(_msgSender(), address(0), toPoker, jobId);
        _creditSome(job.requester, address(0), toRequester, jobId);
        _creditSome(_rewards, address(0), slashed - toPoker - toRequester, jobId);
        _refund(jobId, job, job.price, _checkFeeOf(job), slashed);
        _operatorRegistry.slash(job.operator, slashed, job.requester);
    }

    /// @dev The operator submitted something else. All its locked stake is the requester's: it also makes up for the verifiers' pay.
    function _refundWrong(uint256 jobId, StoredJob storage job, uint256 fee) private {
        uint128 slashed = _lockedStake(job);
        _creditSome(job.requester, address(0), slashed, jobId);
        _refund(jobId, job, job.price, fee, slashed);
        _operatorRegistry.slash(job.operator, slashed, job.requester);
    }

    function _refund(uint256 jobId, StoredJob storage job, uint256 amount, uint256 fee, uint256 slashed) private {
        job.status = Status.Refunded;
        emit JobRefunded(jobId, job.requester, amount, slashed);
        _credit(job.requester, _terms[job.termsId].currency, amount + fee, jobId);
    }

    /// @dev Nobody decided: half each, no stake is lost, and the model gets nothing.
    function _split(uint256 jobId, StoredJob storage job, address currency, uint256 fee) private {
        job.status = Status.Split;
        uint256 operatorAmount = job.price / 2;
        uint256 requesterAmount = job.price - operatorAmount;
        emit JobSplit(jobId, requesterAmount, operatorAmount);
        _credit(job.requester, currency, requesterAmount + fee, jobId);
        _creditSome(job.operator, currency, operatorAmount, jobId);
        _operatorRegistry.release(job.operator, _lockedStake(job), 0, 0);
    }

    function _withdraw(address currency, address to) private returns (uint256 amount) {
        amount = creditOf[_msgSender()][currency];
        if (amount == 0) return 0;
        creditOf[_msgSender()][currency] = 0;
        emit Withdrawn(_msgSender(), currency, to, amount);
        if (currency == address(0)) {
            (bool sent, ) = to.call{value: amount}("");
            if (!sent) revert JobMarketTransferFailed(to);
        } else {
            IERC20(currency).safeTransfer(to, amount);
        }
    }

    /// @dev The operator's tier, or the highest below it whose lower lock its free stake covers: who can't lock what trust costs is
    /// checked more often instead.
    function _tierAndStake(
        address operator,
        uint96 price,
        Terms storage terms
    ) private view returns (uint8 tier, uint128 stake) {
        (uint128 coinRate, uint8 verification) = (terms.coinRate, terms.verification);
        if (!JobClass.isChecked(verification)) return (0, _stakeFor(price, coinRate, verification, 0));
        uint256 free = _operatorRegistry.freeStake(operator);
        tier = _operatorRegistry.tierOf(operator);
        stake = _stakeFor(price, coinRate, verification, tier);
        while (stake > free && tier > 0) stake = _stakeFor(price, coinRate, verification, --tier);
    }

    function _lockedStake(StoredJob storage job) private view returns (uint128) {
        Terms storage terms = _terms[job.termsId];
        return _stakeFor(job.price, terms.coinRate, terms.verification, job.tier);
    }

    function _stakeFor(uint96 price, uint128 coinRate, uint8 verification, uint8 tier) private view returns (uint128) {
        if (coinRate == 0) return uint128(_minimumStake);
        // 96 bits of price, 128 of rate and 20 of a million fit: nothing can overflow.
        unchecked {
            uint256 worth = (uint256(price) * coinRate) / RATE_UNIT;
            uint256 stake = (worth * STAKE_PER_PRICE) / PPM;
            // All that is locked is lost by a wrong result: chance x stake > worth, however many jobs run at once.
            if (JobClass.isChecked(verification)) stake += (worth * PPM) / JobClass.chanceOf(tier) + 1;
            return stake > type(uint128).max ? type(uint128).max : uint128(stake);
        }
    }

    function _rateOf(NewJob calldata job) private pure returns (uint128) {
        return job.currency == address(0) ? uint128(RATE_UNIT) : job.coinRate;
    }

    function _checkFee(uint96 price, uint8 verification) private pure returns (uint256) {
        return JobClass.isChecked(verification) ? (price * CHECK_FEE) / PPM : 0;
    }

    function _checkFeeOf(StoredJob storage job) private view returns (uint256) {
        return _checkFee(job.price, _terms[job.termsId].verification);
    }

    function _existing(uint256 jobId) private view returns (StoredJob storage job) {
        job = _jobs[jobId];
        if (job.status == Status.None) revert JobMarketUnknownJob(jobId);
    }

    function _inStatus(uint256 jobId, Status status) private view returns (StoredJob storage job) {
        job = _existing(jobId);
        if (job.status != status) revert JobMarketWrongStatus(jobId, job.status);
    }

    function _requireRequester(uint256 jobId, StoredJob storage job) private view {
        if (job.requester != _msgSender()) revert JobMarketNotRequester(jobId, _msgSender());
    }

    function _requireOperator(uint256 jobId, address operator) private view {
        if (operator != _msgSender()) revert JobMarketNotOperator(jobId, _msgSender());
    }

    function _requireValue(uint256 expected, uint256 received) private pure {
        if (received != expected) revert JobMarketWrongValue(expected, received);
    }

    function _requireBefore(uint256 jobId, uint40 deadline) private view {
        if (block.timestamp > deadline) revert JobMarketDeadlinePassed(jobId, deadline);
    }

    function _requireShare(uint24 share, uint24 maximum) private pure {
        if (share > maximum) revert JobMarketShareTooHigh(share);
    }

    function _requireWindow(uint32 window, uint32 minimum) private pure {
        if (window < minimum || window > MAX_WINDOW) revert JobMarketBadWindow(window);
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
