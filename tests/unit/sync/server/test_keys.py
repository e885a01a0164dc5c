"""What phone codes are made from is each merchant's own, and always comes from the server's root."""

from __future__ import annotations

from sync.protocol.messages import MerchantKeys
from sync.server.keys import ServerKeys

ROOT = bytes(range(32))


def test_the_root_of_phone_codes_is_a_merchants_own_and_no_key_that_its_tills_have() -> None:
    keys = ServerKeys(ROOT)
    roots = {keys.card_root("one"), keys.card_root("two"), ServerKeys(bytes(32)).card_root("one")}
    assert len(roots) == 3
    for merchant_id in ("one", "two"):
        assert not roots & {keys.merchant(merchant_id).member_key, keys.merchant(merchant_id).data_key, ROOT}


def test_a_merchant_that_brought_its_keys_brought_no_root_of_phone_codes() -> None:
    brought = MerchantKeys(b"m" * 32, b"d" * 32)
    keys = ServerKeys(ROOT, {"one": brought})
    assert keys.merchant("one") == brought
    assert keys.card_root("one") == ServerKeys(ROOT).card_root("one")
