"""Business days of the United States: an opt-out must be honoured within ten of them.

47 CFR 64.1200(a)(10) gives a reasonable time, not more than ten business days. Not counted are
weekends and the federal holidays of 5 U.S.C. 6103(a); one on a Saturday is kept on the Friday
before (6103(b)), one on a Sunday on the Monday after (Executive Order 11582, section 3). pandas
computes them so; `tests/unit/rights/test_business_days.py` holds it against the calendars of the
Office of Personnel Management. Inauguration Day is kept in and around Washington alone: it counts.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd
from pandas.tseries.holiday import USFederalHolidayCalendar

DAYS_TO_HONOUR: Final = 10
"""Business days after the one on which somebody said stop."""


@lru_cache(maxsize=64)
def federal_holidays(year: int) -> tuple[date, ...]:
    """Days of one year that are kept as holidays, in order; that of the next New Year may be."""
    found = USFederalHolidayCalendar().holidays(f"{year}-01-01", f"{year}-12-31")
    return tuple(day.date() for day in pd.DatetimeIndex(found))


def last_day_to_honour(said: date) -> date:
    """The last day on which an opt-out of a day is honoured in time."""
    holidays = [*federal_holidays(said.year), *federal_holidays(said.year + 1)]
    last = np.busday_offset(said, DAYS_TO_HONOUR, roll="backward", holidays=holidays)
    return date.fromisoformat(str(last))
