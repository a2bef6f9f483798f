"""What all tests share."""

from hypothesis import settings

# No time limit for a single example: the machine may be busy with other things.
settings.register_profile("workbook", deadline=None, derandomize=True, database=None)
settings.load_profile("workbook")
