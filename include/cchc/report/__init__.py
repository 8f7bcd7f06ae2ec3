"""What leaves the department: consolidated figures, the report, the plan, letters, decisions.

`tally`, `consolidate`, `differences`, `facts` gather figures; `narrative`, `views`, `tables`, `charts`,
`unit_texts` put them into words and pictures; `templates`, `blocks`, `word*` make Word files, `workbook`,
`appendix*` Excel files; `report_docx`, `plan`, `letters` are the documents; `documents` keeps them.
Nothing is imported here: charts and Word cost half a second that a Dag file must not pay.
"""
