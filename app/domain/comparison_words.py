"""How reports refer to an earlier examination, as patterns shared by the drafting guard and the second reader.

All are written for verbose mode, in which a space is "[ ]".
"""

from __future__ import annotations


def _any(words: str) -> str:
    """One of these words or patterns; "_" is a space."""
    return f"(?:{'|'.join(words.split())})".replace("_", "[ ]")


_MONTH = _any(
    r"january february march april may(?=\W*(?:\d|$)) june july august september october november december"
    r" (?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?"
)
_YEAR = r"(?:19|20)\d{2}\b(?![ ]?(?:mm|cm|ml|cc|hu))"
_DATE = (
    rf"(?:\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}|(?:19|20)\d{{2}}-\d{{2}}-\d{{2}}|\d{{1,2}}/(?:19|20)\d{{2}}|{_YEAR}"
    rf"|(?:\d{{1,2}}(?:st|nd|rd|th)?[ ])?(?:of[ ])?{_MONTH}(?:[ ]\d{{1,4}}\b)?)"
)
_STUDY_PART = _any(
    "cardiac chest abdominal pelvic cross-sectional plain portable bone whole-body outside staging planning growth"
    " dating anomaly"
)
_STUDY = rf"(?:{_STUDY_PART}[ ])?" + _any(
    r"stud(?:y|ies) exam(?:s|ination|inations)? radiographs? radiograms? films? x-?rays? cxrs? cts? ct-?\w+ hrct ldct"
    r" cbct mri?s? mra mrv mrcp mr-?\w+ cmr pet(?:[/-]ct|[/-]mri?)?s? spect scans? scintigra\w+ ultrasounds?"
    r" ultrasonogra\w+ us uss sonogra\w+ doppler duplex imaging images mammogra\w+ tomosynthesis angiogra\w+"
    r" arteriogra\w+ venogra\w+ arthrogra\w+ myelogra\w+ urogra\w+ cystogra\w+ swallow enema barium fluoroscop\w+ echo"
    r" echocardiogra\w+ dexa dxa densitometry visits? appointment assessment investigations? reports? comparisons?"
    r" series tomogra\w+ views? screening screen round follow-?up review check-?up time"
)
_STUDY += r"\b"
_DAY = _any("mon tues wednes thurs fri satur sun") + "day"
_SEASON = _any("week fortnight month year night day time spring summer autumn fall winter")
_SPOKEN_DAY = (
    r"(?:yesterday|earlier[ ]today|this[ ](?:morning|afternoon|evening)"
    rf"|(?:the[ ])?(?:last|previous|past|preceding)[ ](?:{_SEASON}|{_DAY}|{_MONTH}))"
)
_COUNT = _any(r"an? one two three four five six seven eight nine ten twelve several some a_few \d{1,2}")
_AGO = (
    rf"(?:{_COUNT}[ ](?:hours?|days?|weeks?|fortnights?|months?|years?)[ ](?:ago|earlier|before|previously)"
    r"|day[ ]\d{1,2}\b|the[ ]day[ ]before)"
)
WHEN = rf"(?:{_SPOKEN_DAY}|{_AGO}|before|previously|earlier|{_DATE})"
_OWNED = (
    r"(?:yesterday['’]?s|this[ ](?:morning|afternoon|evening|week|month|year)['’]?s"
    r"|(?:last|previous)[ ](?:week|month|year|night|\w+day)['’]?s?)"
)
# Up to three words that say what kind of study, none of them one that begins something else.
_SMALL = _any("to and or of the in for a on at with is was are were no not")
_BETWEEN = rf"(?:(?!{_SMALL}\b)[\w/'’-]+[ ]){{0,3}}?"
_ARTICLE = _any("the an? her his their that those our")
_CHANGED = _any(
    "unchanged changed unaltered altered increased decreased improved worse worsened better progressed regressed"
    " similar identical different stable grown enlarged shrunk reduced risen fallen comparable same constant equal up"
    " down new"
)
_STANDS_FOR_ITSELF = rf"(?:{_OWNED}|(?<![./-])(?:19|20)\d{{2}}|{_any('priors? previous preceding earlier last older')})"
_NAMED_EARLIER = _any(
    "outside initial baseline first newborn neonatal antenatal pre-?operative preop post-?operative pre-?treatment"
    " recent old most_recent original diagnostic index referral planning presenting admission"
)
_AFTER_PREPOSITION = rf"(?:{_NAMED_EARLIER}|{_MONTH})"
_TO_COMPARE = _any("since from than to with against unlike on in at versus vs\\.? cf\\.?")

