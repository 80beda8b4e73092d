// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";
import {IWorkRegistry} from "../interfaces/IWorkRegistry.sol";

/// @title JobMarket
/// @notice See `IJobMarket`. Immutable; the arbitrator can only decide disputed jobs between their two parties, and is not
/// waited for longer than `RULING_TIME`.
contract JobMarket is IJobMarket, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    uint256 public constant PPM = 1_000_000;
    uint24 public constant MAX_MODEL_SHARE = 500_000;
    /// @notice Stake that a job in the chain's coin locks, as a part of its price, ppm.
    uint256 public constant STAKE_SHARE = 200_000;
    uint40 public constant RULING_TIME = 30 days;
    uint32 public constant MAX_WINDOW = 30 days;
    uint32 public constant MIN_ACCEPT_WINDOW = 60;
    uint32 public constant MIN_WINDOW = 10;
    uint256 public constant MAX_BATCH = 64;
    uint8 private constant PURPOSE_JOB = 2;
    uint8 private constant LAST_VERIFICATION = 1;

    IWorkRegistry public immutable registry;
    IRoyaltyLedger public immutable ledger;
    IOperatorRegistry public immutable operators;
    address public immutable arbitrator;

    uint256 public totalJobs;
    mapping(uint256 jobId => Job) private _jobs;
    mapping(uint256 modelWork => uint24) public modelShareOf;
    mapping(address account => mapping(address currency => uint256)) public creditOf;

    constructor(IWorkRegistry registry_, IRoyaltyLedger ledger_, IOperatorRegistry operators_, address arbitrator_) {
        registry = registry_;
        ledger = ledger_;
        operators = operators_;
        arbitrator = arbitrator_;
    }

    /// @dev Slashed stake arrives here; it is credited to the requester of the failed job.
    receive() external payable {
        require(msg.sender == address(operators), JobMarketWrongValue(0, msg.value));
    }

    /// @inheritdoc IJobMarket
    function setModelShare(uint256 modelWork, uint24 share) external {
        require(
            IERC721(address(registry)).ownerOf(modelWork) == msg.sender,
            JobMarketNotModelOwner(modelWork, msg.sender)
        );
        require(share <= MAX_MODEL_SHARE, JobMarketShareTooHigh(share));
        modelShareOf[modelWork] = share;
        emit ModelShareSet(modelWork, share);
    }

    /// @inheritdoc IJobMarket
    function post(NewJob calldata job) external payable nonReentrant returns (uint256 jobId) {
        require(job.modelWork != 0 && job.modelWork <= registry.totalWorks(), JobMarketUnknownModel(job.modelWork));
        require(job.verification <= LAST_VERIFICATION, JobMarketBadVerification(job.verification));
        _requireWindow(job.acceptWithin, MIN_ACCEPT_WINDOW);
        _requireWindow(job.submitWithin, MIN_WINDOW);
        _requireWindow(job.reviewWithin, MIN_WINDOW);
        uint96 price = _escrow(job.currency, job.price);
        jobId = ++totalJobs;
        Job storage stored = _jobs[jobId];
        stored.requester = msg.sender;
        stored.operator = job.operator;
        stored.currency = job.currency;
        stored.price = price;
        stored.modelWork = job.modelWork;
        stored.modelShare = modelShareOf[job.modelWork];
        stored.verification = job.verification;
        stored.status = Status.Posted;
        stored.deadline = uint40(block.timestamp) + job.acceptWithin;
        stored.submitWithin = job.submitWithin;
        stored.reviewWithin = job.reviewWithin;
        stored.specDigest = job.specDigest;
        _emitPosted(jobId, stored);
    }

    /// @inheritdoc IJobMarket
    function cancel(uint256 jobId) external {
        Job storage job = _requireStatus(jobId, Status.Posted);
        require(job.requester == msg.sender, JobMarketNotRequester(jobId, msg.sender));
        _refund(jobId, job);
    }

    /// @inheritdoc IJobMarket
    function accept(uint256 jobId) external {
        Job storage job = _requireStatus(jobId, Status.Posted);
        require(job.operator == address(0) || job.operator == msg.sender, JobMarketNotOperator(jobId, msg.sender));
        _requireInTime(jobId, job);
        uint128 stake =
            job.currency == address(0)
                ? uint128((uint256(job.price) * STAKE_SHARE) / PPM)
                : uint128(operators.minimumStake());
        job.operator = msg.sender;
        job.lockedStake = stake;
        job.status = Status.Accepted;
        job.deadline = uint40(block.timestamp) + job.submitWithin;
        emit JobAccepted(jobId, msg.sender, job.deadline);
        operators.lock(msg.sender, stake);
    }

    /// @inheritdoc IJobMarket
    function submit(uint256 jobId, bytes32 outputHash, bytes32 receiptDigest) external {
        Job storage job = _requireStatus(jobId, Status.Accepted);
        require(job.operator == msg.sender, JobMarketNotOperator(jobId, msg.sender));
        _requireInTime(jobId, job);
        job.outputHash = outputHash;
        job.receiptDigest = receiptDigest;
        job.status = Status.Submitted;
        job.deadline = uint40(block.timestamp) + job.reviewWithin;
        emit JobSubmitted(jobId, msg.sender, outputHash, receiptDigest, job.deadline);
    }

    /// @inheritdoc IJobMarket
    function settle(uint256 jobId) external nonReentrant {
        _settleByRequester(jobId);
    }

    /// @inheritdoc IJobMarket
    function settleMany(uint256[] calldata jobIds) external nonReentrant {
        require(jobIds.length <= MAX_BATCH, JobMarketWrongValue(MAX_BATCH, jobIds.length));
        for (uint256 i = 0; i < jobIds.length; ++i) {
            _settleByRequester(jobIds[i]);
        }
    }

    /// @inheritdoc IJobMarket
    function dispute(uint256 jobId, bytes32 reasonDigest) external {
        Job storage job = _requireStatus(jobId, Status.Submitted);
        require(job.requester == msg.sender, JobMarketNotRequester(jobId, msg.sender));
        _requireInTime(jobId, job);
        job.status = Status.Disputed;
        job.deadline = uint40(block.timestamp) + RULING_TIME;
        emit JobDisputed(jobId, reasonDigest, job.deadline);
    }

    /// @inheritdoc IJobMarket
    function rule(uint256 jobId, bool operatorWins) external nonReentrant {
        require(msg.sender == arbitrator, JobMarketNotArbitrator(msg.sender));
        Job storage job = _requireStatus(jobId, Status.Disputed);
        _requireInTime(jobId, job);
        if (operatorWins) _settle(jobId, job);
        else _refundAndSlash(jobId, job);
    }

    /// @inheritdoc IJobMarket
    function poke(uint256 jobId) external nonReentrant {
        Job storage job = _jobs[jobId];
        Status status = job.status;
        require(status != Status.None, JobMarketUnknownJob(jobId));
        require(block.timestamp > job.deadline && status < Status.Settled, JobMarketNothingDue(jobId));
        if (status == Status.Posted) _refund(jobId, job);
        else if (status == Status.Accepted) _refundAndSlash(jobId, job);
        else if (status == Status.Submitted) _settle(jobId, job);
        else _split(jobId, job);
    }

    /// @inheritdoc IJobMarket
    function withdraw(address currency) external nonReentrant returns (uint256 amount) {
        return _withdraw(currency, msg.sender);
    }

    /// @inheritdoc IJobMarket
    function withdrawTo(address currency, address to) external nonReentrant returns (uint256 amount) {
        return _withdraw(currency, to);
    }

    /// @inheritdoc IJobMarket
    function jobOf(uint256 jobId) external view returns (Job memory) {
        require(_jobs[jobId].status != Status.None, JobMarketUnknownJob(jobId));
        return _jobs[jobId];
    }

    function _settleByRequester(uint256 jobId) private {
        Job storage job = _requireStatus(jobId, Status.Submitted);
        require(job.requester == msg.sender, JobMarketNotRequester(jobId, msg.sender));
        _settle(jobId, job);
    }

    /// @dev The model's work is paid through the ledger, the operator gets the rest and its stake back.
    function _settle(uint256 jobId, Job storage job) private {
        job.status = Status.Settled;
        uint256 modelAmount = (uint256(job.price) * job.modelShare) / PPM;
        uint256 operatorAmount = job.price - modelAmount;
        emit JobSettled(jobId, job.operator, operatorAmount, modelAmount);
        _credit(job.operator, job.currency, operatorAmount, jobId);
        operators.release(job.operator, job.lockedStake, true);
        if (modelAmount > 0) _payModel(jobId, job, modelAmount);
    }

    function _payModel(uint256 jobId, Job storage job, uint256 amount) private {
        if (job.currency == address(0)) {
            ledger.payFrom{value: amount}(job.requester, job.modelWork, address(0), amount, PURPOSE_JOB, jobId);
        } else {
            IERC20(job.currency).forceApprove(address(ledger), amount);
            ledger.payFrom(address(this), job.modelWork, job.currency, amount, PURPOSE_JOB, jobId);
        }
    }

    function _refund(uint256 jobId, Job storage job) private {
        job.status = Status.Refunded;
        emit JobRefunded(jobId, job.requester, job.price, 0);
        _credit(job.requester, job.currency, job.price, jobId);
    }

    /// @dev The job's whole locked stake goes to the requester, who waited for nothing.
    function _refundAndSlash(uint256 jobId, Job storage job) private {
        job.status = Status.Refunded;
        uint128 stake = job.lockedStake;
        emit JobRefunded(jobId, job.requester, job.price, stake);
        _credit(job.requester, job.currency, job.price, jobId);
        if (stake > 0) _credit(job.requester, address(0), stake, jobId);
        operators.slash(job.operator, stake, job.requester);
    }

    function _split(uint256 jobId, Job storage job) private {
        job.status = Status.Split;
        uint256 operatorAmount = job.price / 2;
        uint256 requesterAmount = job.price - operatorAmount;
        emit JobSplit(jobId, requesterAmount, operatorAmount);
        _credit(job.requester, job.currency, requesterAmount, jobId);
        _credit(job.operator, job.currency, operatorAmount, jobId);
        operators.release(job.operator, job.lockedStake, false);
    }

    function _credit(address account, address currency, uint256 amount, uint256 jobId) private {
        creditOf[account][currency] += amount;
        emit Credited(account, currency, amount, jobId);
    }

    function _withdraw(address currency, address to) private returns (uint256 amount) {
        amount = creditOf[msg.sender][currency];
        if (amount == 0) return 0;
        creditOf[msg.sender][currency] = 0;
        emit Withdrawn(msg.sender, currency, to, amount);
        if (currency == address(0)) {
            (bool sent, ) = to.call{value: amount}("");
            require(sent, JobMarketTransferFailed(to));
        } else {
            IERC20(currency).safeTransfer(to, amount);
        }
    }

    /// @dev Takes the price; of a token that keeps a fee, what arrived is the price.
    function _escrow(address currency, uint96 price) private returns (uint96) {
        require(price > 0, JobMarketBadPrice());
        if (currency == address(0)) {
            require(msg.value == price, JobMarketWrongValue(price, msg.value));
            return price;
        }
        require(msg.value == 0, JobMarketWrongValue(0, msg.value));
        uint256 before = IERC20(currency).balanceOf(address(this));
        IERC20(currency).safeTransferFrom(msg.sender, address(this), price);
        uint256 received = IERC20(currency).balanceOf(address(this)) - before;
        require(received > 0 && received <= price, JobMarketBadPrice());
        return uint96(received);
    }

    function _emitPosted(uint256 jobId, Job storage job) private {
        emit JobPosted(
            jobId,
            job.requester,
            job.modelWork,
            job.operator,
            job.currency,
            job.price,
            job.modelShare,
            job.specDigest,
            job.verification,
            job.deadline
        );
    }

    function _requireWindow(uint32 window, uint32 minimum) private pure {
        require(window >= minimum && window <= MAX_WINDOW, JobMarketBadWindow(window));
    }

    function _requireInTime(uint256 jobId, Job storage job) private view {
        require(block.timestamp <= job.deadline, JobMarketDeadlinePassed(jobId, job.deadline));
    }

    function _requireStatus(uint256 jobId, Status status) private view returns (Job storage job) {
        job = _jobs[jobId];
        require(job.status != Status.None, JobMarketUnknownJob(jobId));
        require(job.status == status, JobMarketWrongStatus(jobId, job.status));
    }
}
