"""How mail servers say why, in their languages. One row is a reason and its phrases; the first row found is believed.

Phrases are regular expressions over folded text (lower case, no accents) in which addresses are a lone @ and a dot
inside a name is a middle dot, so that [^.;] stays within one sentence.
"""

from relance.importers.mail_news.news import NewsCode

_ACCOUNT = (
    r"(?:user|mail ?box|account|login|customer|compte|utilisateur|boite(?: aux lettres)?|postfach|konto|benutzer)"
)
_WHO = (
    r"(?:user|recipient|mail ?box|addressee|account|address(?:es)?|alias|login|customer|person|e-?mail"
    r"|destinataire|utilisateur|adresse|compte|boite(?: aux lettres)?"
    r"|empfanger|benutzer|postfach|konto|utente|usuario|destinatario|gebruiker)"
)
_DOMAIN = r"(?:host|domain|dns|domaine|domane|mail server)"
_ABSENT = (
    r"(?:unknown|inconnue?s?|unbekannt|(?:does|do|did)(?: not|n't) exist|not exist|(?:is |was |be |been )?not found"
    r"|(?:could|can)(?:n't| not) be found|cannot be found|wasn't found|is ?n[o']t known|not (?:be )?recogni[sz]ed"
    r"|non-?existent|inexistante?|n'existe (?:pas|plus)|existiert nicht|nicht (?:gefunden|bekannt|vorhanden)"
    r"|non esiste|sconosciut[oa]|no existe|desconocid[oa]|bestaat niet|onbekend)"
)
_UNFIT = (
    r"(?:not (?:a )?(?:valid|local|known|listed|present|our|hosted)"
    r"|invalide?|incorrecte?|no longer (?:valid|available|in use|exist))"
)
_WRONG = (
    r"(?:unknown|invalid|no such|non-?existent|bad|illegal|incorrect|undefined|unrecogni[sz]ed|unrouteable|unroutable)"
)
_CLOSED = (
    r"(?:disabled|deactivated|inactive|suspended|locked|frozen|on hold|not active|no longer active|archived"
    r"|desactivee?|suspendue?|bloquee?|archivee?|deaktiviert|gesperrt|stillgelegt)"
)
_GONE = r"(?:deleted|removed|terminated|closed|cancell?ed|supprimee?|cloturee?|fermee?|geloscht)"