# "The previous CT", "yesterday's film", "since the outside scan", "unlike at the last visit".
EARLIER_EXAM = (
    rf"(?:(?<!no[ ])(?<!without[ ])\b{_STANDS_FOR_ITSELF}[ ]{_BETWEEN}{_STUDY}"
    rf"|\b{_TO_COMPARE}[ ](?:(?:in|on|at|{_ARTICLE})[ ]){{0,2}}{_AFTER_PREPOSITION}[ ]{_BETWEEN}{_STUDY})"
)
_FORMER_STATE = _any("normal clear open patent closed absent present intact smaller larger visible dry empty")
_BACK_THEN = rf"(?:(?:in|on|at)[ ])?(?:{_SPOKEN_DAY}|{_AGO}|{_DATE}|before\b|earlier\b)"
_FROM_IT = _any("since from than than_at relative_to compared_to compared_with")
_IT_WAS = r"(?:it[ ]|they[ ])?(?:was[ ]|were[ ]|had[ ]been[ ])?"
# "Since the study was limited" gives a reason.
_NO_REASON = r"(?![ ](?:is|was|were|are|has|had|cannot|could|does|did)\b)"
# "Larger than in March", "unaltered since last year", "unchanged from 2019", "less than on the scan of 3 May".
SINCEWHEN = (
    rf"(?:(?<!known[ ])\bsince[ ](?:(?:the|her|his|their|that)[ ])?(?:then\b|{_BETWEEN}{_STUDY}{_NO_REASON}|{WHEN})"
    rf"|\bthan[ ](?:in|on|at)[ ](?:the|that)[ ]{_BETWEEN}{_STUDY}"
    rf"|\b{_FROM_IT}[ ](?:the[ ])?baseline\b|\b(?:than|as)[ ](?:it|they)[ ](?:used[ ]to[ ]be|was|were)\b"
    rf"|\bnot[ ](?:there|seen|present|visible|evident|shown)[ ]{_BACK_THEN}"
    rf"|\b(?:was|were|had[ ]been)[ ](?:still[ ])?{_FORMER_STATE}[ ]{_BACK_THEN}"
    rf"|\b(?:described|documented|reported|noted|seen|shown)[ ](?:in|on)[ ]{_DATE}"
    rf"|\b{_STUDY}[ ](?:of|from|dated|done|taken|performed)[ ](?:on[ ]|in[ ])?(?:{_DATE}|{_SPOKEN_DAY}|{_AGO})"
    rf"|(?<!less[ ])(?<!more[ ])\bthan[ ]{_IT_WAS}(?:in[ ]|on[ ]|at[ ])?(?:{_SPOKEN_DAY}|{_AGO}|{_DATE})"
    rf"|(?:less|more)[ ]than[ ](?:in[ ]|on[ ]|at[ ])?(?:{_SPOKEN_DAY}|{_MONTH})"
    rf"|\bthan[ ]{_IT_WAS}(?:before|previously|earlier)\b"
    rf"|\b(?:unlike|(?:same|just|much)[ ]as|as)[ ](?:in[ ]|on[ ]|at[ ])?(?:{_SPOKEN_DAY}|{_AGO}|before\b)"
    rf"|\b{_CHANGED}[ ](?:\w+[ ]){{0,2}}?(?:from|to|with|against|versus|vs\.?|cf\.?|on)[ ]"
    rf"(?:(?:the|that[ ]of)[ ]){{0,2}}(?:{_SPOKEN_DAY}|{_AGO}|before\b|{_DATE})"
    r"|\b(?:set[ ]against|relative[ ]to|side[ ]by[ ]side[ ]with|judged[ ]against)[ ](?:the[ ])?"
    rf"(?:{_BETWEEN}{_STUDY}|{WHEN}))"
)
_HOW = _any(
    "not now since slightly clearly also further markedly largely completely partly partially significantly"
    " substantially considerably neither mildly somewhat both all again"
)
_MOVED = _any(
    "grown enlarged shrunk increased decreased improved worsened progressed regressed changed deteriorated diminished"
    " receded lessened disappeared doubled halved gone_(?:up|down) come_down re-?expanded re-?accumulated abated"
    " cleared stabili[sz]ed remained altered moved appeared"
)
_SEEN = _any(
    "seen noted shown demonstrated visible identified evident present visuali[sz]ed imaged observed apparent"
    " appreciated found outlined depicted redemonstrated"
)
_COURSE = _any(
    "change growth increase decrease improvement development worsening progression resolution regression removal"
    " placement enlargement clearing appearance stability reduction shrinkage deterioration healing expansion"
)
_MOVING = _any("grow shrink enlarge increase decrease improve worsen progress regress resolve clear heal evolve")
_MEASURED = _any("increased decreased grown shrunk enlarged reduced risen fallen up down dropped")
# "Has grown", "has not progressed", "still visible", "again outlined", "interval growth", "(was 13 mm)", "down from".
HAS_MOVED_ON = (
    rf"(?:\b(?:has|have|had)[ ](?:{_HOW}[ ]){{0,2}}{_MOVED}\b"
    rf"|\b(?:again|still)[ ]{_SEEN}\b"
    rf"|\binterval[ ](?:\w+[ ])?{_COURSE}\b"
    r"|(?:(?<=\()|(?<=[,(][ ]))(?:was|were|then|earlier|before|formerly|previously)[ ](?:about[ ]|approximately[ ])?\d"
    r"|\b(?:up|down)[ ]from[ ](?:the\b|\d|an?\b|about\b)"
    r"|\bnow[ ](?:larger|smaller|bigger|wider|narrower|thicker|thinner|worse|better|more|less|fewer|denser)\b"
    rf"|\b(?:continue[sd]?|continuing)[ ]to[ ]{_MOVING}\b|\b(?:further|continued|continuing|ongoing)[ ]{_COURSE}\b"
    r"|\b(?:slowly|steadily|rapidly|gradually|still|not)[ ](?:growing|shrinking|enlarging|healing|clearing)\b"
    rf"|\b{_MEASURED}[ ]by[ ](?:about[ ])?\d|\b(?:grown|shrunk|enlarged|risen|fallen|dropped)[ ]from[ ]\d"
    r"|\bre-?(?:demonstrat\w+|identified)\b|\bused[ ]to[ ](?:be|measure)\b|\bstatus[ ]quo\b"
    r"|\b(?:no|without)[ ](?:\w+[ ])?(?:progress|progression|growth|regression)\b"
    r"|\b(?:change|growth|progression|unchanged|stable|grown)[ ](?:over|for)[ ](?:\w+[ ]){1,4}"
    r"(?:day|week|month|year)s?\b"
    r"|\b(?:previous|prior|earlier|former)[ ](?:appearance|state|status|size|extent|position|measurement|finding)s?\b"
    r"|\b(?:smaller|larger|bigger|worse|better|fewer)[ ](?:today|now|at[ ]present)\b"
    r"|\bserial[ ](?:imaging|scans|studies|examinations|radiographs|films)\b|\bin[ ]the[ ]meantime\b)"
)
COMPARING = rf"(?:{EARLIER_EXAM}|{SINCEWHEN}|{HAS_MOVED_ON})"
