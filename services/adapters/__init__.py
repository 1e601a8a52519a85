"""The outside world, one package per kind: a Protocol in each `__init__`, one module per provider.

Adapters import nothing of `services`. A vendor's exception stops here: it leaves as an
`IntegrationError` that says whether trying again can help.
"""
