"""The schema's history, one numbered file a step; `Database.migrate` runs what is missing.

There is no way back: a step may drop what people asked to be dropped. To return to an earlier program, restore the
backup made before the update.
"""
