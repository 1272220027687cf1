"""The patterns of time: lengths, rates, ages, and the words around them that tell one from another."""

from __future__ import annotations

import re

from extractors.quantities.numbers import NUMBER

# Single letters count as a unit only where they touch the figure ("6w"): "6 w" and "5 d" say other things.
UNIT = (
    r"(?:(?P<second>seconds?|secs?)|(?P<minute>minutes?|mins?)|(?P<hour>hours?|hrs?|h(?=\W|$))"
    r"|(?P<day>days?|nights?)"
    r"|(?P<week>weeks?|wks?|weeks?')|(?P<fortnight>fortnights?)|(?P<month>months?|mos?|mths?|mons?)"
    r"|(?P<year>years?|yrs?)|(?P<decade>decades?))\b['’]?"
)
TIGHT = {"w": "week", "d": "day", "h": "hour", "y": "year"}
TO = r"\s{0,2}(?:-|–|—|to|or|and)\s{0,2}"
LEAD_RANGE = r"(?:between\s)?"
QTY = (
    rf"(?P<low>{NUMBER}|\b(?:one-?\s?)?half(?=\san?\s)"
    rf"|\ban?\b)(?:\s?\([\w-]{{1,12}}\))?(?P<plus1>\+)?(?:{TO}(?P<high>{NUMBER}))?(?P<plus>\s?\+"
    rf"|\splus)?"
)
SPAN = re.compile(
    rf"(?<![\w.,/$#])(?:(?P<x>[x×])\s?)?{LEAD_RANGE}{QTY}"
    rf"(?:[\s-]{{0,6}}(?:an?\s|full\s|whole\s|consecutive\s|solid\s|more\s|additional\s|calendar\s"
    rf"|long\s)?{UNIT}"
    r"|(?(x)\s?)(?P<tight>[wdhy])(?![\w/']))"
    r"(?P<half>\sand\s(?:a|one)[-\s]half|\sor\s(?:two|so))?",
    re.I,
)
UK = re.compile(
    r"(?<![\w/.])(?P<low>\d{1,2})(?:\s?[-–]\s?(?P<high>\d{1,2}))?/(?P<unit>52|12|7)(?![\w/]|\.\d)"
)
UK_UNIT = {"52": "week", "12": "month", "7": "day"}
# "3/7" and "2/12" read as dates in the US, so British day and month fractions need company.
UK_BEFORE = re.compile(
    r"(?:\bx|×|\bfor|\bof|\bover|\bafter|\bpast|\blast|\blasting|\blasted|~|\babout|\bapprox\.?"
    r"|\bpain|\bsymptoms|\bhistory"
    r"|\bhx|\btds|\bbd|\bod|\bqds|\btid|\bbid|\bnocte|\bin)\s?$",
    re.I,
)
UK_AFTER = re.compile(r"\s?(?:ago|history|hx|h/o|later|course|of\b|duration|post)", re.I)

