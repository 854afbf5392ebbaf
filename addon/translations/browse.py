"""Simplified Chinese of Browse."""

WORDS = {
    "Browse": "浏览",
    "Favorites": "收藏",
    "Show only the seeds that are marked as favorites": "只显示已收藏的随机种",
    "Take this seed and generate its texture for the active material, at the size that is set": (
        "采用此随机种，按所设尺寸为活动材质生成纹理"
    ),
    "Mark this seed as a favorite of the model, or unmark it; favorites are kept for all files": (
        "收藏该模型的这个随机种，或取消收藏；收藏对所有文件有效"
    ),
    "Show thumbnails of more seeds": "显示更多随机种的缩略图",
    "Make the thumbnails again, as blend and sliders are set now": "按当前的混合与滑块设置重新生成缩略图",
}
OPERATORS = {
    "Use Seed": "采用随机种",
    "Favorite": "收藏",
    "Add Current Seed": "添加当前随机种",
    "More Seeds": "更多随机种",
    "Refresh": "刷新",
    "Refresh Seeds": "刷新随机种",
}
