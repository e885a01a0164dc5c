"""Payment providers, as the server speaks to them: the keys are here and on no till (domain.md §4).

`gateway.Gateway` is what the rest of the server uses; `wechat` and `alipay` know each provider's wire format and what
its answers mean; `simulator` is both providers for tests and for the demo shop, over real HTTP on this machine.
"""
