"""Many learners at once: their list, their hand-ins, their grades as tables. What trainers do around marking.

:mod:`.classlist` reads a list as spreadsheets write it, :mod:`.learners` keeps it in the gradebook and erases people;
:mod:`.collecting` takes hand-ins in and says which are late, double or partial; :mod:`.grades` adds up, :mod:`.export`
and :mod:`.tables` write what spreadsheets, Moodle and Canvas read.
"""
