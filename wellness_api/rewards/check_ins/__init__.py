"""Check-ins: that a resident came to a checkup or a class, or walked on a day that is stamped on a paper card.

Staff send lists of them, and residents type the code on the hall's screen. Each check-in is stored as a sample of the
resident, with the place as its station. So receipts, corrections, points and erasure work as for any other sample.
"""
