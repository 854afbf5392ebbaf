"""Simplified Chinese of History, Presets and Regenerate."""

WORDS = {
    # history
    "History": "历史",
    "Nothing Generated Yet": "尚未生成任何纹理",
    "Nothing has been generated in this scene yet": "该场景中尚未生成任何纹理",
    "Made By": "生成方式",
    "Texture": "纹理",
    "What was last gone back to": "上次返回到的纹理",
    "Index": "编号",
    "Which texture of the history, 0 is the newest": "历史中的哪一张纹理，0 为最新",
    "Set model, seed, size, blend and sliders as they were for this texture": (
        "将模型、随机种、尺寸、混合和滑块恢复为该纹理的设置"
    ),
    "Set everything as it was for this texture, and make it again for the active material": (
        "恢复该纹理的全部设置，并为活动材质重新生成"
    ),
    "Forget all textures of this list; materials and images stay": "清空此列表中的所有纹理；材质和图像保留",
    # presets
    "Presets": "预设",
    "Name": "名称",
    "Name of the preset": "预设的名称",
    "Keep model, size, blend and sliders, but not the seed, under a name; a preset of that name is replaced": (
        "以名称保存模型、尺寸、混合和滑块，但不含随机种；同名预设将被替换"
    ),
    "Set model, size, blend and sliders as in this preset; the seed stays": (
        "按此预设设置模型、尺寸、混合和滑块；随机种不变"
    ),
    "Delete this preset, for all files": "删除此预设，对所有文件有效",
    # regenerate
    "Regenerate": "重新生成",
    "Nothing to Regenerate Here": "此处没有可重新生成的纹理",
    "Make the active material's texture again at another size: a larger one shows more area and repeats less often": (
        "以另一尺寸重新生成活动材质的纹理：尺寸越大，显示的区域越多，重复越少"
    ),
    "Of the longer side; the shape stays": "指长边的尺寸；长宽比不变",
    **{f"Its longer side becomes {px} px": f"长边变为 {px} 像素" for px in (1024, 2048, 4096, 8192)},
    "As Set": "按设置",
    "The width and height that are set in the panel": "面板中设置的宽度和高度",
    "{name} is linked from another file: make it local first": "{name} 关联自其他文件：请先转为本地项",
    "The model {name!r} has been learned anew since: the texture is another one": (
        "模型 {name!r} 此后已重新学习：得到的是另一张纹理"
    ),
}
OPERATORS = {
    "Go Back to Texture": "返回到纹理",
    "Generate Again": "再次生成",
    "Clear History": "清空历史",
    "Save Preset": "保存预设",
    "Apply Preset": "应用预设",
    "Delete Preset": "删除预设",
    "Regenerate Texture": "重新生成纹理",
    "At the Size Set Above": "按上方所设尺寸",
}
