"""The Chinese words that stand in registers themselves: read and compared, never shown as sentences."""

# Types of township-level units (乡级) by digits 7–9 of the code, below each bound. `docs/inspection-rules.md` §5.5.
KIND_BELOW = ((100, "街道"), (200, "镇"), (400, "乡"), (600, "类似乡级单位"))
# 镇, 乡 and what stands on their step: every one is in scope. `docs/inspection-rules.md` §5.1.
ALWAYS_IN_SCOPE = frozenset({"镇", "乡", "民族乡", "苏木", "民族苏木"})
# How the names of villages (村民委员会) end; residents' committees end in 居委会 or 社区.
VILLAGE_NAME_ENDS = ("村", "村委会", "村民委员会")
# What a unit's name ends in by its kind, the longest first; the rest of the name is how it is known again.
STEM_ENDS = ("街道办事处", "管理委员会", "街道", "农场", "乡", "镇", "县", "市", "区")
