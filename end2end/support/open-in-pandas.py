"""Prints the rows of a CSV file as JSON, read by pandas as text: what is empty there is an empty string here."""

import json
import sys

import pandas

frame = pandas.read_csv(sys.argv[1], dtype=str, keep_default_na=False)
print(json.dumps([list(frame.columns), *frame.values.tolist()], ensure_ascii=False))
