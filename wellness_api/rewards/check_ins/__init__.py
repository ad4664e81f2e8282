"""Check-ins: that a resident came to a checkup or a class, or walked on a day that is stamped on a card of paper.

Staff send lists of them, and residents type the code on the hall's screen. Each is kept as a sample of the resident's, at
the station that the place is, so that receipts, corrections, points and erasure hold for it as for any other.
"""
