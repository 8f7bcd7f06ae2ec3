"""What leaves the department: consolidated figures, the report, the plan, letters, decisions.

`tally`, `consolidate`, `reconciliation`, `facts` gather figures; `narrative`, `views`, `tables`, `charts`,
`unit_texts` put them into words and pictures, `references` says where each figure stands; `templates` reads the Word
templates, `word*` fills in tables, pictures and the form, `workbook` and `appendix*` make Excel files;
`report_docx`, `plan`, `letters` are the documents; `documents` keeps them, `pdf` copies them.
Nothing is imported here: charts and Word cost half a second that a Dag file must not pay.
"""
