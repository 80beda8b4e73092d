// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IArbitrable} from "../interfaces/IArbitrable.sol";
import {IArbitrator} from "../interfaces/IArbitrator.sol";

/// @title An arbitrator that rules what anybody tells it to, for tests only.
contract ObedientArbitrator is IArbitrator {
    uint256 public cost;
    /// @notice A call that it makes while it is asked, once, and what that said.
    address public target;
    bytes public attack;
    bytes public answer;
    IArbitrable[] public arbitrables;
    mapping(uint256 disputeId => bytes) public extraDataOf;
    mapping(uint256 disputeId => uint256 ruling) public currentRuling;
    mapping(uint256 disputeId => DisputeStatus) public disputeStatus;

    error ObedientArbitratorWrongValue(uint256 expected, uint256 received);

    function setCost(uint256 cost_) external {
        cost = cost_;
    }

    function arm(address target_, bytes calldata attack_) external {
        target = target_;
        attack = attack_;
    }

    function createDispute(uint256, bytes calldata extraData) external payable returns (uint256 disputeId) {
        if (msg.value != cost) revert ObedientArbitratorWrongValue(cost, msg.value);
        disputeId = arbitrables.length;
        arbitrables.push(IArbitrable(msg.sender));
        extraDataOf[disputeId] = extraData;
        emit DisputeCreation(disputeId, IArbitrable(msg.sender));
        if (target == address(0)) return disputeId;
        address victim = target;
        target = address(0);
        // solhint-disable-next-line avoid-low-level-calls
        (, answer) = victim.call(attack);
    }

    function giveRuling(uint256 disputeId, uint256 ruling) external {
        currentRuling[disputeId] = ruling;
        disputeStatus[disputeId] = DisputeStatus.Solved;
        arbitrables[disputeId].rule(disputeId, ruling);
    }

    /// @notice As an arbitrator that gives its arbitrables so much gas.
    function giveRulingWithin(uint256 disputeId, uint256 ruling, uint256 gas) external {
        arbitrables[disputeId].rule{gas: gas}(disputeId, ruling);
    }

    function disputesCount() external view returns (uint256) {
        return arbitrables.length;
    }

    function arbitrationCost(bytes calldata) external view returns (uint256) {
        return cost;
    }
}
