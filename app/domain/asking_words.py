"""How reports ask for something to be done, as patterns shared by the drafting guard and the second reader.

All are written for verbose mode, in which a space is "[ ]", with lines told apart.
"""

from __future__ import annotations


def _any(words: str) -> str:
    """One of these words or patterns; "_" is a space."""
    return f"(?:{'|'.join(words.split())})".replace("_", "[ ]")


# Examinations, and people and measures that are hardly named for another reason than to ask for them.
STUDIES = _any(
    r"ct\w* ct-?\w+ hrct cbct mri?s? mra mrv mrcp cmr mr-?\w+ pet\S* spect scans? ultrasounds? uss us"
    r" sonogra\w+ ultrasonogra\w+ doppler duplex radiograph\w* x-?rays? films? views? imaging mammogra\w+"
    r" tomosynthesis angiogra\w+ arteriogra\w+ aortogra\w+ venogra\w+ fistulogra\w+ urogra\w+ urethrogra\w+"
    r" cystogra\w+ vcug myelogra\w+ arthrogra\w+ cholangiogra\w+ discogra\w+ tomogra\w+ scintigra\w+"
    r" densitometry dexa dxa fluoroscop\w+ swallow enema echo echocardio\w+ elastogra\w+ spectroscopy survey"
    r" study studies tests? testing biops\w+ fnac? cytology histology sampling thoracentesis paracentesis"
    r" pleurodesis endoscop\w+ gastroscop\w+ ogd colonoscop\w+ sigmoidoscop\w+ bronchoscop\w+ cystoscop\w+"
    r" hysteroscop\w+ laparoscop\w+ arthroscop\w+ laryngoscop\w+ nasendoscop\w+ ureteroscop\w+"
    r" mediastinoscop\w+ thoracoscop\w+ tympanotomy ercp eus ebus amniocentesis karyotyp\w+ laparotomy"
    r" thoracotomy lumbar_puncture tissue_diagnosis catheteri[sz]ation electromyogra\w+ referral review"
    r" opinion consult\w* discussion mdt board follow-?ups? surveillance monitoring screening reassessment"
    r" re-?evaluation evaluation assessment work-?up investigations? characteri[sz]ation correlation eeg ecg"
    r" holter markers psa labs bloods cultures? check-?up admission anticoagulation antibiotics? chemotherapy"
    r" radiotherapy physiotherapy"
)
# What may be asked for, and may as well be found or done.
_MEASURES = _any(
    r"aspirat\w+ punctures? tap drainage decompression resection excision removal surgery operation"
    r" exploration craniotomy fenestration \w+ectomy \w+plasty emboli[sz]ation ablation coiling stenting stent"
    r" filters? fixation reduction revision repositioning immobili[sz]ation splint\w* cast bracing harness"
    r" treatment therapy radiosurgery steroids? bisphosphonates? injections? transfusion transfer repeat"
    r" control exam examinations? series comparison"
)
ASKED_FOR = rf"(?:{STUDIES}|{_MEASURES})"
_PRESCRIBED = _any(
    r"suggested advised proposed urged warranted indicated needed required necessary prudent useful helpful"
    r" desirable preferable worthwhile sensible mandatory essential imperative recommended recommend"
    r" due(?!_to) overdue of_value of_use of_benefit of_help of_choice to_follow justified merited please"
    r" (?:appropriate|reasonable)(?!_(?:position|place|location|alignment|size|depth|level|quality|for_age|apposition))"
)
_DO = _any(
    r"obtain arrange perform order request schedule organi[sz]e book get repeat proceed refer consult discuss"
    r" contact correlate add consider ensure treat start commence undertake complete plan evaluate"
    r" re-?evaluate reassess recheck follow monitor biopsy aspirate drain exclude confirm image re-?image scan"
    r" rescan x-?ray send check continue admit transfer call inform have see"
)
_ORDERED = _any(
    r"obtain arrange perform organi[sz]e repeat proceed refer consult discuss re-?image rescan re-?x-?ray"
    r" recheck reassess re-?evaluate correlate consider start commence advise suggest recommend propose"
    r" evaluate admit undertake"
)
_UNIT = r"(?:hours?|hrs?|h|days?|weeks?|wks?|months?|mos?|years?|yrs?)\b"
_NUMBER = r"(?:\d{1,2}|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|eighteen|few|the[ ]next)"
_WAIT = rf"{_NUMBER}(?:[ ]?(?:-|–|to|or)[ ]?{_NUMBER})?[ -]?{_UNIT}(?![ ](?:ago|earlier|before|old|of|after|post)\b)"
# No stop and no denial between two words of one wish.
_ON = r"(?:(?!no\b|not\b|nor\b|non\b)[\w/'’+-]+,?[ ]){0,6}?"
_CLAUSE = r"(?:^[ \t]*|(?<=[.;:)•*–-][ ])|(?<=[.;:)•*–-][ ][ ])|(?<=\band[ ]))"
_CLEARS_UP = _any(
    r"help aid assist clarify follow add clinch settle answer exclude confirm establish determine"
    r" differentiate distinguish characteri[sz]e not_wait"
)
_MUST = r"(?:should|must|ought[ ]to|needs?[ ]to|has[ ]to|have[ ]to)"
_DONE = _any(
    "started given offered seen referred repeated followed arranged done treated added undertaken evaluated assessed"
    " monitored scheduled sought imaged obtained performed considered admitted biopsied drained investigated discussed"
)

