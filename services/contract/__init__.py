"""The rows of the published API contract: recordings, transcripts and histories as it names and shapes them.

`recordings`, `transcripts` and `histories` read, list, search and change; `day` is what POST /transcribe
asks for. `paging` cuts lists, `versions` tells a changed row from an unchanged one, `sealed_fields` takes
ciphertext or plain text, `rewriting` turns a transcript written as one string back into utterances.
"""