AGE_AFTER = re.compile(
    r"[\s-]{0,2}(?:old\b|of\sage\b|/o\b|\.?o\.?(?=\W|$)|y/o\b|male\b|female\b|man\b|woman\b"
    r"|gentleman\b|lady\b)",
    re.I,
)
AGE = re.compile(
    rf"(?<![\w.])(?:(?P<n>{NUMBER})[\s-]{{0,2}}(?:y\.?\s?/?\s?o\.?|yr\.?/o|yrs?\.?\s?old)(?![\w])"
    rf"|\bage[sd]?(?:\sof|\s?:)?\s(?P<m>\d{{1,3}}|{NUMBER})\b)",
    re.I,
)
AGO_AFTER = re.compile(
    r"\s{0,2}(?:ago\b|back\b(?!\s(?:pain|and|ache|brace))|prior\b|earlier\b|previously\b|before\b"
    r"|beforehand\b|s/p\b|status\spost\b)",
    re.I,
)
AFTER_AFTER = re.compile(
    r"\s{0,2}(?:later\b|after\b|afterwards?\b|post\b|post-?\s?(?:op|procedure|injection|rfa|block"
    r"|inj)\w*|following\b|out\sfrom\b|from\s(?:now|today)\b)",
    re.I,
)
FORWARD = re.compile(
    r"(?:\bRTC|\bR/C|\bRTO|\bF/?U|\bfollow(?:ed)?[-\s]?up|\breturn\w*|\brecheck|\bre-?evaluat\w+"
    r"|\bnext\svisit|\bcall|\bsee\s\w{2,8}(?:\sback)?"
    r"|\bcome\sback|\brevisit|\breassess\w*|\bf-?up|(?<!low\s)(?<!lower\s)(?<!upper\s)(?<!mid\s)(?<!mid-)(?<!the\s)(?<!his\s)(?<!her\s)(?<!my\s)\bback|\bwithin|\bin\sanother"
    r"|\bover\sthe\snext|\bfor\sthe\snext|\bthe\snext|\bnext)"
    r"(?:\s(?:visit|appointment|appt|with\sme|here|clinic|the\soffice|to\sclinic|up|again|in|at"
    r"|about|approximately|approx|the|office"
    r"|planned|scheduled|me|her|him|them|back|another|for)){0,4}[\s:,-]{0,3}$",
    re.I,
)
IN = re.compile(
    r"\b(?:in|within)\s(?:about\s|approximately\s|approx\.?\s|another\s|roughly\s|~\s?|the\snext\s"
    r"|as\slittle\sas\s)?$",
    re.I,
)
VISITS_IN = re.compile(
    r"\b(?:visits?|sessions?|treatments?|times|appointments?|appts?)\s(?:with\s\w+\s)?in\s(?:about\s|approximately\s|~\s?)?$",
    re.I,
)
WINDOW = re.compile(
    r"\b(?:in|within|during)\sthe\s(?:past|last|previous|preceding|prior)\s(?:\w{2,13}\s)?$", re.I
)
PAST_UNIT = re.compile(
    r"\b(?P<lead>in|within|during|over|for|x)\s(?:the\s)?(?:past|last|previous)\s(?P<unit>year|yr|month"
    r"|mo|week|wk|decade)\b",
    re.I,
)
TO_NOW = re.compile(
    r"\b(?:past|last|previous|preceding|these)\s(?:\w{2,13}\s)?$|\b(?:been|going\son"
    r"|present\s(?:for|x))\s(?:about\s)?$",
    re.I,
)
RATE = re.compile(
    rf"(?<![\w.])(?:(?P<n>{NUMBER}|once|twice|thrice)\s{{0,2}}(?:(?:-|to"
    rf"|or)\s?(?P<m>{NUMBER})\s{{0,2}})?(?:x|×|times?|visits?|sessions?|treatments?)?"
    rf"\s{{0,2}}(?:(?:an?|per|each|every)\s|/)\s?(?P<u1>day|week|wk|month|mo|year|yr|hour|hr|d\b)\b"
    rf"|(?P<n2>{NUMBER}|once|twice|thrice)\s{{0,2}}(?:(?:-|to|or)\s?(?P<m2>{NUMBER})\s{{0,2}})?(?:x"
    rf"|×|times?)?\s{{0,2}}(?P<ly>daily|weekly|monthly|yearly)"
    rf"|\b(?:every|q\.?|each)\s{{0,2}}(?:(?P<n3>{NUMBER}|other)\s?(?:(?:-|–"
    rf"|to)\s?(?P<m3>{NUMBER})\s?)?[\s-]{{0,2}})"
    r"(?P<u3>hours?|hrs?|h|days?|d|weeks?|wks?|w|months?|mos?|years?|yrs?|minutes?|mins?)\b"
    r"|\b(?:per|each|every|/)\s?(?P<u4>day|week|wk|month|year|hour|hr|morning|night)\b)",
    re.I,
)
LY = {"daily": "day", "weekly": "week", "monthly": "month", "yearly": "year"}
LETTER = {"s": "second", "h": "hour", "d": "day", "w": "week", "y": "year"}
COMPARE = re.compile(
    r"(?:(?P<ge>>\s?=|≥|\bat\sleast|\bno\sless\sthan|\bminimum\s(?:of\s)?)|(?P<le><\s?=|≤"
    r"|\bat\smost|\bup\sto|\bno\smore\sthan)"
    r"|(?P<gt>>|\bmore\sthan|\bover|\bgreater\sthan|\bwell\sover|\blonger\sthan|\bin\sexcess\sof|\bupwards?\sof)"
    r"|(?P<lt><|\bless\sthan|\bunder|\bnearly|\balmost|\bnot\squite|\bfewer\sthan|\bshort\sof|\bshy\sof"
    r"|\bclose\sto|\bapproaching)"
    r"|(?P<ab>~|\babout|\bapprox(?:imately|\.)?|\broughly|\baround|\bsome|\bcirca|\bc\.))\s{0,2}(?:an?\s)?$",
    re.I,
)
SIGN = {"ge": ">=", "le": "<=", "gt": ">", "lt": "<", "ab": "~"}
# "a week" is a span in "for a week" and "a week of PT", a rate in "3 sessions a week".
ARTICLE_BEFORE = re.compile(
    r"(?:^|\b(?:for|over|about|lasting|lasted|within|than|almost|nearly|approximately|least|in"
    r"|after|of|some|took|taken|tried|used|did|wore|quite|x|once|only|past|last|just|around|roughly)"
    r"|[~(,;>])\s{0,2}$",
    re.I,
)
ARTICLE_AFTER = re.compile(
    r"\s(?:ago|of\b|and\sa\shalf|or\s(?:two|so)|later|prior|earlier|history|hx|course|back)\b", re.I
)