# Asked by the words themselves: "please obtain …", "Suggest …" at the head of a clause, "would benefit from".
ASKING_WORDS = (
    rf"(?:\b(?:please|kindly|pls)[ ]{_DO}\b(?![ ](?:above|below|comment|report|body|text|findings|notes?|details))"
    rf"|{_CLAUSE}{_ORDERED}[ ](?=\w)"
    r"|\b(?:would|could|may|might|will|should)[ ](?:\w+[ ])?(?:benefit|profit)[ ]from\b|\bbest[ ]served[ ]by\b"
    r"|\b(?:prudent|wise|reasonable|sensible|worthwhile|worth|advisable|appropriate|useful|helpful|best|important)[ ]"
    rf"to[ ]{_DO}\b|\bworth[ ](?:an?|obtaining|doing|repeating|considering)\b"
    rf"|\b{_MUST}[ ](?:be[ ]{_DONE}|undergo|have[ ](?:an?|urgent|further)|return|attend)\b"
    rf"|\b(?:we|i)[ ]would[ ](?:\w+ly[ ])?(?:{_DO}|suggest|recommend|advise|propose)\b"
    r"|\bto[ ]be[ ]followed[ ](?:up|by)\b"
    r"|\b(?:next[ ]step|plan[ ]for|in[ ]need[ ]of|proceed(?:ing)?[ ](?:to|with))\b)"
)
# Asked by what stands beside a study or a measure: "… is warranted", "… in 6 weeks", "needs drainage".
ASKING_FOR = (
    rf"(?:\b(?:suggest|advise|recommend|propose|request|urge)s?[ ]{_ON}{STUDIES}\b"
    rf"|\b(?:needs?|requires?|merits?|warrants?|deserves?|calls?[ ]for)[ ]{_ON}{ASKED_FOR}\b"
    rf"|\b{ASKED_FOR}[ ]{_ON}(?:{_PRESCRIBED}\b|(?:would|could|may|might|should|can|will)[ ]{_CLEARS_UP}\b"
    rf"|{_MUST}[ ]be[ ](?!interpreted|limited|viewed|read|regarded))"
    rf"|\b{STUDIES}[ ]{_ON}(?:(?:could|can|may|might|would)[ ]be[ ](?:{_DONE}|next|the[ ]next)|requested|every[ ]\w)\b"
    rf"|\b{STUDIES}[ ](?:\w+[ ]){{0,2}}?to[ ](?:exclude|rule[ ]out|look[ ]for|confirm|characteri[sz]e|ensure"
    r"|document)\b"
    rf"|\b{ASKED_FOR}(?=[ ](?:[\w/-]+[ ]){{0,4}}?(?:(?:in|within|after)[ ]{_WAIT}|at[ ]{_NUMBER}(?:[ ]?(?:-|–|to)[ ]?"
    rf"{_NUMBER})?[ -]?(?:months?|years?)\b))"
    rf"|\b(?:confirm|characteri[sz]e|verify|clarify|evaluate|assess|exclude|image|stage)[ ](?:\w+[ ]){{0,2}}?"
    rf"(?:with|by|using)[ ]{_ON}{STUDIES}\b"
    rf"|\b(?:return|recall|recheck|review|rescan|re-?image)[ ](?:\w+[ ]){{0,3}}?(?:in|after|at)[ ]{_WAIT}"
    rf"|\b(?:annual|yearly|biennial|(?:\w+-)?monthly|two-yearly)[ ](?:[\w-]+[ ]){{0,2}}?{STUDIES}\b)"
)
