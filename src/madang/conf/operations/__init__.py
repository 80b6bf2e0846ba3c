"""What a system administrator does with an installation as a whole: back up, restore, move, watch, hold still."""
