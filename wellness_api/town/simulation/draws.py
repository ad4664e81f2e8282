"""Random draws that are functions of what they are for, so that any of them can be made alone and in any order.

A counter-based generator: the finaliser of SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom
number generators") over a key and a counter. Making a numpy Generator per resident and day would cost more than
the day itself, and its streams may change between numpy versions; this one may not.
"""

from enum import IntEnum
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
KeyArray = NDArray[np.uint64]

_GAMMA = 0x9E3779B97F4A7C15
_FIRST_FACTOR = np.uint64(0xBF58476D1CE4E5B9)
_SECOND_FACTOR = np.uint64(0x94D049BB133111EB)
_WORD = 2**64 - 1
_UNIT = 2.0**-53
_NORMAL_BITS = 12
# The middle of each of 4,096 equally likely slices: no draw lies further out than 3.7 standard deviations.
_NORMAL: FloatArray = np.array(
    [NormalDist().inv_cdf((i + 0.5) / 2**_NORMAL_BITS) for i in range(2**_NORMAL_BITS)]
)


class Purpose(IntEnum):
    """What a draw is for. Numbers are part of every simulated city: never renumber, only add."""

    AGE = 1
    SEX = 2
    DISTRICT = 3
    HABIT = 4
    DEVICES = 5
    CARD = 6
    JOINED = 7
    STOPPED = 8
    SYNC = 9
    STEADY_STEPS = 10
    WINTER = 11
    BODY = 12
    WEARING = 13
    CITY_WEATHER = 20
    DISTRICT_WEATHER = 21
    BLIZZARD = 22
    MOOD = 30
    EPISODE_COUNT = 31
    EPISODE_START = 32
    EPISODE_LENGTH = 33
    MINUTE = 34
    DEVICE_DAY = 40
    PHONE_HOUR = 41
    HEART_RATE = 42
    STATION = 43
    SYNC_GAP = 50
    RETRY = 51
    UPLOAD_KEY = 52
    LIVE_MINUTE = 60
    LIVE_CHOICE = 61


def _mix(words: KeyArray) -> KeyArray:
    """Scrambles the array in place; the caller hands over an array of its own."""
    words ^= words >> np.uint64(30)
    words *= _FIRST_FACTOR
    words ^= words >> np.uint64(27)
    words *= _SECOND_FACTOR
    words ^= words >> np.uint64(31)
    return words


def keys(seed: int, purpose: Purpose, *parts: IntArray) -> KeyArray:
    """One key for each element of the broadcast `parts`, for example of residents and days."""
    start = (seed * _GAMMA + int(purpose) * 0xD1342543DE82EF95) & _WORD
    key = _mix(np.array([start], dtype=np.uint64))
    for part in parts:
        key = _mix(key + (part.astype(np.uint64) + np.uint64(1)) * np.uint64(_GAMMA))
    return key


def spread(key: KeyArray, counter: IntArray) -> KeyArray:
    """Scrambled words of the broadcast keys and counters, for several draws of one key."""
    return _mix(key + (counter.astype(np.uint64) + np.uint64(1)) * np.uint64(_GAMMA))


def uniform(words: KeyArray) -> FloatArray:
    """Numbers in [0, 1) from scrambled words."""
    return (words >> np.uint64(11)).astype(np.float64) * _UNIT


def normal(words: KeyArray) -> FloatArray:
    """Standard normal numbers from scrambled words, by table."""
    return _NORMAL[(words >> np.uint64(64 - _NORMAL_BITS)).astype(np.intp)]


def slots(words: KeyArray, bits: int) -> NDArray[np.intp]:
    """Whole numbers in [0, 2**bits) from scrambled words, for looking up quantile tables."""
    return (words >> np.uint64(64 - bits)).astype(np.intp)
