"""What the page of SIP routes shows and does: a draft of the map, its faults, files, versions, trials."""
