"""Simplified Chinese of Large Surfaces."""

WORDS = {
    "Large Surfaces": "大型表面",
    "Columns": "列",
    "UDIM tiles along U": "沿 U 方向的 UDIM 分块",
    "Rows": "行",
    "UDIM tiles along V": "沿 V 方向的 UDIM 分块",
    "Variations": "变体",
    "How many textures take turns on the surface": "表面上有多少张纹理交替出现",
    "Patch Size": "补块尺寸",
    "Sharpness": "锐度",
    "Make one large texture as UDIM tiles that continue one another, for a UV map that covers several squares": (
        "生成由相互衔接的 UDIM 分块组成的大纹理，用于覆盖多个方格的 UV 贴图"
    ),
    "Make several textures, of this seed and the next ones, and let them take turns over the surface": (
        "由此随机种及其后的随机种生成多张纹理，使其在表面上交替出现"
    ),
    "Undo Break Repetition: one texture repeats": "撤销打破重复：由一张纹理重复",
    "This material shows a single texture already": "该材质已经只显示一张纹理",
}
OPERATORS = {
    "Generate UDIM Tiles": "生成 UDIM 分块",
    "Break Repetition": "打破重复",
    "Break Texture Repetition": "打破纹理重复",
    "Single Texture": "单张纹理",
}
