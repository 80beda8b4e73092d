// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Create2} from "@openzeppelin/contracts/utils/Create2.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";
import {RoyaltyReceiver} from "./RoyaltyReceiver.sol";

/// @title One address per work that takes royalties of other markets (ERC-2981 can only name an address).
/// @notice The address is known, and can be paid, before any code is there; `sweep` puts the code and moves the money into the
/// ledger, for the work's ancestors: the work itself is what was sold, and its seller has the price.
contract RoyaltyReceivers {
    IRoyaltyLedger public immutable ledger;

    constructor(IRoyaltyLedger ledger_) {
        ledger = ledger_;
    }

    /// @notice Pays all that the work's address holds of a currency (zero = chain's coin) to its ancestors. Anyone.
    function sweep(uint256 workId, address currency) external returns (uint256 amount) {
        address receiver = receiverOf(workId);
        if (receiver.code.length == 0) new RoyaltyReceiver{salt: bytes32(workId)}();
        return RoyaltyReceiver(payable(receiver)).forward(ledger, workId, currency);
    }

    /// @notice Where other markets send a work's royalties.
    function receiverOf(uint256 workId) public view returns (address) {
        return Create2.computeAddress(bytes32(workId), keccak256(type(RoyaltyReceiver).creationCode));
    }
}
