"""How Korean pages write days and times."""

DATE_FORMAT = "Y. n. j."
DATETIME_FORMAT = "Y. n. j. H:i"
TIME_FORMAT = "H:i"
SHORT_DATE_FORMAT = "Y. n. j."
MONTH_DAY_FORMAT = "n월 j일"
YEAR_MONTH_FORMAT = "Y년 n월"
