"""What branches are made of: conditions on answers, jumps, random orders."""
