"""The paper: the form of a document, Word templates, drafts and their decision, the registry, handing out.

Nothing is imported here: Word costs half a second that a Dag file must not pay.
"""
