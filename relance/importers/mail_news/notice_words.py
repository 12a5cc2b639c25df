"""The words of failure notices, by language: how they are titled, begin, go on trying, give up, and return the mail."""

import re


def _any(*phrases: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile("|".join(phrases), flags)


# Where the machine's own words end and the returned mail begins. Over the text as it is.
_RULE = r"^[ \t]*[-_=*. ]{0,40}"
COPY = _any(
    _RULE + r"(?:below this line is a copy|(?:this is )?an? copy of (?:the|your)|included is a copy)[^\n]{0,80}$",
    _RULE + r"(?:the )?(?:header|headers) of (?:the|your) (?:original )?message[^\n]{0,80}$",
    _RULE + r"(?:your |the )?original (?:message|mail)[^\n]{0,80}$",
    r"^[ \t]*[-_=*.]{2}[-_=*. ]{0,40}(?:returned|forwarded|undelivered|undeliverable|unsent) (?:mail|message)[^\n]*$",
    _RULE + r"(?:message header|the body of the message is|message text follows)[^\n]{0,80}$",
    _RULE + r"(?:message d.origine|copie d[ue] (?:votre )?message)[^\n]{0,80}$",
    _RULE + r"(?:kopie der nachricht|urspr.{1,2}ngliche nachricht)[^\n]{0,80}$",
    r"^(?:return-path|received|x-apparently-to|dkim-signature): ?\S[^\n]*$",
    flags=re.IGNORECASE | re.MULTILINE,
)

# The rest is over folded text: lower case, no accents.
FAILURE = _any(  # titles
    r"undeliver(?:able|ed)|non-?deliver|not deliver(?:ed|able)|could not (?:be delivered|send)",
    r"deliver(?:y|ing)[^.:]{0,40}(?:fail|error|problem|incomplete|unsuccessful|impossible)",
    r"fail(?:ure|ed)?[^.:]{0,15}(?:notice|deliver)|delivery (?:status|report|notification|delayed)",
    r"return(?:ed|ing) (?:mail|message|to sender)|mail (?:system )?error|bounced? (?:mail|message)",
    r"message (?:blocked|rejected|delayed)|delayed mail|mail delayed|warning: (?:message|could)",
    r"non (?:remise?|distribue?|deliv)|(?:avis|rapport) de non|retour a l'expediteur",
    r"echec (?:de |d')?(?:la )?(?:remise|livraison|distribution|envoi|delivr|expedition)",
    r"remise (?:impossible|retardee)|etat de (?:la )?remise|notification de (?:remise|distribution)",
    r"unzustellbar|zustellung|nicht zugestellt|ubermittlungs?(?:fehler|status)|rucklaufer",
    r"no (?:se pudo )?entrega|mancat[ao] (?:recapito|consegna)|onbestelbaar",
)
NOTICE = _any(  # first sentences
    r"(?:could|can)(?: ?not|n't) be (?:successfully )?(?:delivered|sent|reached)",
    r"(?:was|were)(?: not|n't) (?:able to )?(?:be )?deliver|(?:unable|not able|n't able) to (?:be )?deliver",
    r"undeliver(?:able|ed)|not (?:yet )?been deliver|delivery [^.]{0,60}(?:fail|delayed|error)",
    r"did not reach|not (?:yet )?(?:reached|received your)|problem delivering|recipient inbox full",
    r"fail(?:ed|ure) (?:recipient|reason|notice)|permanent (?:fatal )?error|fatal error|permanent(?:ly)? fail",
    r"(?:message|mail|e-mail)[^.]{0,60}(?:rejected|refused|returned|delayed|bounced|blocked)",
    r"rejected your (?:message|mail|e-?mail)|transient (?:non-fatal )?error",
    r"address(?:es)? (?:failed|had (?:permanent|transient|delivery)|not found|couldn't)",
    r"n'(?:a|ont) (?:pas |pu )+(?:ete |etre )?(?:delivre|remis|distribue|achemine|livre|transmis|envoye)",
    r"impossible de (?:remettre|delivrer|distribuer|transmettre)|non (?:remis|distribue|delivre)",
    r"remise [^.]{0,60}(?:echoue|impossible|retarde)",
    r"echec (?:de |d')?(?:la )?(?:remise|livraison|distribution|envoi)",
    r"nicht (?:an [^.]{0,60} )?zugestellt|unzustellbar|zustellung [^.]{0,60}(?:fehl|nicht|verzogert)",
    r"no (?:se )?(?:ha )?(?:podido|pudo) (?:ser )?entrega|kon niet worden (?:afgeleverd|bezorgd)",
    r"non (?:e stato|puo essere) (?:possibile )?(?:recapita|consegna)",
)
DELAY = _any(
    r"\bdelayed\b|delay(?:ed)? (?:reason|mail)|not (?:yet )?been (?:yet )?delivered|still being retried",
    r"will (?:continue|keep) (?:trying|to (?:try|retry))|will (?:be )?retr(?:y|ied)|warning only|delivery incomplete",
    r"attempts will continue|temporary problem delivering|no action is required|do not need to resend",
    r"retardee?s?\b|nouvelles? tentatives?|pas encore (?:ete|pu)",
    r"verzogert|noch nicht zugestellt|weitere (?:zustell)?versuche",
)
FINAL = _any(
    r"giv(?:ing|en) up|permanent (?:fatal )?error|permanent failure|failed permanently|not going to try",
    r"will not (?:be retried|continue|try)|in the queue too long|being returned|returned to sender|undelivered mail",
    r"abandon|endgultig|definitiv",
)
