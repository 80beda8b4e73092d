// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {Create2} from "@openzeppelin/contracts/utils/Create2.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ILicenseToken} from "../interfaces/ILicenseToken.sol";
import {ISplits} from "../interfaces/IDisputeSeams.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";
import {IVaultKeeper} from "../interfaces/IVaultKeeper.sol";
import {IWorkRegistry} from "../interfaces/IWorkRegistry.sol";
import {Addresses} from "../libraries/Wiring.sol";
import {WorkVault} from "./WorkVault.sol";

/// @title Keeps works in vaults of their own, and brings in what the ledger owes their owner.
/// @notice The steward's part is narrow: offers and metadata. He can't move a work or its money.
abstract contract VaultKeeper is IVaultKeeper, ERC2771Context, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    uint256 public constant MAX_CURRENCIES = 8;

    address internal immutable _works;
    IRoyaltyLedger internal immutable _ledger;
    address internal immutable _licenses;

    mapping(uint256 workId => address) public stewardOf;
    mapping(address vault => bool) private _isVault;

    modifier onlySteward(uint256 workId) {
        if (stewardOf[workId] != _msgSender()) revert VaultKeeperNotSteward(workId, _msgSender());
        _;
    }

    constructor(Addresses memory house) ERC2771Context(house.withSig) {
        _works = house.works;
        _ledger = IRoyaltyLedger(house.ledger);
        _licenses = house.licenses;
    }

    receive() external payable {
        if (!_isVault[msg.sender]) revert VaultKeeperNotVault(msg.sender);
    }

    /// @inheritdoc IVaultKeeper
    function setOffer(
        uint256 workId,
        ILicenseToken.Terms calldata terms,
        ILicenseToken.OfferParams calldata offer
    ) external onlySteward(workId) returns (uint256 offerId) {
        _beforeOffer(workId, terms);
        bytes memory result = _act(workId, _licenses, abi.encodeCall(ILicenseToken.setOffer, (workId, terms, offer)));
        offerId = abi.decode(result, (uint256));
        _afterOffer(workId, offerId);
    }

    /// @inheritdoc IVaultKeeper
    function closeOffer(uint256 workId, uint256 offerId) external onlySteward(workId) {
        _act(workId, _licenses, abi.encodeCall(ILicenseToken.closeOffer, (offerId)));
    }

    /// @inheritdoc IVaultKeeper
    function setMetadata(uint256 workId, bytes32 metadataDigest) external onlySteward(workId) {
        _act(workId, _works, abi.encodeCall(IWorkRegistry.setMetadata, (workId, metadataDigest)));
    }

    /// @inheritdoc IVaultKeeper
    function vaultOf(uint256 workId) public view returns (address) {
        return Create2.computeAddress(bytes32(workId), keccak256(type(WorkVault).creationCode));
    }

    /// @dev Pays the depositor what was earned in these currencies until now, then takes the work from him.
    function _takeWork(uint256 workId, address steward, address[] calldata currencies) internal {
        address depositor = _msgSender();
        if (IERC721(_works).ownerOf(workId) != depositor) revert VaultKeeperNotOwner(workId, depositor);
        if (currencies.length > MAX_CURRENCIES) revert VaultKeeperTooManyCurrencies(currencies.length);
        if (ISplits(address(_ledger)).splitOf(workId) != 0) revert VaultKeeperHasSplit(workId);
        for (uint256 i = 0; i < currencies.length; ++i) _ledger.claim(workId, currencies[i]);
        address vault = vaultOf(workId);
        if (vault.code.length == 0) {
            new WorkVault{salt: bytes32(workId)}();
            _isVault[vault] = true;
        }
        _setSteward(workId, steward);
        emit WorkDeposited(workId, depositor, vault, steward);
        IERC721(_works).transferFrom(depositor, vault, workId);
    }

    /// @dev Gives the work to somebody; its steward is none any more.
    function _giveWork(uint256 workId, address to) internal {
        _setSteward(workId, address(0));
        _act(workId, _works, abi.encodeCall(IERC721.transferFrom, (vaultOf(workId), to, workId)));
    }

    /// @dev Brings in what the ledger owes the vault, and what it paid there before. Returns what arrived.
    function _fetch(uint256 workId, address currency) internal returns (uint256 amount) {
        if (!_isHeld(workId)) revert VaultKeeperNotHeld(workId);
        _ledger.claim(workId, currency);
        uint256 before = _balance(currency);
        WorkVault(payable(vaultOf(workId))).sweep(currency);
        amount = _balance(currency) - before;
        emit Collected(workId, currency, amount);
    }

    function _send(address currency, address to, uint256 amount) internal {
        if (currency == address(0)) Address.sendValue(payable(to), amount);
        else IERC20(currency).safeTransfer(to, amount);
    }

    function _setSteward(uint256 workId, address steward) internal {
        stewardOf[workId] = steward;
        emit StewardSet(workId, steward);
    }

    function _act(uint256 workId, address target, bytes memory data) internal returns (bytes memory) {
        if (!_isHeld(workId)) revert VaultKeeperNotHeld(workId);
        return WorkVault(payable(vaultOf(workId))).act(target, data);
    }

    function _isHeld(uint256 workId) internal view returns (bool) {
        return IERC721(_works).ownerOf(workId) == vaultOf(workId) && vaultOf(workId).code.length != 0;
    }

    function _balance(address currency) internal view returns (uint256) {
        return currency == address(0) ? address(this).balance : IERC20(currency).balanceOf(address(this));
    }

    /// @dev What must hold before the steward offers licenses.
    function _beforeOffer(uint256 workId, ILicenseToken.Terms calldata terms) internal virtual {}

    function _afterOffer(uint256 workId, uint256 offerId) internal virtual {}
}
