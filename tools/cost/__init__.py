"""``switchboard cost``: what use costs on AWS and which quota is reached first, from what was measured.

``prices.json``    prices of AWS in one region, each with its page and the day it was looked up
``quotas.json``    quotas of AWS and Twilio, likewise, each with the setting that moves it
``measured.json``  what one survey, call, callback or message takes: invocations, CPU, calls
``samples.json``   the same of the samples that a feature replaces, counted where their code could be run
``scenarios``      drive a local platform through each of these
``measure``        write ``measured.json`` from it
``units``          DynamoDB's request units, as moto answers
``usage``, ``price``, ``limits``  the arithmetic: no AWS, no Twilio, no clock
``page``           the tables in docs/cost.md
"""
