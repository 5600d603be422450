"""Which machines finished or planned wheels serve, simulated: takes records, loads nothing."""