WORDINGS: tuple[tuple[NewsCode, tuple[str, ...]], ...] = (
    (
        NewsCode.POLICY,  # it is the sender that is refused, though words of addresses and domains are used
        (
            r"\bsender (?:verif\w+|address|domain|id)?[^.;]{0,40}"
            r"(?:reject|fail|denied|invalid|unknown|not (?:found|exist))",
            r"(?:invalid|unknown|bad|unverified) sender|(?:emetteur|expediteur) (?:invalide|inconnu|refuse)",
            r"(?:domain|address) of (?:the )?sender",
            r"(?:envelope|return.path|mail from)[^.;]{0,60}(?:reject|not exist|invalid|unresolvable|not resolve)",
            r"relay(?:ing)? (?:access )?(?:is )?(?:denied|not (?:permitted|allowed)|prohibited|forbidden)",
            r"unable to relay|not (?:permitted|allowed) to relay|relais (?:refuse|interdit)",
            r"(?:only|not|must be) authenticated|authentication (?:is )?required",
        ),
    ),
    (
        NewsCode.BLOCKED,  # it is our server
        (
            r"\b(?:adresse|address|source) ip\b|\bip (?:address|source|adresse)\b|\byour (?:ip|host|hostname|server)\b",
            r"client host|reverse (?:dns|host)|\bptr\b|helo",
        ),
    ),
    (
        NewsCode.LOOP,
        (r"too many hops|mail loop|loops? back to|routing loop|hop count|forwarded more than|en boucle",),
    ),
    (
        NewsCode.EXPIRED,
        (
            r"(?:not found|look ?up|resolution|resolv\w+|name service|dns)[^;]{0,60}(?:try again|temporar|timed? ?out)",
            r"servfail|temporary (?:lookup|dns|name)|temporarily unable to look",
        ),
    ),
    (
        NewsCode.DOMAIN_UNKNOWN,
        (
            rf"{_DOMAIN}(?: or [a-z]+)?(?: name)?(?: [^ .;:]{{1,80}})? ?{_ABSENT}",
            rf"(?:unknown|no such|invalid|bad|non-?existent|unrouteable|unroutable) (?:mail |destination )*{_DOMAIN}",
            r"bad destination (?:system|host)|nxdomain|name or service not known|null ?mx",
            r"any host (?:named|by that name)",
            r"(?:domain|host|system)[^.;]{0,40} does(?: not|n't) accept (?:any )?e?-?mail",
        ),
    ),
    (
        NewsCode.TOO_BIG,
        (
            r"(?:message|mail|attachment|size|nachricht|courrier)[^.;]{0,40}(?:too (?:big|large)|zu gross)",
            r"(?:message|mail|piece jointe|courrier)[^.;]{0,40}trop (?:gros|volumineu|grand)",
            r"(?:message|content|body)[^.;]{0,25} (?:size|length)[^.;]{0,25} (?:exceed|limit|max)|message exceeds",
            r"(?:exceed\w*|over|larger than|above)[^.;]{0,40}(?:message size|size limit|maximum size)",
            r"message size limit|taille [^.;]{0,25}(?:maxim|depass|autoris)",
        ),
    ),
    (
        NewsCode.MAILBOX_FULL,
        (
            r"(?:mail ?box|inbox|account|folder|postfach|casella|buzon)[^.;]{0,50}(?:\bfull\b|\bvoll\b|piena|lleno)",
            r"(?:boite|messagerie)[^.;]{0,50}(?:pleine|saturee)|full (?:mail ?box|inbox)|\bis full\b",
            r"over ?quota|out of quota|quota (?:is |a ete )?(?:exceed|full|violat|reached|error|depasse|atteint)",
            r"(?:exceed|reach|over|hit)\w*[^.;]{0,40}(?:quota|storage|disk space|space)|quota [^.;]{0,20}uberschritten",
            r"(?:insufficient|not enough|no|out of)[^.;]{0,20}(?:disk|storage|space|room)",
            r"espace [^.;]{0,20}insuffisant|speicherplatz|too many messages in|mail ?box (?:size )?limit",
            r"storage allocation",
        ),
    ),
    (
        NewsCode.MOVED,
        (
            rf"{_WHO}[^.;]{{0,50}}(?:has (?:moved|been replaced|been changed)|has changed (?:address|to)|a change d')",
            r"no longer (?:employed|works? (?:for|at|here|with))|ne fait plus partie|has left the (?:company|organi)",
            r"user (?:has )?moved|moved,? (?:please )?(?:try|see)",
        ),
    ),
    (
        NewsCode.USER_UNKNOWN,
        (
            rf"{_WHO}[^.;]{{0,60}}\b{_ABSENT}",
            rf"{_WRONG}(?: or [a-z]+)?(?: local| virtual| e-?mail| destination| mail| smtp)* ?{_WHO}",
            r"no (?:valid )?(?:mail ?box|account|user|one|recipients?|address|person)[^.;]{0,25}"
            r"(?:here|that name|by this|found|at this|with that)",
            rf"{_WHO}[^.;]{{0,60}} (?:is )?{_UNFIT}",
            rf"{_ACCOUNT}[^.;]{{0,25}} (?:has been|was|is|a ete|wurde) (?:permanently )?{_GONE}",
            r"does(?: not|n't) have an? [^.;]{0,50}(?:account|mail ?box)|account that you tried to reach does not",
            rf"(?:keine?n?|aucune?|nessun|ningun) (?:solche[rns]? )?{_WHO}",
            r"recip(?:ient)?notfound|not (?:found )?in (?:the )?(?:directory|address ?book|recipient table)",
            r"5\.4\.1[ :>-]{1,4}recipient address rejected|possibly incorrect|address not found",
            r"no mail ?box (?:here|by)|not our customer|unknown (?:or illegal )?(?:alias|user|recipient)",
        ),
    ),
    (
        NewsCode.DISABLED,
        (
            rf"{_WHO}[^.;]{{0,60}}\b{_CLOSED}\b|{_CLOSED} (?:{_WHO})",
            r"not accepting (?:messages|mail)|due to inactivity|pour inactivite",
        ),
    ),
    (
        NewsCode.SPAM,
        (
            r"\bspam(?!haus)|unsolicited|junk|\bbulk\b|virus|malware|phish|infected|cloudmark",
            r"content (?:filter|reject|refus|analys)|banned (?:content|attachment|file)|high.probability|suspicious",
            r"mail rejete|message rejete|indesirable|unerwunscht",
        ),
    ),
    (
        NewsCode.POLICY,
        (
            r"\b(?:spf|dkim|dmarc|arc|tls)\b|policy|policies|politique|richtlinie",
            r"unauthenticated|authenticat|encryption",
        ),
    ),
    (
        NewsCode.BLOCKED,
        (
            r"block|bloque|black ?list|deny ?list|spamhaus|barracuda|\b(?:dns|r|s)bl\b|reputation|banned",
            r"listed (?:in|by|on|at)|access denied|acces refuse|not (?:authori[sz]ed|allowed|permitted)",
            r"insufficient permission|permission denied|refused|refuse\b|restricted|forbidden|rejected|your isp",
            r"rate limit|too many (?:connections|messages|errors|recipients)|trop de connexions|throttl",
        ),
    ),
    (
        NewsCode.EXPIRED,
        (
            r"expir|time[dr]? ?out|too long|retry (?:time|limit)|within \d+|no answer|not respond|(?:un|not )reachable",
            r"connection (?:refused|timed|reset|lost|closed|dropped|failed)|no route|network|zeituberschreitung",
            r"(?:unable|failed|can't|cannot|could not|couldn't|wasn't able) to (?:connect|establish)",
            r"delai|temporar|try (?:again|later)|essayer plus tard|queue",
        ),
    ),
)

# Said of a mailbox that doesn't exist, and of a busy one: believed only where the refusal is for good.
UNAVAILABLE = r"mail ?box (?:is )?(?:currently )?(?:unavailable|unavailiable|not available)"
