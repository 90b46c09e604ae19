"""What the families read from a report: its numbers, tables, points, criteria, dates, questionnaires and mentions."""
