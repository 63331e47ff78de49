"""What a recall rule says, and which lots it means: ranges, patterns, criteria."""
