"""The provincial report: narrative, tables, pictures, references, and the Excel appendix.

`facts` of the figures' room go in; `narrative`, `tables`, `charts` and `unit_texts` put them into words and
pictures; `report_docx` and `appendix` are the documents. Nothing is imported here: charts and Word cost half a second
that a Dag file must not pay.
"""
