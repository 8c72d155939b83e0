"""Place names in Latin letters for readers of English, by machine: always shown beside the Chinese name and marked so.

2026-11: made once, when a register is taken in, and kept beside the name. pypinyin's phrase dictionary, which knows that
长江 is Chang Jiang and 藕池镇 Ouchi Zhen, takes 57 MB; a server has no room for that and never loads it.
"""

from __future__ import annotations

#: What kind of place it is, at the end of its name and in words of its own; the longest that fits is taken.
GENERIC = (
    ("社区", "居民", "委员会"), ("社区", "居委会"), ("农场", "管理区"), ("经济", "技术", "开发区"), ("村民", "委员会"),
    ("居民", "委员会"), ("土家族", "乡"), ("居委会",), ("村委会",), ("管理区",), ("开发区",), ("街道",), ("社区",), ("农场",),
    ("监狱",), ("镇",), ("乡",), ("县",), ("市",), ("区",), ("村",),
)
_VOWELS = tuple("aeo")


def pinyin(name: str) -> str:
    """``Gong'an Xian`` for 公安县: the name as one word, then what kind of place it is; no tones."""
    from pypinyin import lazy_pinyin

    syllables = lazy_pinyin(name, errors=list, v_to_u=True)
    words, at = [], 0
    for word in _words(name):
        words.append(_joined(syllables[at : at + len(word)]))
        at += len(word)
    return " ".join(words)


def _words(name: str) -> tuple[str, ...]:
    fitting = (words for words in GENERIC if name.endswith("".join(words)) and name != "".join(words))
    generic = max(fitting, key=lambda words: len("".join(words)), default=())
    return (name[: len(name) - len("".join(generic))], *generic)


def _joined(syllables: list[str]) -> str:
    # Basic rules of Chinese pinyin orthography, GB/T 16159: a syllable that begins with a, e or o is set off.
    parts = [f"'{part}" if at and part.startswith(_VOWELS) else part for at, part in enumerate(syllables)]
    return "".join(parts).capitalize()
