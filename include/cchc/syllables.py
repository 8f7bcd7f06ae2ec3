"""Whether a word is built like a Vietnamese one: by its onset, its rime and its tone, whatever it means."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_TONED_CONSONANT = re.compile(f"[^aeiouy\u0302\u0306\u031b{_TONES}][{_TONES}]")
_STOPPED_TONES = "\u0301\u0323"  # a rime that ends in a stop is high or low, nothing else
_RIMES = (
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et "
    "ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu o oa oac oach oai oam oan oang "
    "oanh oao oap oat oay oăc oăm oăn oăng oăp oăt oc oe oen oeo oet oi om on ong ooc oong op ot ô ôc ôi ôm ôn ông ôp "
    "ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uên uênh uêt uêu ui um un ung uôc uôi uôm uôn uông uôp uôt "
    "uơ uơt up ut uy uya uych uyên uyêt uyn uynh uyp uyt uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt "
    "ưu y yêm yên yêng yêt yêu"
)
_ONSETS = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
_SYLLABLE = re.compile(
    f"(?:{'|'.join(sorted(_ONSETS.split(), key=len, reverse=True))})?(?P<rime>{'|'.join(_RIMES.split())})"
)


@lru_cache(maxsize=65536)
def is_syllable(word: str) -> bool:
    """Whether one word, in composed letters of any case, can be Vietnamese: 'được', 'Hoà', 'XÃ'; not 'được1', 'bvt'."""
    apart = unicodedata.normalize("NFD", word.lower())
    tones = [mark for mark in apart if mark in _TONES]
    if len(tones) > 1 or _TONED_CONSONANT.search(apart):
        return False
    toneless = unicodedata.normalize("NFC", apart.translate(dict.fromkeys(map(ord, _TONES))))
    found = _SYLLABLE.fullmatch(toneless)
    if found is None:
        return False
    stopped = found["rime"].endswith(("c", "ch", "p", "t"))
    return not stopped or (bool(tones) and tones[0] in _STOPPED_TONES)
