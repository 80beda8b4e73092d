// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";
import {StakeTree} from "../libraries/StakeTree.sol";
import {Addresses, Wiring} from "../libraries/Wiring.sol";

/// @title Operators and their stake.
/// @notice Immutable and without roles: the job market and its checks take only what jobs and verifying put at stake, and the
/// dispute module only by a ruling.
/// @custom:invariant I10 the balance is the sum of all stake, unbonding stake and ruling credits, and locked <= stake for every
/// operator (test/solidity/JobMarketInvariant.t.sol).
contract OperatorRegistry is IOperatorRegistry, ERC2771Context, ReentrancyGuardTransient {
    using StakeTree for StakeTree.Tree;

    /// @dev What each job writes lies in one slot. 88 bits hold 300 million coins.
    struct StoredOperator {
        uint88 stake;
        uint88 locked;
        uint32 done;
        uint32 failed;
        bool registered;
        bytes32 capability;
        uint128 settledValue;
        uint128 slashedAmount;
        uint88 unbonding;
        uint40 unbondsAt;
        uint32 slashed;
        uint88 bond;
    }

    /// @dev What a dispute keeps from leaving; it is part of `locked`.
    struct DisputedStake {
        address operator;
        uint40 until;
        uint88 fromFree;
        uint88 fromUnbonding;
    }

    uint256 public constant UNBONDING_PERIOD = 7 days;
    /// @notice Settled value from which an operator is of tier 1 and 2, in minimum stakes.
    uint256 public constant TIER_1_VALUE = 100;
    uint256 public constant TIER_2_VALUE = 1000;

    address public immutable jobMarket;
    address public immutable jobChecks;
    address public immutable disputes;
    uint256 public immutable minimumStake;

    mapping(address account => uint256 amount) public rulingCreditOf;
    mapping(address operator => StoredOperator) private _operators;
    mapping(uint256 disputeId => DisputedStake) private _disputed;
    StakeTree.Tree private _bonds;
    /// @dev A verifier's place in the tree, and who has it. Places of those that stopped are given out again.
    mapping(address operator => uint256 place) private _placeOf;
    mapping(uint256 place => address operator) private _verifierAt;
    uint256 private _places;
    uint256[] private _freePlaces;

    modifier onlyJobMarket() {
        if (msg.sender != jobMarket) revert OperatorRegistryNotJobMarket(msg.sender);
        _;
    }

    /// @param minimumStake_ Stake an operator needs to register, wei.
    constructor(Addresses memory house, uint256 minimumStake_) ERC2771Context(house.withSig) {
        Wiring.requireSame(address(this), house.operators);
        jobMarket = house.jobMarket;
        jobChecks = house.jobChecks;
        disputes = house.disputes;
        minimumStake = minimumStake_;
    }

    /// @inheritdoc IOperatorRegistry
    function register(bytes32 capability) external payable {
        StoredOperator storage operator = _operators[_msgSender()];
        if (operator.registered) revert OperatorRegistryAlreadyRegistered(_msgSender());
        if (msg.value < minimumStake) revert OperatorRegistryStakeTooLow(msg.value, minimumStake);
        operator.registered = true;
        operator.capability = capability;
        operator.stake = _toStake(msg.value);
        emit OperatorRegistered(_msgSender(), capability, msg.value);
    }

    /// @inheritdoc IOperatorRegistry
    function setCapability(bytes32 capability) external {
        _registered(_msgSender()).capability = capability;
        emit CapabilitySet(_msgSender(), capability);
    }

    /// @inheritdoc IOperatorRegistry
    function addStake() external payable {
        StoredOperator storage operator = _registered(_msgSender());
        operator.stake = _toStake(operator.stake + msg.value);
        emit StakeAdded(_msgSender(), msg.value);
    }

    /// @inheritdoc IOperatorRegistry
    function startUnbonding(uint128 amount) external {
        StoredOperator storage operator = _registered(_msgSender());
        _requireFree(operator, amount);
        uint40 unbondsAt = uint40(block.timestamp + UNBONDING_PERIOD);
        operator.stake -= uint88(amount);
        operator.unbonding += uint88(amount);
        operator.unbondsAt = unbondsAt;
        emit UnbondingStarted(_msgSender(), amount, unbondsAt);
    }

    /// @inheritdoc IOperatorRegistry
    function withdrawStake() external nonReentrant returns (uint256 amount) {
        StoredOperator storage operator = _registered(_msgSender());
        if (block.timestamp < operator.unbondsAt) revert OperatorRegistryStillBonded(operator.unbondsAt);
        amount = operator.unbonding;
        operator.unbonding = 0;
        emit StakeWithdrawn(_msgSender(), amount);
        _send(_msgSender(), amount);
    }

    /// @inheritdoc IOperatorRegistry
    function becomeVerifier(uint128 bond) external {
        address account = _msgSender();
        StoredOperator storage operator = _registered(account);
        if (operator.bond != 0) revert OperatorRegistryAlreadyVerifier(account);
        if (bond < minimumBond()) revert OperatorRegistryBondTooLow(bond, minimumBond());
        _requireFree(operator, bond);
        operator.locked += uint88(bond);
        operator.bond = uint88(bond);
        uint256 place = _newPlace();
        _placeOf[account] = place;
        _verifierAt[place] = account;
        _bonds.add(place, bond);
        emit VerifierBondSet(account, bond);
    }

    /// @inheritdoc IOperatorRegistry
    function stopVerifying() external {
        StoredOperator storage operator = _operators[_msgSender()];
        if (operator.bond == 0) revert OperatorRegistryNotVerifier(_msgSender());
        _endVerifying(_msgSender(), operator);
    }

    /// @inheritdoc IOperatorRegistry
    function withdrawRulingCredit(address to) external nonReentrant returns (uint256 amount) {
        amount = rulingCreditOf[_msgSender()];
        if (amount == 0) return 0;
        rulingCreditOf[_msgSender()] = 0;
        emit RulingCreditWithdrawn(_msgSender(), to, amount);
        _send(to, amount);
    }

    /// @inheritdoc IOperatorRegistry
    function lock(address operator, uint128 amount) external onlyJobMarket {
        StoredOperator storage stored = _registered(operator);
        _requireFree(stored, amount);
        stored.locked += uint88(amount);
        emit StakeLocked(operator, amount);
    }

    /// @inheritdoc IOperatorRegistry
    function release(address operator, uint128 amount, uint32 done, uint128 value) external onlyJobMarket {
        StoredOperator storage stored = _operators[operator];
        stored.locked -= uint88(amount);
        if (done > 0) stored.done += done;
        if (value > 0) {
            uint256 settled = uint256(stored.settledValue) + value;
            stored.settledValue = uint128(Math.min(settled, type(uint128).max));
        }
        emit StakeReleased(operator, amount);
    }

    /// @inheritdoc IOperatorRegistry
    function slash(address operator, uint128 amount, address beneficiary) external onlyJobMarket nonReentrant {
        StoredOperator storage stored = _operators[operator];
        stored.locked -= uint88(amount);
        stored.stake -= uint88(amount);
        stored.failed += 1;
        // Trust is by value settled without a failure since: it starts anew.
        stored.settledValue = 0;
        _countSlash(operator, stored, amount, beneficiary);
        _send(msg.sender, amount);
    }

    /// @inheritdoc IOperatorRegistry
    function penalize(address verifier, uint128 amount) external nonReentrant returns (uint256 taken) {
        if (msg.sender != jobChecks) revert OperatorRegistryNotJobChecks(msg.sender);
        StoredOperator storage stored = _operators[verifier];
        uint256 fromBond = Math.min(stored.bond, amount);
        if (fromBond > 0) {
            stored.bond -= uint88(fromBond);
            stored.locked -= uint88(fromBond);
            stored.stake -= uint88(fromBond);
            _bonds.subtract(_placeOf[verifier], fromBond);
            if (stored.bond < minimumBond()) _endVerifying(verifier, stored);
            else emit VerifierBondSet(verifier, stored.bond);
        }
        taken = fromBond + _takeFree(stored, amount - fromBond);
        _countSlash(verifier, stored, taken, msg.sender);
        _send(msg.sender, taken);
    }

    /// @inheritdoc IOperatorRegistry
    function lockForDispute(
        uint256 disputeId,
        address operator,
        uint128 amount,
        uint40 until
    ) external returns (uint256 locked) {
        if (msg.sender != disputes) revert OperatorRegistryNotDisputes(msg.sender);
        StoredOperator storage stored = _operators[operator];
        // What would leave first; free stake may be wanted for jobs.
        uint88 fromUnbonding = uint88(Math.min(stored.unbonding, amount));
        uint88 fromFree = uint88(Math.min(_free(stored), amount - fromUnbonding));
        stored.unbonding -= fromUnbonding;
        stored.stake += fromUnbonding;
        stored.locked += fromUnbonding + fromFree;
        _disputed[disputeId] = DisputedStake(operator, until, fromFree, fromUnbonding);
        locked = uint256(fromUnbonding) + fromFree;
        emit StakeDisputed(disputeId, operator, locked, until);
    }

    /// @inheritdoc IOperatorRegistry
    function releaseForDispute(uint256 disputeId) external {
        DisputedStake memory kept = _disputed[disputeId];
        if (kept.operator == address(0)) return;
        if (msg.sender != disputes && block.timestamp <= kept.until) revert OperatorRegistryNotDisputes(msg.sender);
        delete _disputed[disputeId];
        StoredOperator storage stored = _operators[kept.operator];
        stored.locked -= kept.fromUnbonding + kept.fromFree;
        stored.stake -= kept.fromUnbonding;
        stored.unbonding += kept.fromUnbonding;
        emit DisputedStakeReleased(disputeId, kept.operator, uint256(kept.fromUnbonding) + kept.fromFree);
    }

    /// @inheritdoc IOperatorRegistry
    function slashByRuling(
        address operator,
        uint128 amount,
        address beneficiary
    ) external nonReentrant returns (uint256 taken) {
        if (msg.sender != disputes) revert OperatorRegistryNotDisputes(msg.sender);
        StoredOperator storage stored = _operators[operator];
        taken = _takeFree(stored, amount);
        stored.settledValue = 0;
        _countSlash(operator, stored, taken, beneficiary);
        rulingCreditOf[beneficiary] += taken;
        emit RulingCredited(beneficiary, operator, taken);
    }

    /// @inheritdoc IOperatorRegistry
    function operatorOf(address operator) external view returns (Operator memory) {
        StoredOperator storage stored = _operators[operator];
        return
            Operator({
                capability: stored.capability,
                stake: stored.stake,
                locked: stored.locked,
                unbonding: stored.unbonding,
                unbondsAt: stored.unbondsAt,
                done: stored.done,
                failed: stored.failed,
                registered: stored.registered,
                slashed: stored.slashed,
                bond: stored.bond,
                settledValue: stored.settledValue,
                slashedAmount: stored.slashedAmount
            });
    }

    /// @inheritdoc IOperatorRegistry
    function freeStake(address operator) external view returns (uint256) {
        return _free(_operators[operator]);
    }

    /// @inheritdoc IOperatorRegistry
    function tierOf(address operator) external view returns (uint8) {
        uint256 settled = _operators[operator].settledValue;
        if (settled >= TIER_2_VALUE * minimumStake) return 2;
        return settled >= TIER_1_VALUE * minimumStake ? 1 : 0;
    }

    /// @inheritdoc IOperatorRegistry
    function totalBonds() external view returns (uint256) {
        return _bonds.total();
    }

    /// @inheritdoc IOperatorRegistry
    function minimumBond() public view returns (uint256) {
        return minimumStake;
    }

    /// @inheritdoc IOperatorRegistry
    function drawVerifiers(
        uint256 seed,
        uint256 count,
        address[] calldata excluded
    ) external view returns (address[] memory drawn) {
        // Parts of the line that no draw may hit, in the order of the places: those excluded, then those drawn.
        uint256[] memory starts = new uint256[](excluded.length + count);
        uint256[] memory weights = new uint256[](excluded.length + count);
        uint256 left = _bonds.total();
        uint256 taken;
        for (uint256 i = 0; i < excluded.length; ++i) {
            uint256 weight = _operators[excluded[i]].bond;
            if (weight == 0 || !_insert(starts, weights, taken, excluded[i], weight)) continue;
            left -= weight;
            ++taken;
        }
        drawn = new address[](count);
        for (uint256 i = 0; i < count; ++i) {
            if (left == 0) return new address[](0);
            uint256 point = uint256(keccak256(abi.encode(seed, i))) % left;
            // The point counts only what may be hit: step over each excluded part that begins at or before it.
            for (uint256 j = 0; j < taken && starts[j] <= point; ++j) point += weights[j];
            drawn[i] = _verifierAt[_bonds.find(point)];
            uint256 hit = _operators[drawn[i]].bond;
            _insert(starts, weights, taken, drawn[i], hit);
            left -= hit;
            ++taken;
        }
    }

    /// @dev Keeps the parts sorted by where they begin. False when the verifier is there already.
    function _insert(
        uint256[] memory starts,
        uint256[] memory weights,
        uint256 length,
        address verifier,
        uint256 weight
    ) private view returns (bool) {
        uint256 start = _bonds.sumBefore(_placeOf[verifier]);
        uint256 index = length;
        while (index > 0 && starts[index - 1] >= start) {
            if (starts[index - 1] == start) return false;
            --index;
        }
        for (uint256 i = length; i > index; --i) (starts[i], weights[i]) = (starts[i - 1], weights[i - 1]);
        (starts[index], weights[index]) = (start, weight);
        return true;
    }

    function _newPlace() private returns (uint256 place) {
        uint256 free = _freePlaces.length;
        if (free > 0) {
            place = _freePlaces[free - 1];
            _freePlaces.pop();
            return place;
        }
        if (_places == StakeTree.CAPACITY) revert OperatorRegistryTooManyVerifiers();
        return ++_places;
    }

    /// @dev What is left of the bond is free stake again.
    function _endVerifying(address account, StoredOperator storage operator) private {
        uint256 place = _placeOf[account];
        uint88 bond = operator.bond;
        _bonds.subtract(place, bond);
        operator.locked -= bond;
        operator.bond = 0;
        delete _placeOf[account];
        delete _verifierAt[place];
        _freePlaces.push(place);
        emit VerifierBondSet(account, 0);
    }

    function _takeFree(StoredOperator storage operator, uint256 amount) private returns (uint256 taken) {
        uint256 fromFree = Math.min(_free(operator), amount);
        uint256 fromUnbonding = Math.min(operator.unbonding, amount - fromFree);
        operator.stake -= uint88(fromFree);
        operator.unbonding -= uint88(fromUnbonding);
        return fromFree + fromUnbonding;
    }

    function _countSlash(
        address account,
        StoredOperator storage operator,
        uint256 amount,
        address beneficiary
    ) private {
        operator.slashed += 1;
        operator.slashedAmount += uint128(amount);
        emit Slashed(account, amount, beneficiary);
    }

    function _send(address to, uint256 amount) private {
        (bool sent, ) = to.call{value: amount}("");
        if (!sent) revert OperatorRegistryTransferFailed(to);
    }

    function _registered(address operator) private view returns (StoredOperator storage stored) {
        stored = _operators[operator];
        if (!stored.registered) revert OperatorRegistryNotRegistered(operator);
    }

    function _free(StoredOperator storage operator) private view returns (uint256) {
        return operator.stake - operator.locked;
    }

    function _requireFree(StoredOperator storage operator, uint256 wanted) private view {
        uint256 free = _free(operator);
        if (wanted > free) revert OperatorRegistryNotEnoughFree(free, wanted);
    }

    function _toStake(uint256 amount) private pure returns (uint88) {
        if (amount > type(uint88).max) revert OperatorRegistryStakeTooHigh(amount);
        return uint88(amount);
    }
}
