// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IArbitrator} from "./IArbitrator.sol";

/// @title What is disputed and what the parties bring forward, as events that any dispute viewer reads (ERC-1497).
interface IEvidence {
    /// @param metaEvidenceId Kind of dispute.
    /// @param evidence URI of the document that says what is asked and what the choices mean.
    event MetaEvidence(uint256 indexed metaEvidenceId, string evidence);
    /// @param evidenceGroupId The dispute's number in the contract that emits this.
    event Evidence(
        IArbitrator indexed arbitrator,
        uint256 indexed evidenceGroupId,
        address indexed party,
        string evidence
    );
    event Dispute(
        IArbitrator indexed arbitrator,
        uint256 indexed disputeId,
        uint256 metaEvidenceId,
        uint256 evidenceGroupId
    );
}
