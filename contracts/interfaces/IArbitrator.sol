// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IArbitrable} from "./IArbitrable.sol";

/// @title Who decides disputes of other contracts (ERC-792, without its appeals: a ruling here is final).
interface IArbitrator {
    enum DisputeStatus {
        Waiting,
        Appealable,
        Solved
    }

    event DisputeCreation(uint256 indexed disputeId, IArbitrable indexed arbitrable);

    /// @notice Starts a dispute for the calling contract, which will be called back at `rule`.
    /// @param choices Number of choices, from 1; choice 0 always means "refused to arbitrate".
    /// @param extraData What the arbitrator wants to know; empty takes its defaults.
    /// @return disputeId The arbitrator's number of the dispute.
    function createDispute(uint256 choices, bytes calldata extraData) external payable returns (uint256 disputeId);

    /// @notice What `createDispute` costs with these data, wei.
    function arbitrationCost(bytes calldata extraData) external view returns (uint256 cost);

    function disputeStatus(uint256 disputeId) external view returns (DisputeStatus);

    /// @notice The ruling, 0 while there is none.
    function currentRuling(uint256 disputeId) external view returns (uint256 ruling);
}
