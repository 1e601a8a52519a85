"""What the worker does with a recording: transcribe as it arrives, label speakers, draft, summarise.

`workflows` is what the queue runs; `stages` are its steps, each idempotent and stored before the next;
`live` keeps the decoder of a recording open between chunks; `heartbeat` adopts the work of dead workers.
"""
