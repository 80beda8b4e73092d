// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Context} from "@openzeppelin/contracts/utils/Context.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {NewIds} from "../access/NewIds.sol";
import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {RoyaltyLedger} from "../ledger/RoyaltyLedger.sol";
import {Addresses, Wiring} from "../libraries/Wiring.sol";
import {WorkKind} from "../libraries/WorkKind.sol";
import {WorkRegistry} from "../registry/WorkRegistry.sol";
import {OperatorRegistry} from "./OperatorRegistry.sol";

/// @title Escrowed jobs for generation nodes.
/// @notice Immutable. Its one role is the arbitrator, who can only say which side of a disputed job is right, within 30
/// days; money leaves by `withdraw` of whom it is owed to.
/// An accepted job locks the operator's stake: 20 % of a price in the chain's coin, the registry's minimum stake for a price
/// in a token (whose worth the contract can't know). All of it goes to the requester when the operator fails.
/// @custom:invariant per currency the balance covers all credits and escrows (test/solidity/JobMarketInvariant.t.sol).
contract JobMarket is IJobMarket, NewIds, ERC2771Context, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @dev `IJobMarket.Job` in five slots: what changes together lies together, what follows from the rest is left out.
    struct StoredJob {
        address requester;
        uint32 submitWithin;
        uint32 reviewWithin;
        uint24 modelShare;
        uint8 verification;
        address operator;
        uint40 deadline;
        Status status;
        // 48 bits hold more ids than the registry can ever count.
        uint48 modelWork;
        address currency;
        uint96 price;
        bytes32 specDigest;
        bytes32 outputHash;
        bytes32 receiptDigest;
    }

    uint32 public constant MIN_ACCEPT_WINDOW = 60;
    uint32 public constant MIN_WINDOW = 10;
    uint32 public constant MAX_WINDOW = 30 days;
    /// @notice Seconds the arbitrator has.
    uint256 public constant ARBITRATION_PERIOD = 30 days;
    /// @notice Part of a coin price that the operator's stake must cover, ppm.
    uint256 public constant STAKE_PER_PRICE = 200_000;
    uint24 public constant MAX_MODEL_SHARE = 500_000;
    uint256 public constant MAX_BATCH = 64;
    /// @notice Parts per million in a whole.
    uint256 public constant PPM = 1_000_000;
    uint8 private constant LAST_VERIFICATION = 1;
    uint8 private constant PURPOSE_JOB = 2;

    WorkRegistry public immutable workRegistry;
    RoyaltyLedger public immutable royaltyLedger;
    OperatorRegistry public immutable operatorRegistry;
    address public immutable arbitrator;
    uint128 private immutable tokenJobStake;

    mapping(uint256 modelWork => uint24 share) public modelShareOf;
    mapping(address account => mapping(address currency => uint256 amount)) public creditOf;
    mapping(uint256 modelWork => mapping(address currency => uint256 amount)) public owedToModel;
    mapping(uint256 jobId => StoredJob) private _jobs;

    /// @param minimumStake Stake that a job paid in a token locks, wei: the operator registry's minimum.
    constructor(
        Addresses memory house,
        uint128 minimumStake
    ) AccessManaged(house.authority) ERC2771Context(house.withSig) {
        Wiring.requireSame(address(this), house.jobMarket);
        workRegistry = WorkRegistry(house.works);
        royaltyLedger = RoyaltyLedger(house.ledger);
        operatorRegistry = OperatorRegistry(house.operators);
        arbitrator = house.arbitrator;
        tokenJobStake = minimumStake;
    }

    /// @notice Takes slashed stake, which `slash` credits to the requester.
    receive() external payable {
        if (msg.sender != address(operatorRegistry)) revert JobMarketWrongValue(0, msg.value);
    }

    /// @inheritdoc IJobMarket
    function setModelShare(uint256 modelWork, uint24 share) external {
        if (workRegistry.workOf(modelWork).kind != WorkKind.MODEL) revert JobMarketUnknownModel(modelWork);
        if (workRegistry.ownerOf(modelWork) != _msgSender()) revert JobMarketNotModelOwner(modelWork, _msgSender());
        if (share > MAX_MODEL_SHARE) revert JobMarketShareTooHigh(share);
        modelShareOf[modelWork] = share;
        emit ModelShareSet(modelWork, share);
    }

    /// @inheritdoc IJobMarket
    function post(NewJob calldata job) external payable nonReentrant returns (uint256 jobId) {
        _requireWindow(job.acceptWithin, MIN_ACCEPT_WINDOW);
        _requireWindow(job.submitWithin, MIN_WINDOW);
        _requireWindow(job.reviewWithin, MIN_WINDOW);
        if (job.price == 0) revert JobMarketBadPrice();
        if (job.verification > LAST_VERIFICATION) revert JobMarketBadVerification(job.verification);
        if (job.modelWork == 0 || job.modelWork > workRegistry.totalWorks()) {
            revert JobMarketUnknownModel(job.modelWork);
        }
        jobId = _newId();
        _store(jobId, job);
        _takeEscrow(job.currency, job.price);
    }

    /// @inheritdoc IJobMarket
    function cancel(uint256 jobId) external {
        StoredJob storage job = _inStatus(jobId, Status.Posted);
        _requireRequester(jobId, job);
        _refund(jobId, job, 0);
    }

    /// @inheritdoc IJobMarket
    function accept(uint256 jobId) external {
        StoredJob storage job = _inStatus(jobId, Status.Posted);
        if (job.operator != address(0) && job.operator != _msgSender())
            revert JobMarketNotOperator(jobId, _msgSender());
        _requireBefore(jobId, job.deadline);
        job.operator = _msgSender();
        job.status = Status.Accepted;
        job.deadline = uint40(block.timestamp + job.submitWithin);
        operatorRegistry.lock(_msgSender(), _stakeFor(job));
        emit JobAccepted(jobId, _msgSender(), job.deadline);
    }

    /// @inheritdoc IJobMarket
    function submit(uint256 jobId, bytes32 outputHash, bytes32 receiptDigest) external {
        StoredJob storage job = _inStatus(jobId, Status.Accepted);
        if (job.operator != _msgSender()) revert JobMarketNotOperator(jobId, _msgSender());
        _requireBefore(jobId, job.deadline);
        job.status = Status.Submitted;
        job.deadline = uint40(block.timestamp + job.reviewWithin);
        job.outputHash = outputHash;
        job.receiptDigest = receiptDigest;
        emit JobSubmitted(jobId, _msgSender(), outputHash, receiptDigest, job.deadline);
    }

    /// @inheritdoc IJobMarket
    function settle(uint256 jobId) external nonReentrant {
        _settleOwn(jobId);
    }

    /// @inheritdoc IJobMarket
    function settleMany(uint256[] calldata jobIds) external nonReentrant {
        if (jobIds.length > MAX_BATCH) revert JobMarketTooManyJobs(jobIds.length);
        for (uint256 i = 0; i < jobIds.length; ++i) _settleOwn(jobIds[i]);
    }

    /// @inheritdoc IJobMarket
    function dispute(uint256 jobId, bytes32 reasonDigest) external {
        StoredJob storage job = _inStatus(jobId, Status.Submitted);
        _requireRequester(jobId, job);
        _requireBefore(jobId, job.deadline);
        job.status = Status.Disputed;
        job.deadline = uint40(block.timestamp + ARBITRATION_PERIOD);
        emit JobDisputed(jobId, reasonDigest, job.deadline);
    }

    /// @inheritdoc IJobMarket
    function rule(uint256 jobId, bool operatorWins) external nonReentrant {
        if (_msgSender() != arbitrator) revert JobMarketNotArbitrator(_msgSender());
        StoredJob storage job = _inStatus(jobId, Status.Disputed);
        _requireBefore(jobId, job.deadline);
        if (operatorWins) _settle(jobId, job);
        else _refundAndSlash(jobId, job);
    }

    /// @inheritdoc IJobMarket
    function poke(uint256 jobId) external nonReentrant {
        StoredJob storage job = _existing(jobId);
        if (block.timestamp <= job.deadline) revert JobMarketNothingDue(jobId);
        Status status = job.status;
        if (status == Status.Posted) _refund(jobId, job, 0);
        else if (status == Status.Accepted) _refundAndSlash(jobId, job);
        else if (status == Status.Submitted) _settle(jobId, job);
        else if (status == Status.Disputed) _split(jobId, job);
        else revert JobMarketNothingDue(jobId);
    }

    /// @inheritdoc IJobMarket
    function payModel(uint256 modelWork, address currency) external nonReentrant returns (uint256 amount) {
        amount = owedToModel[modelWork][currency];
        if (amount == 0) return 0;
        owedToModel[modelWork][currency] = 0;
        emit ModelPaid(modelWork, currency, amount);
        royaltyLedger.payFrom(address(this), modelWork, currency, amount, PURPOSE_JOB, 0);
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
    function jobOf(uint256 jobId) external view returns (Job memory) {
        StoredJob storage job = _existing(jobId);
        Status status = job.status;
        bool locks = status == Status.Accepted || status == Status.Submitted || status == Status.Disputed;
        return
            Job({
                requester: job.requester,
                operator: job.operator,
                currency: job.currency,
                price: job.price,
                modelWork: job.modelWork,
                modelShare: job.modelShare,
                verification: job.verification,
                status: status,
                deadline: job.deadline,
                submitWithin: job.submitWithin,
                reviewWithin: job.reviewWithin,
                lockedStake: locks ? _stakeFor(job) : 0,
                specDigest: job.specDigest,
                outputHash: job.outputHash,
                receiptDigest: job.receiptDigest
            });
    }

    function _store(uint256 jobId, NewJob calldata job) private {
        uint24 modelShare = modelShareOf[job.modelWork];
        uint40 deadline = uint40(block.timestamp + job.acceptWithin);
        StoredJob storage stored = _jobs[jobId];
        stored.requester = _msgSender();
        stored.submitWithin = job.submitWithin;
        stored.reviewWithin = job.reviewWithin;
        stored.modelShare = modelShare;
        stored.verification = job.verification;
        stored.operator = job.operator;
        stored.deadline = deadline;
        stored.status = Status.Posted;
        stored.modelWork = uint48(job.modelWork);
        stored.currency = job.currency;
        stored.price = job.price;
        stored.specDigest = job.specDigest;
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
            deadline
        );
    }

    /// @dev A token that keeps a fee is refused: the price must be there in full when the job ends.
    function _takeEscrow(address currency, uint96 price) private {
        uint256 expectedValue = currency == address(0) ? price : 0;
        if (msg.value != expectedValue) revert JobMarketWrongValue(expectedValue, msg.value);
        if (currency == address(0)) return;
        IERC20 token = IERC20(currency);
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(_msgSender(), address(this), price);
        uint256 received = token.balanceOf(address(this)) - before;
        if (received != price) revert JobMarketWrongValue(price, received);
        // Approved now, while a failure is only the requester's: settling must not depend on the token's good will.
        if (token.allowance(address(this), address(royaltyLedger)) < type(uint128).max) {
            token.forceApprove(address(royaltyLedger), type(uint256).max);
        }
    }

    function _settleOwn(uint256 jobId) private {
        StoredJob storage job = _inStatus(jobId, Status.Submitted);
        _requireRequester(jobId, job);
        _settle(jobId, job);
    }

    function _settle(uint256 jobId, StoredJob storage job) private {
        job.status = Status.Settled;
        uint256 modelAmount = (uint256(job.price) * job.modelShare) / PPM;
        uint256 operatorAmount = job.price - modelAmount;
        emit JobSettled(jobId, job.operator, operatorAmount, modelAmount);
        _credit(job.operator, job.currency, operatorAmount, jobId);
        operatorRegistry.release(job.operator, _stakeFor(job), true);
        if (modelAmount > 0) _payModel(jobId, job, modelAmount);
    }

    /// @dev Pays the model's work through the ledger: a coin in the requester's name, a token from this market's balance. A coin
    /// payment can only fail for a caller who makes it fail, whose call then fails whole. A token can refuse for ever, and
    /// must not hold the operator's stake meanwhile; what it (or a caller who gives too little gas) holds up stays owed to the
    /// model's work, so that nobody gains by making the payment fail.
    function _payModel(uint256 jobId, StoredJob storage job, uint256 amount) private {
        address currency = job.currency;
        uint256 modelWork = job.modelWork;
        if (currency == address(0)) {
            royaltyLedger.payFrom{value: amount}(job.requester, modelWork, currency, amount, PURPOSE_JOB, jobId);
            return;
        }
        try royaltyLedger.payFrom(address(this), modelWork, currency, amount, PURPOSE_JOB, jobId) {
            return;
        } catch {
            owedToModel[modelWork][currency] += amount;
            emit ModelOwed(modelWork, currency, amount, jobId);
        }
    }

    function _refundAndSlash(uint256 jobId, StoredJob storage job) private {
        uint128 slashed = _stakeFor(job);
        _refund(jobId, job, slashed);
        if (slashed > 0) _credit(job.requester, address(0), slashed, jobId);
        operatorRegistry.slash(job.operator, slashed, job.requester);
    }

    function _refund(uint256 jobId, StoredJob storage job, uint256 slashed) private {
        job.status = Status.Refunded;
        emit JobRefunded(jobId, job.requester, job.price, slashed);
        _credit(job.requester, job.currency, job.price, jobId);
    }

    /// @dev The arbitrator was silent: half each, no stake is lost, and the model gets nothing.
    function _split(uint256 jobId, StoredJob storage job) private {
        job.status = Status.Split;
        uint256 operatorAmount = job.price / 2;
        uint256 requesterAmount = job.price - operatorAmount;
        emit JobSplit(jobId, requesterAmount, operatorAmount);
        _credit(job.requester, job.currency, requesterAmount, jobId);
        if (operatorAmount > 0) _credit(job.operator, job.currency, operatorAmount, jobId);
        operatorRegistry.release(job.operator, _stakeFor(job), false);
    }

    function _credit(address account, address currency, uint256 amount, uint256 jobId) private {
        creditOf[account][currency] += amount;
        emit Credited(account, currency, amount, jobId);
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

    function _stakeFor(StoredJob storage job) private view returns (uint128) {
        if (job.currency != address(0)) return tokenJobStake;
        return uint128((uint256(job.price) * STAKE_PER_PRICE) / PPM);
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

    function _requireBefore(uint256 jobId, uint40 deadline) private view {
        if (block.timestamp > deadline) revert JobMarketDeadlinePassed(jobId, deadline);
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
