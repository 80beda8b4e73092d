// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IArbitrable} from "../interfaces/IArbitrable.sol";
import {IArbitrator} from "../interfaces/IArbitrator.sol";
import {IBondedRoots} from "../interfaces/IBondedRoots.sol";
import {Addresses} from "../libraries/Wiring.sol";

/// @title Roots in rounds: post, wait for a challenge, count. Rounds are independent, so that a wrong root delays no right one.
/// @notice The arbitrator is the set's, for ever.
/// @custom:invariant I14 what is given out never exceeds what accepted roots allow, nor that what came in
/// (test/solidity/EpochRewardsInvariant.t.sol).
abstract contract BondedRoots is IBondedRoots, ERC2771Context, ReentrancyGuardTransient {
    uint256 public constant ASK_PERIOD = 3 days;
    uint256 public constant ARBITRATION_PERIOD = 30 days;
    uint256 public constant MAX_TOTALS = 8;
    uint256 private constant MAX_EVIDENCE = 512;
    uint256 private constant CHOICES = 2;
    uint256 private constant FOR_POSTER = 1;
    uint256 private constant FOR_CHALLENGER = 2;
    uint256 private constant JURORS = 3;

    /// @dev Which round a case of the arbitrator's is about; index plus one.
    struct CaseRound {
        uint128 stream;
        uint128 next;
    }

    /// @notice What poster and challenger put in each, wei.
    uint96 public immutable rootBond;
    IArbitrator internal immutable _arbitrator;

    mapping(address account => mapping(address currency => uint256 amount)) public creditOf;
    mapping(uint256 stream => mapping(address account => mapping(address currency => uint256))) public claimedOf;
    mapping(uint256 stream => mapping(address currency => uint256)) public allowedOf;
    mapping(uint256 stream => mapping(address currency => uint256)) public givenOf;
    mapping(uint256 stream => mapping(uint256 index => mapping(address currency => uint256))) private _givenBy;
    mapping(uint256 stream => Round[]) private _rounds;
    mapping(uint256 stream => mapping(uint256 index => address[])) private _currencies;
    mapping(uint256 stream => mapping(uint256 index => uint256[])) private _totals;
    mapping(uint256 caseId => CaseRound) private _roundOfCase;

    /// @param bond See `rootBond`.
    constructor(Addresses memory house, uint96 bond) {
        _arbitrator = IArbitrator(house.arbitrator);
        rootBond = bond;
    }

    /// @inheritdoc IBondedRoots
    function challenge(uint256 stream, uint256 index, bytes32 reason) external payable {
        Round storage round = _inStatus(stream, index, RoundStatus.Posted);
        _requireBefore(stream, index, round.deadline);
        _takeBond();
        round.challenger = _msgSender();
        round.status = RoundStatus.Challenged;
        round.pot += round.bond;
        round.deadline = uint40(block.timestamp + ASK_PERIOD);
        emit RootChallenged(stream, index, _msgSender(), reason);
    }

    /// @inheritdoc IBondedRoots
    function startArbitration(uint256 stream, uint256 index) external nonReentrant {
        Round storage round = _inStatus(stream, index, RoundStatus.Challenged);
        _requireBefore(stream, index, round.deadline);
        bytes memory data = abi.encode(JURORS, round.poster, round.challenger);
        uint256 cost = _arbitrator.arbitrationCost(data);
        if (cost > round.bond) revert BondedRootsWrongBond(cost, round.bond);
        round.status = RoundStatus.Arbitrating;
        round.deadline = uint40(block.timestamp + ARBITRATION_PERIOD);
        round.pot -= uint96(cost);
        _onCoinOut(cost);
        uint256 caseId = _arbitrator.createDispute{value: cost}(CHOICES, data);
        round.caseId = caseId;
        _roundOfCase[caseId] = CaseRound(uint128(stream), uint128(index + 1));
        emit RootArbitration(stream, index, caseId, cost);
        emit Dispute(_arbitrator, caseId, 0, uint256(keccak256(abi.encode(stream, index))));
    }

    /// @inheritdoc IArbitrable
    function rule(uint256 caseId, uint256 ruling) external {
        CaseRound memory found = _roundOfCase[caseId];
        if (msg.sender != address(_arbitrator) || found.next == 0) revert BondedRootsNotArbitrator(msg.sender, caseId);
        (uint256 stream, uint256 index) = (found.stream, found.next - 1);
        Round storage round = _inStatus(stream, index, RoundStatus.Arbitrating);
        _requireBefore(stream, index, round.deadline);
        emit Ruling(_arbitrator, caseId, ruling);
        uint256 pot = round.pot;
        round.pot = 0;
        if (ruling == FOR_POSTER) _credit(round.poster, address(0), pot);
        else if (ruling == FOR_CHALLENGER) _credit(round.challenger, address(0), pot);
        else _giveBack(round, pot);
        if (ruling == FOR_POSTER) _accept(stream, index, round);
        else _reject(stream, index, round);
    }

    /// @inheritdoc IBondedRoots
    function poke(uint256 stream, uint256 index) external {
        Round storage round = _existing(stream, index);
        RoundStatus status = round.status;
        bool over = status == RoundStatus.Accepted || status == RoundStatus.Rejected;
        if (over || block.timestamp <= round.deadline) revert BondedRootsNothingDue(stream, index);
        uint256 pot = round.pot;
        round.pot = 0;
        if (status == RoundStatus.Posted) {
            _credit(round.poster, address(0), pot);
            _accept(stream, index, round);
        } else {
            _giveBack(round, pot);
            _reject(stream, index, round);
        }
    }

    /// @inheritdoc IBondedRoots
    function submitEvidence(uint256 stream, uint256 index, string calldata uri) external {
        RoundStatus status = _existing(stream, index).status;
        if (status != RoundStatus.Challenged && status != RoundStatus.Arbitrating) {
            revert BondedRootsWrongStatus(stream, index, status);
        }
        if (bytes(uri).length > MAX_EVIDENCE) revert BondedRootsLongEvidence(bytes(uri).length);
        emit Evidence(_arbitrator, uint256(keccak256(abi.encode(stream, index))), _msgSender(), uri);
    }

    /// @inheritdoc IBondedRoots
    function claim(
        uint256 stream,
        uint256 index,
        address account,
        address currency,
        uint256 total,
        bytes32[] calldata proof
    ) external returns (uint256 amount) {
        Round storage round = _inStatus(stream, index, RoundStatus.Accepted);
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(account, currency, total))));
        if (!MerkleProof.verifyCalldata(proof, round.root, leaf)) revert BondedRootsBadProof(account, currency, total);
        uint256 before = claimedOf[stream][account][currency];
        if (total <= before) revert BondedRootsNothingNew(account, currency, total);
        amount = total - before;
        uint256 left = _left(stream, index, currency);
        if (left == 0) revert BondedRootsOverdrawn(currency, amount, 0);
        if (amount > left) amount = left;
        claimedOf[stream][account][currency] = before + amount;
        givenOf[stream][currency] += amount;
        _givenBy[stream][index][currency] += amount;
        emit ShareClaimed(stream, account, currency, amount, before + amount);
        _give(stream, round, account, currency, amount);
    }

    /// @inheritdoc IBondedRoots
    function withdraw(address currency) external nonReentrant returns (uint256 amount) {
        return _withdraw(currency, _msgSender());
    }

    /// @inheritdoc IBondedRoots
    function withdrawTo(address currency, address to) external nonReentrant returns (uint256 amount) {
        return _withdraw(currency, to);
    }

    /// @inheritdoc IBondedRoots
    function roundOf(uint256 stream, uint256 index) external view returns (Round memory) {
        return _existing(stream, index);
    }

    /// @inheritdoc IBondedRoots
    function totalRounds(uint256 stream) public view returns (uint256) {
        return _rounds[stream].length;
    }

    /// @dev Opens a round; the caller has checked who may. `totals` are what the root gives out in each currency, all time.
    function _post(
        uint256 stream,
        bytes32 root,
        bytes32 inputs,
        uint32 epoch,
        uint256 period,
        address[] memory currencies,
        uint256[] memory totals
    ) internal returns (uint256 index) {
        if (root == bytes32(0) || inputs == bytes32(0)) revert BondedRootsEmptyRoot();
        if (currencies.length > MAX_TOTALS) revert BondedRootsTooMany(currencies.length, MAX_TOTALS);
        if (currencies.length != totals.length) revert BondedRootsTooMany(totals.length, currencies.length);
        for (uint256 i = 0; i < totals.length; ++i) {
            uint256 funded = _fundedOf(stream, currencies[i]);
            if (totals[i] > funded) revert BondedRootsBadTotals(currencies[i], totals[i], funded);
        }
        _takeBond();
        index = _rounds[stream].length;
        Round storage round = _rounds[stream].push();
        round.root = root;
        round.inputs = inputs;
        round.poster = _msgSender();
        round.epoch = epoch;
        round.status = RoundStatus.Posted;
        round.bond = rootBond;
        round.pot = rootBond;
        round.postedAt = uint40(block.timestamp);
        round.deadline = uint40(block.timestamp + period);
        _currencies[stream][index] = currencies;
        _totals[stream][index] = totals;
        emit RootPosted(stream, index, root, inputs, epoch, _msgSender(), currencies, totals, round.deadline);
    }

    function _credit(address account, address currency, uint256 amount) internal {
        if (amount == 0) return;
        creditOf[account][currency] += amount;
        emit Credited(account, currency, amount);
    }

    function _inStatus(uint256 stream, uint256 index, RoundStatus status) internal view returns (Round storage found) {
        found = _existing(stream, index);
        if (found.status != status) revert BondedRootsWrongStatus(stream, index, found.status);
    }

    /// @dev What came into a stream, all time.
    function _fundedOf(uint256 stream, address currency) internal view virtual returns (uint256);

    /// @dev Gives a claimed amount to the account.
    function _give(
        uint256 stream,
        Round storage round,
        address account,
        address currency,
        uint256 amount
    ) internal virtual;

    /// @dev Whether a round that nobody contradicted still fits; else it is rejected and costs nobody a thing.
    function _mayAccept(uint256 stream, Round storage round) internal virtual returns (bool);

    function _pay(address currency, address to, uint256 amount) internal virtual;

    /// @dev Coin came as a bond, or went to the arbitrator.
    // solhint-disable-next-line no-empty-blocks
    function _onCoinIn(uint256 amount) internal virtual {}

    // solhint-disable-next-line no-empty-blocks
    function _onCoinOut(uint256 amount) internal virtual {}

    function _takeBond() private {
        if (msg.value != rootBond) revert BondedRootsWrongBond(rootBond, msg.value);
        _onCoinIn(msg.value);
    }

    function _accept(uint256 stream, uint256 index, Round storage round) private {
        if (!_mayAccept(stream, round)) {
            _reject(stream, index, round);
            return;
        }
        round.status = RoundStatus.Accepted;
        round.deadline = 0;
        address[] storage currencies = _currencies[stream][index];
        uint256[] storage totals = _totals[stream][index];
        for (uint256 i = 0; i < currencies.length; ++i) {
            // Never less than an earlier root allowed.
            if (totals[i] > allowedOf[stream][currencies[i]]) allowedOf[stream][currencies[i]] = totals[i];
        }
        emit RootAccepted(stream, index, round.root);
    }

    function _reject(uint256 stream, uint256 index, Round storage round) private {
        round.status = RoundStatus.Rejected;
        round.deadline = 0;
        emit RootRejected(stream, index, round.root);
    }

    function _giveBack(Round storage round, uint256 pot) private {
        _credit(round.poster, address(0), pot / 2);
        _credit(round.challenger, address(0), pot - pot / 2);
    }

    function _withdraw(address currency, address to) private returns (uint256 amount) {
        address account = _msgSender();
        amount = creditOf[account][currency];
        if (amount == 0) return 0;
        creditOf[account][currency] = 0;
        emit Withdrawn(account, currency, to, amount);
        _pay(currency, to, amount);
    }

    function _existing(uint256 stream, uint256 index) private view returns (Round storage found) {
        if (index >= _rounds[stream].length) revert BondedRootsUnknownRound(stream, index);
        return _rounds[stream][index];
    }

    /// @dev What all roots leave to give, and this one by its own total: else a wrong root that nobody challenged could go on taking
    /// what comes in later.
    function _left(uint256 stream, uint256 index, address currency) private view returns (uint256) {
        address[] storage currencies = _currencies[stream][index];
        uint256 total;
        for (uint256 i = 0; i < currencies.length; ++i) {
            if (currencies[i] == currency) total = _totals[stream][index][i];
        }
        return
            Math.min(
                allowedOf[stream][currency] - givenOf[stream][currency],
                total - Math.min(total, _givenBy[stream][index][currency])
            );
    }

    function _requireBefore(uint256 stream, uint256 index, uint40 deadline) private view {
        if (block.timestamp > deadline) revert BondedRootsTooLate(stream, index, deadline);
    }
}
