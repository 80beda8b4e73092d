// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IRoyaltyLedger} from "../../contracts/interfaces/IRoyaltyLedger.sol";
import {IWithSig} from "../../contracts/interfaces/IWithSig.sol";
import {AgreeingSigner} from "../../contracts/testing/AgreeingSigner.sol";
import {CoreHouse} from "./CoreHouse.sol";

/// @title Signers who sign everything, so that nonces and deadlines alone decide what is sent.
contract WithSigHandler is CoreHouse {
    uint256 private constant NONCES = 6;
    uint256 private constant SIGNERS = 2;

    AgreeingSigner[SIGNERS] private _signers;
    /// @notice How often a call with this nonce went through.
    mapping(address signer => mapping(uint256 nonce => uint256)) public sent;
    mapping(address signer => mapping(uint256 nonce => bool)) public canceled;
    /// @notice I12: set when a call went through that should not have.
    bool public wrong;

    constructor() {
        deployCore();
        registerRoot(address(this), 1);
        for (uint256 i = 0; i < SIGNERS; ++i) _signers[i] = new AgreeingSigner();
    }

    function send(uint256 signerSeed, uint256 nonceSeed, uint8 late) external {
        address signer = _signer(signerSeed);
        uint256 nonce = _nonce(nonceSeed);
        uint256 deadline = late % 4 == 0 ? block.timestamp - 1 : block.timestamp + late;
        bytes memory data = abi.encodeCall(IRoyaltyLedger.touch, (1, COIN));
        IWithSig.SignedCall memory call = IWithSig.SignedCall(signer, address(ledger), 0, nonce, deadline, data);
        withSig.send(call, "");
        if (canceled[signer][nonce] || deadline < block.timestamp) wrong = true;
        if (++sent[signer][nonce] > 1) wrong = true;
    }

    function cancel(uint256 signerSeed, uint256 nonceSeed) external {
        address signer = _signer(signerSeed);
        uint256 nonce = _nonce(nonceSeed);
        vm.prank(signer);
        withSig.cancelNonce(nonce);
        if (sent[signer][nonce] > 0) wrong = true;
        canceled[signer][nonce] = true;
    }

    /// @notice Whether the forwarder's nonces are exactly those that were sent or canceled.
    function noncesAreThoseUsed() external view returns (bool) {
        for (uint256 i = 0; i < SIGNERS; ++i) {
            for (uint256 k = 0; k < NONCES; ++k) {
                address signer = _signer(i);
                bool used = sent[signer][_nonce(k)] > 0 || canceled[signer][_nonce(k)];
                if (withSig.nonceUsed(signer, _nonce(k)) != used) return false;
            }
        }
        return true;
    }

    function _signer(uint256 seed) private view returns (address) {
        return address(_signers[seed % SIGNERS]);
    }

    /// @dev Some beside each other, some in other words of the bitmap.
    function _nonce(uint256 seed) private pure returns (uint256) {
        uint256 index = seed % NONCES;
        return index < 3 ? index : type(uint256).max - index * 255;
    }
}
