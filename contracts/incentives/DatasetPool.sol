// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {IDatasetPool} from "../interfaces/IDatasetPool.sol";
import {ILicenseToken} from "../interfaces/ILicenseToken.sol";
import {EdgeMode} from "../libraries/EdgeMode.sol";
import {TermFlags} from "../libraries/TermFlags.sol";
import {Addresses, Wiring} from "../libraries/Wiring.sol";
import {WorkKind} from "../libraries/WorkKind.sol";
import {BondedRoots} from "./BondedRoots.sol";
import {WorkCustody} from "./WorkCustody.sol";

/// @title Dataset works that pay those whose data they are made of.
/// @notice Immutable and without roles. A deposited pool stays: no steward can take it out of its members' hands. A model is a
/// derivative of the pool, so each paid generation reaches the members by the ledger's rule.
/// @custom:invariant per currency the balance is what was collected and not paid out, and in coin the bonds of open rounds
/// (test/solidity/DatasetPoolInvariant.t.sol).
contract DatasetPool is IDatasetPool, BondedRoots, WorkCustody {
    uint256 public constant MAX_PAYEES = 64;
    uint256 public constant MAX_OFFERS = 8;
    uint256 public constant ROOT_PERIOD = 7 days;
    uint256 private constant PPM = 1_000_000;
    /// @dev `Round.epoch` says what a round's root is.
    uint32 private constant MERKLE = 1;
    uint32 private constant PAYEES = 2;

    mapping(uint256 poolId => Pool) private _pools;
    mapping(uint256 poolId => mapping(address account => Member)) private _members;
    mapping(uint256 poolId => mapping(address currency => uint256)) public collectedOf;
    mapping(uint256 poolId => uint256[]) private _openOffers;

    /// @param bond What a steward and a challenger put in, wei.
    constructor(
        Addresses memory house,
        uint96 bond
    ) BondedRoots(house, bond) WorkCustody(house) ERC2771Context(house.withSig) {
        Wiring.requireSame(address(this), house.datasetPool);
    }

    /// @inheritdoc IDatasetPool
    function deposit(
        uint256 workId,
        address steward,
        uint24 maxFloor,
        address[] calldata currencies,
        uint256[] calldata openOffers
    ) external nonReentrant {
        if (_works.workOf(workId).kind != WorkKind.DATASET) revert DatasetPoolNotDataset(workId);
        if (maxFloor > PPM) revert DatasetPoolBadFloor(maxFloor, uint24(PPM));
        if (openOffers.length > MAX_OFFERS) revert DatasetPoolTooManyOffers(workId);
        _takeWork(workId, steward, currencies);
        _pools[workId].maxFloor = maxFloor;
        emit PoolSettings(workId, maxFloor);
        for (uint256 i = 0; i < openOffers.length; ++i) _licenses.closeOffer(openOffers[i]);
    }

    /// @inheritdoc IDatasetPool
    function setSteward(uint256 poolId, address steward) external onlySteward(poolId) {
        _setSteward(poolId, steward);
    }

    /// @inheritdoc IDatasetPool
    function join(uint256 poolId, uint24 floor, bytes32 contribution) external {
        if (!isHeld[poolId]) revert WorkCustodyNotHeld(poolId);
        uint24 maxFloor = _pools[poolId].maxFloor;
        if (floor > maxFloor) revert DatasetPoolBadFloor(floor, maxFloor);
        Member storage member = _members[poolId][_msgSender()];
        if (member.admitted) revert DatasetPoolAlreadyMember(poolId, _msgSender());
        member.floor = floor;
        member.contribution = contribution;
        member.joinedAt = uint40(block.timestamp);
        member.leftAt = 0;
        emit MemberJoined(poolId, _msgSender(), floor, contribution);
    }

    /// @inheritdoc IDatasetPool
    function admit(uint256 poolId, address account) external onlySteward(poolId) {
        Member storage member = _members[poolId][account];
        if (member.joinedAt == 0 || member.leftAt != 0) revert DatasetPoolNotMember(poolId, account);
        if (member.admitted) revert DatasetPoolAlreadyMember(poolId, account);
        member.admitted = true;
        emit MemberAdmitted(poolId, account, member.floor);
        Pool storage pool = _pools[poolId];
        if (member.floor <= pool.floor) return;
        pool.floor = member.floor;
        // Offers below the new floor would sell his data for less than he agreed to.
        _closeOffers(poolId);
    }

    /// @inheritdoc IDatasetPool
    function leavePool(uint256 poolId) external {
        Member storage member = _members[poolId][_msgSender()];
        if (member.joinedAt == 0 || member.leftAt != 0) revert DatasetPoolNotMember(poolId, _msgSender());
        member.leftAt = uint40(block.timestamp);
        emit MemberLeft(poolId, _msgSender());
        // Who was never admitted is in no manifest, and closes nothing.
        if (!member.admitted) return;
        member.admitted = false;
        _pools[poolId].membersSince = uint40(block.timestamp);
        _closeOffers(poolId);
    }

    /// @inheritdoc IDatasetPool
    function postRoot(
        uint256 poolId,
        bytes32 root,
        bytes32 manifest,
        address[] calldata currencies,
        uint256[] calldata totals
    ) external payable onlySteward(poolId) returns (uint256 index) {
        return _post(poolId, root, manifest, MERKLE, ROOT_PERIOD, currencies, totals);
    }

    /// @inheritdoc IDatasetPool
    function postPayees(
        uint256 poolId,
        address[] calldata payees,
        uint24[] calldata ppm,
        bytes32 manifest
    ) external payable onlySteward(poolId) returns (uint256 index) {
        uint256 count = payees.length;
        if (count == 0 || count > MAX_PAYEES || ppm.length != count) revert DatasetPoolBadPayees();
        uint256 sum;
        for (uint256 i = 0; i < count; ++i) {
            if (i != 0 && payees[i] <= payees[i - 1]) revert DatasetPoolBadPayees();
            if (!_members[poolId][payees[i]].admitted) revert DatasetPoolNotMember(poolId, payees[i]);
            sum += ppm[i];
        }
        if (sum != PPM) revert DatasetPoolBadPayees();
        bytes32 root = keccak256(abi.encode(payees, ppm));
        return _post(poolId, root, manifest, PAYEES, ROOT_PERIOD, new address[](0), new uint256[](0));
    }

    /// @inheritdoc IDatasetPool
    function collect(uint256 poolId, address currency) external nonReentrant returns (uint256 amount) {
        if (_pools[poolId].payees != 0) revert DatasetPoolNotThePayees(poolId);
        amount = _fetch(poolId, currency);
        collectedOf[poolId][currency] += amount;
    }

    /// @inheritdoc IDatasetPool
    function collectFor(
        uint256 poolId,
        address currency,
        address[] calldata payees,
        uint24[] calldata ppm
    ) external nonReentrant returns (uint256 amount) {
        bytes32 inForce = _pools[poolId].payees;
        if (inForce == 0 || inForce != keccak256(abi.encode(payees, ppm))) revert DatasetPoolNotThePayees(poolId);
        amount = _fetch(poolId, currency);
        emit IncomeShared(poolId, currency, amount);
        // Differences of cumulative floors: the parts sum to the whole, and none is off by a unit or more.
        uint256 upTo;
        uint256 given;
        for (uint256 i = 0; i < payees.length; ++i) {
            upTo += ppm[i];
            uint256 part = (amount * upTo) / PPM - given;
            given += part;
            _credit(payees[i], currency, part);
        }
    }

    /// @inheritdoc IDatasetPool
    function poolOf(uint256 poolId) external view returns (Pool memory) {
        return _pools[poolId];
    }

    /// @inheritdoc IDatasetPool
    function memberOf(uint256 poolId, address account) external view returns (Member memory) {
        return _members[poolId][account];
    }

    /// @inheritdoc IDatasetPool
    function openOffersOf(uint256 poolId) external view returns (uint256[] memory) {
        return _openOffers[poolId];
    }

    /// @dev Training terms, in absolute mode, for no less than the members agreed to, by a manifest that no member has left.
    function _beforeOffer(
        uint256 poolId,
        ILicenseToken.Terms calldata terms,
        ILicenseToken.OfferParams calldata offer
    ) internal view override {
        Pool storage pool = _pools[poolId];
        uint256 share = offer.shareOverride == 0 ? terms.derivativeShare : offer.shareOverride;
        uint16 wanted = TermFlags.TRAINING | TermFlags.DERIVATIVES;
        if (terms.flags & wanted != wanted || terms.shareMode != EdgeMode.ABSOLUTE || share < pool.floor) {
            revert DatasetPoolBadTerms(poolId, pool.floor);
        }
        if (pool.membersSince != 0 && pool.manifestAt <= pool.membersSince) {
            revert DatasetPoolOldManifest(poolId, pool.membersSince);
        }
    }

    function _afterOffer(uint256 poolId, uint256 offerId) internal override {
        uint256[] storage offers = _openOffers[poolId];
        for (uint256 i = offers.length; i != 0; --i) {
            if (!_licenses.offerOf(offers[i - 1]).closed) continue;
            offers[i - 1] = offers[offers.length - 1];
            offers.pop();
        }
        if (offers.length == MAX_OFFERS) revert DatasetPoolTooManyOffers(poolId);
        offers.push(offerId);
    }

    function _closeOffers(uint256 poolId) private {
        uint256[] storage offers = _openOffers[poolId];
        while (offers.length != 0) {
            uint256 offerId = offers[offers.length - 1];
            offers.pop();
            if (!_licenses.offerOf(offerId).closed) _licenses.closeOffer(offerId);
        }
    }

    /// @dev What a leaf gives can be given only to who joined once.
    function _give(
        uint256 poolId,
        Round storage round,
        address account,
        address currency,
        uint256 amount
    ) internal override {
        if (round.epoch != MERKLE) revert DatasetPoolNotThePayees(poolId);
        if (_members[poolId][account].joinedAt == 0) revert DatasetPoolNotMember(poolId, account);
        _credit(account, currency, amount);
    }

    function _mayAccept(uint256 poolId, Round storage round) internal override returns (bool) {
        Pool storage pool = _pools[poolId];
        if (round.postedAt < pool.manifestAt) return false;
        pool.manifestAt = round.postedAt;
        pool.payees = round.epoch == PAYEES ? round.root : bytes32(0);
        emit PayeesSet(poolId, pool.payees);
        return true;
    }

    function _pay(address currency, address to, uint256 amount) internal override {
        _send(currency, to, amount);
    }

    function _fundedOf(uint256 poolId, address currency) internal view override returns (uint256) {
        return collectedOf[poolId][currency];
    }
}
