"""The fieldcheck protocol: messages, segments, receipts, intake. Standard library only.

Read in this order: ``message`` (one exact line), ``chain`` (lines that name their predecessor), ``segment``
(what is signed and sent), ``private`` (what must be erasable), ``intake`` (what the server answers),
``outbox`` (what the phone does with the answer), ``reference`` (all of it in memory). Signatures, encryption,
stores and time come in through ``ports``. The prose is ``docs/protocol.md``.
"""
