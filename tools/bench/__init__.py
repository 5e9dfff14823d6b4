"""``switchboard bench``: what each Lambda and each webhook costs. It prints, and judges nothing.

A feature adds a section in a module of its own here: ``HEADS``, the heads of its table, and
``run(platform)``, which sends the feature's requests to the running platform and returns the table's rows.
Where a row is one kind of request, `tools.bench.requests.cost` counts and measures it, and ``HEADS`` is
`tools.bench.requests.HEADS`. The module's name goes into ``SECTIONS`` of tools.bench.command. The functions
themselves need nothing: `tools.bench.functions` takes every function that has a sample event in
tools/sample_events.py.
"""
