"""AWS on one machine: moto, with the bus, queues, schedules, time to live and faults around it."""
