// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IArbitrator} from "./IArbitrator.sol";

/// @title A contract that lets an arbitrator decide (ERC-792).
interface IArbitrable {
    /// @param arbitrator Who ruled.
    /// @param disputeId The arbitrator's number of the dispute.
    /// @param ruling 0 = the arbitrator refused to arbitrate, else the choice.
    event Ruling(IArbitrator indexed arbitrator, uint256 indexed disputeId, uint256 ruling);

    /// @notice Takes a ruling. Only the arbitrator that the dispute was created with.
    /// @param disputeId The arbitrator's number of the dispute.
    /// @param ruling 0 = refused to arbitrate, else 1 to the number of choices.
    function rule(uint256 disputeId, uint256 ruling) external;
}
