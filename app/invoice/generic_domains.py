"""E-mail domains that anyone can get an address at, so that they say nothing about a company."""

from __future__ import annotations

_DOMAINS = """
gmail.com googlemail.com
outlook.com outlook.nl outlook.be outlook.fr outlook.de hotmail.com hotmail.nl hotmail.be hotmail.fr
hotmail.de hotmail.co.uk hotmail.it hotmail.es live.com live.nl live.be live.fr live.de live.co.uk
msn.com passport.com windowslive.com
yahoo.com yahoo.nl yahoo.be yahoo.fr yahoo.de yahoo.co.uk yahoo.it yahoo.es ymail.com rocketmail.com
aol.com aol.nl aim.com icloud.com me.com mac.com
proton.me protonmail.com protonmail.ch pm.me tutanota.com tutanota.de tutamail.com tuta.io tuta.com
fastmail.com fastmail.fm hushmail.com mailfence.com posteo.de posteo.net startmail.com runbox.com
disroot.org riseup.net zoho.com zohomail.eu mail.com email.com inbox.com usa.com hey.com duck.com
yandex.com yandex.ru mail.ru bk.ru list.ru inbox.ru rambler.ru qq.com 163.com 126.com naver.com
ziggo.nl kpnmail.nl kpnplanet.nl planet.nl hetnet.nl home.nl upcmail.nl chello.nl casema.nl xs4all.nl
xmsnet.nl tele2.nl tiscali.nl wanadoo.nl zonnet.nl online.nl quicknet.nl solcon.nl freeler.nl
caiway.nl caiway.net deltamail.nl zeelandnet.nl versatel.nl orange.nl t-mobilethuis.nl ezwebmail.nl
kabelfoon.nl multiweb.nl telfort.nl telfortglasvezel.nl onsbrabantnet.nl onsnetnuenen.nl
telenet.be skynet.be proximus.be pandora.be scarlet.be belgacom.net voo.be brutele.be base.be
edpnet.be tvcablenet.be orange.be
orange.fr wanadoo.fr free.fr sfr.fr laposte.net neuf.fr bbox.fr numericable.fr club-internet.fr
aliceadsl.fr cegetel.net
gmx.de gmx.net gmx.com gmx.at gmx.ch gmx.fr web.de t-online.de freenet.de arcor.de online.de
vodafone.de vodafonemail.de magenta.de email.de kabelmail.de o2online.de 1und1.de mailbox.org
bluewin.ch sunrise.ch pt.lu
libero.it virgilio.it alice.it tin.it tiscali.it telefonica.net terra.es sapo.pt
btinternet.com sky.com virginmedia.com talktalk.net ntlworld.com blueyonder.co.uk
comcast.net verizon.net att.net sbcglobal.net cox.net
wp.pl o2.pl interia.pl onet.pl seznam.cz centrum.cz abv.bg telia.com spray.se online.no
"""

GENERIC_DOMAINS = frozenset(_DOMAINS.split())


def is_generic(domain: str) -> bool:
    """Whether an address at this domain belongs to a person rather than to a company."""
    return domain.strip().rstrip(".").lower() in GENERIC_DOMAINS
