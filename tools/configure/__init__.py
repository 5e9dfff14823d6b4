"""``switchboard plan | configure | status | unconfigure``: what lies between a stack and a live number.

``settings``      switchboard.toml: what should be set up; ``questions`` writes it
``desired``       the resources that a file asks for
``resources/``    one class a kind of resource: read, wanted, apply, remove
``planner``       what is compared with what should be: a plan is a list of changes
``record``        what was there before, in the stack's bucket, written before each change
``apply``         carry out a plan, change by change
``checks/``       what ``status`` looks at besides: secrets, senders, permissions, the API itself
``commands/``     the four commands

What is configured is a `tools.stack.stack.Stack`: in AWS, or the platform of ``make run``.
A new kind of resource is a subclass of `resources.resource.Resource`, a line in `resources.KINDS`, and what
makes it of the file in ``desired``.
"""
