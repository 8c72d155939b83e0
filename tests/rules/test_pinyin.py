"""Place names in Latin letters, as a reader of English finds them beside the Chinese."""

from __future__ import annotations

import pytest

from fieldcheck.rules.pinyin import pinyin


@pytest.mark.parametrize(("name", "latin"), [
    ("南海镇", "Nanhai Zhen"), ("公安县", "Gong'an Xian"), ("沙市区", "Shashi Qu"), ("弥市镇", "Mishi Zhen"),
    ("荆州经济技术开发区", "Jingzhou Jingji Jishu Kaifaqu"), ("卸甲坪土家族乡", "Xiejiaping Tujiazu Xiang"),
    ("长江村", "Changjiang Cun"), ("健康巷社区居民委员会", "Jiankangxiang Shequ Jumin Weiyuanhui"), ("镇", "Zhen"),
    ("女山镇", "Nüshan Zhen"), ("演示镇0", "Yanshizhen0"), ("", ""),
])
def test_a_name_is_one_word_and_what_kind_of_place_it_is_another(name: str, latin: str) -> None:
    assert pinyin(name) == latin
