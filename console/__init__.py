"""The console: pages in the browser that show and run a stack, on the operator's machine alone (NiceGUI).

It is a process of its own, listens on 127.0.0.1 and adds nothing to the cloud. It rests on the use cases of
the commands: ``data/`` calls them, ``pages/`` draws what they return.
"""
