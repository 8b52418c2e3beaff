"""The list of communes: a CSV file as spreadsheets save it, read with every problem by line and column."""
